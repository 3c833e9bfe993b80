/** Which slot opens the vault, and which have to be given its key again. */
import { DockerCommsError, isDockerCommsError, toDockerCommsError } from '../base/errors.ts';
import type { KeySlot } from './key-slot.ts';
import { keyBytes } from './sealing.ts';
import type { VaultFile } from './vault-file.ts';

type WrappedKey = VaultFile['slots'][number];

export interface Unlocked {
  readonly key: Uint8Array;
  /** Ids of slots that opened the vault. */
  readonly working: readonly string[];
  /** Ids of slots whose own key is gone or is another. */
  readonly lost: readonly string[];
}

interface Attempt {
  readonly slot: KeySlot;
  readonly key: Uint8Array | null;
  readonly failure: DockerCommsError | null;
}

/** Tries every slot. Fails `auth` when none opens the file, `verification-failed` when one finds its part changed. */
export async function unlock(file: VaultFile, slots: readonly KeySlot[]): Promise<Unlocked> {
  const attempts: Attempt[] = [];
  for (const slot of slots) {
    const wrapped = file.slots.find((candidate) => candidate.id === slot.id);
    if (wrapped !== undefined) attempts.push(await attempt(slot, wrapped));
  }
  const opened = attempts.filter(({ key }) => key !== null);
  const key = opened[0]?.key ?? null;
  if (key === null) throw nothingOpens(file, attempts);
  const lost = attempts.filter(({ failure }) => isDockerCommsError(failure, 'auth'));
  return { key, working: opened.map(({ slot }) => slot.id), lost: lost.map(({ slot }) => slot.id) };
}

/** The key wrapped by every slot that can. Fails `auth` when none can. */
export async function wrapInSlots(slots: readonly KeySlot[], key: Uint8Array): Promise<WrappedKey[]> {
  const { wrapped, failures } = await tryToWrap(slots, key);
  if (wrapped.length > 0) return wrapped;
  throw new DockerCommsError(
    'auth',
    `There is no place to keep the key of the vault. ${failures.map(({ message }) => message).join(' ')}`.trim(),
    { detail: { slots: namesOf(slots) }, cause: failures[0] },
  );
}

/** The key wrapped for slots that the file does not know yet, and for those that lost theirs. */
export async function rewrapSlots(
  file: VaultFile,
  slots: readonly KeySlot[],
  key: Uint8Array,
  lost: readonly string[],
): Promise<WrappedKey[]> {
  const known = new Set(file.slots.map(({ id }) => id));
  const wanting = slots.filter(({ id }) => !known.has(id) || lost.includes(id));
  // One that cannot be repaired now is tried again at the next start; another slot has opened the vault.
  return (await tryToWrap(wanting, key)).wrapped;
}

async function tryToWrap(slots: readonly KeySlot[], key: Uint8Array) {
  const wrapped: WrappedKey[] = [];
  const failures: DockerCommsError[] = [];
  for (const slot of slots) {
    try {
      if (await slot.available()) {
        wrapped.push({ id: slot.id, label: slot.label, wrapped: await slot.wrap(key) });
      }
    } catch (error) {
      failures.push(toDockerCommsError(error));
    }
  }
  return { wrapped, failures };
}

async function attempt(slot: KeySlot, { wrapped }: WrappedKey): Promise<Attempt> {
  try {
    const key = await slot.unwrap(wrapped);
    if (key.length === keyBytes) return { slot, key, failure: null };
    const failure = new DockerCommsError('verification-failed', 'The key of the vault was changed.');
    return { slot, key: null, failure };
  } catch (error) {
    return { slot, key: null, failure: toDockerCommsError(error) };
  }
}

function nothingOpens(file: VaultFile, attempts: readonly Attempt[]): DockerCommsError {
  const changed = attempts.find(({ failure }) => isDockerCommsError(failure, 'verification-failed'));
  const tried = namesOf(attempts.map(({ slot }) => slot));
  const reasons = attempts.map(({ slot, failure }) => `${slot.label}: ${failure?.message ?? ''}`).join(' ');
  const options = {
    detail: { tried, known: namesOf(file.slots) },
    cause: changed?.failure ?? attempts[0]?.failure ?? undefined,
  };
  return changed === undefined
    ? new DockerCommsError('auth', `The vault cannot be opened. ${reasons || 'No slot was tried.'}`, options)
    : new DockerCommsError('verification-failed', `The vault was changed. ${reasons}`, options);
}

function namesOf(slots: readonly { readonly id: string }[]): string {
  return slots.map(({ id }) => id).join(', ');
}
