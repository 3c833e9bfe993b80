/** Which slot opens the vault, and which have to be given its key again. */
import { DockerCommsError, isDockerCommsError, toDockerCommsError } from '../base/errors.ts';
import type { CertificateReason, VaultReason } from '../base/reasons.ts';
import type { KeySlot, KeySlotView } from './key-slot.ts';
import { type AskPassphrase, passphraseSlot, passphraseSlotId } from './passphrase-slot.ts';
import { keyBytes } from './sealing.ts';
import type { VaultFile } from './vault-file.ts';

type WrappedKey = VaultFile['slots'][number];

interface FailedAttempt {
  readonly slot: KeySlot;
  readonly key: null;
  readonly failure: DockerCommsError;
}

type Attempt =
  { readonly slot: KeySlot; readonly key: Uint8Array; readonly isStale: boolean } | FailedAttempt;

/** Why nothing opens a vault, as the error's `reason`. */
export type LockedReason =
  Exclude<VaultReason, 'vault-damaged'> | Extract<CertificateReason, 'wrong-passphrase'>;

/** The vault's key, and the id of the slot that had it. */
export interface Unlocked {
  readonly key: Uint8Array;
  readonly openedBy: string;
}

/**
 * The vault's key, by the first slot that opens the file; a passphrase is asked for when none does. Fails `auth`
 * (`reason`: `LockedReason`), `verification-failed` when one finds its part changed.
 */
export async function unlock(
  file: VaultFile,
  slots: readonly KeySlot[],
  askPassphrase: AskPassphrase,
): Promise<Unlocked> {
  const failures: FailedAttempt[] = [];
  for (const slot of slots) {
    const tried = await attempt(file, slot);
    if (tried?.key) return { key: tried.key, openedBy: slot.id };
    if (tried !== null) failures.push(tried);
  }
  const told = knows(file, passphraseSlotId) ? await askPassphrase() : null;
  if (told !== null) {
    const tried = await attempt(file, passphraseSlot({ passphrase: () => Promise.resolve(told) }));
    if (tried?.key) return { key: tried.key, openedBy: passphraseSlotId };
    if (tried !== null) failures.push(tried);
  }
  throw nothingOpens(file, failures);
}

/** The key wrapped by the first slot that can, for a new vault. Fails `auth` when none can. */
export async function wrapInFirst(slots: readonly KeySlot[], key: Uint8Array): Promise<WrappedKey> {
  const failures: DockerCommsError[] = [];
  for (const slot of slots) {
    try {
      if (await slot.available()) return await wrapIn(slot, key);
    } catch (error) {
      failures.push(toDockerCommsError(error));
    }
  }
  throw new DockerCommsError(
    'auth',
    `There is no place to keep the key of the vault. ${failures.map(({ message }) => message).join(' ')}`.trim(),
    { detail: { slots: namesOf(slots) }, cause: failures[0] },
  );
}

export async function wrapIn(slot: KeySlot, key: Uint8Array): Promise<WrappedKey> {
  return { id: slot.id, label: slot.label, wrapped: await slot.wrap(key) };
}

/**
 * The key wrapped for slots that need it: new ones, and those that lost theirs, whose part was
 * changed or whose own key was replaced. One that cannot be repaired now is tried again next time.
 */
export async function repairs(
  file: VaultFile,
  slots: readonly KeySlot[],
  key: Uint8Array,
): Promise<readonly WrappedKey[]> {
  const repaired: WrappedKey[] = [];
  for (const slot of slots) {
    if (file.off.includes(slot.id)) continue;
    try {
      if ((await wantsKey(file, slot)) && (await slot.available())) repaired.push(await wrapIn(slot, key));
    } catch {
      // Another slot has opened the vault.
    }
  }
  return repaired;
}

/** How each slot stands that the file or this process knows. Nobody is asked for the passphrase. */
export async function viewsOf(file: VaultFile, slots: readonly KeySlot[]): Promise<readonly KeySlotView[]> {
  const here = new Map(slots.map((slot) => [slot.id, slot]));
  const labels = new Map([...file.slots, ...slots].map(({ id, label }) => [id, label]));
  const views: KeySlotView[] = [];
  for (const [id, label] of labels) {
    const slot = here.get(id);
    const available = (await slot?.available()) ?? false;
    views.push({
      ...{ id, label, available },
      state: await stateOf(file, id, slot),
      protects: slot?.protects ?? true,
    });
  }
  return views;
}

async function stateOf(
  file: VaultFile,
  id: string,
  slot: KeySlot | undefined,
): Promise<KeySlotView['state']> {
  if (!knows(file, id)) return 'off';
  // Who has it can open the vault: nobody is asked for it to see whether that is true.
  if (id === passphraseSlotId) return 'opens';
  if (slot === undefined) return 'closed';
  return (await attempt(file, slot))?.key ? 'opens' : 'closed';
}

async function wantsKey(file: VaultFile, slot: KeySlot): Promise<boolean> {
  const tried = await attempt(file, slot);
  if (tried === null) return true;
  return tried.key === null ? !isDockerCommsError(tried.failure, 'storage') : tried.isStale;
}

/** Null: the file knows no such slot. */
async function attempt(file: VaultFile, slot: KeySlot): Promise<Attempt | null> {
  const known = file.slots.find(({ id }) => id === slot.id);
  if (known === undefined) return null;
  try {
    const { key, isStale } = await slot.unwrap(known.wrapped);
    if (key.length === keyBytes) return { slot, key, isStale };
    const failure = new DockerCommsError('verification-failed', 'The key of the vault was changed.');
    return { slot, key: null, failure };
  } catch (error) {
    return { slot, key: null, failure: toDockerCommsError(error) };
  }
}

function nothingOpens(file: VaultFile, failures: readonly FailedAttempt[]): DockerCommsError {
  const changed = failures.find(({ failure }) => isDockerCommsError(failure, 'verification-failed'));
  const reason = lockedReason(file, failures);
  const options = {
    detail: { reason, tried: namesOf(failures.map(({ slot }) => slot)), known: namesOf(file.slots) },
    cause: (changed ?? failures[0])?.failure,
  };
  if (reason === 'passphrase-needed') {
    return new DockerCommsError('auth', 'Your secrets can be opened with their passphrase only.', options);
  }
  if (reason === 'wrong-passphrase') {
    return new DockerCommsError('auth', 'This is not the passphrase of your secrets.', options);
  }
  const reasons = failures.map(({ slot, failure }) => `${slot.label}: ${failure.message}`).join(' ');
  return changed === undefined
    ? new DockerCommsError('auth', `The vault cannot be opened. ${reasons || 'No slot was tried.'}`, options)
    : new DockerCommsError('verification-failed', `The vault was changed. ${reasons}`, options);
}

function lockedReason(file: VaultFile, failures: readonly FailedAttempt[]): LockedReason {
  if (!knows(file, passphraseSlotId)) return 'no-slot-opens';
  const told = failures.find(({ slot }) => slot.id === passphraseSlotId);
  if (told === undefined) return 'passphrase-needed';
  return isDockerCommsError(told.failure, 'auth') ? 'wrong-passphrase' : 'no-slot-opens';
}

function knows(file: VaultFile, id: string): boolean {
  return file.slots.some((known) => known.id === id);
}

function namesOf(slots: readonly { readonly id: string }[]): string {
  return slots.map(({ id }) => id).join(', ');
}
