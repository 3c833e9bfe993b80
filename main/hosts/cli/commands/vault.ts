import { systemClock } from '../../../base/clock.ts';
import { DockerCommsError } from '../../../base/errors.ts';
import { lockOf } from '../../../messenger/locked-engine.ts';
import { beginNewVault } from '../../../messenger/open-vault.ts';
import { acquireHome } from '../../../store/home-lock.ts';
import type { KeySlotView } from '../../../vault/key-slot.ts';
import { passphraseSlot } from '../../../vault/passphrase-slot.ts';
import { keySlots } from '../../key-slots.ts';
import { newVaultPassphrase } from '../../passphrases.ts';
import { homeFolder } from '../../places.ts';
import type { CliContext } from '../context.ts';

export interface VaultShowOptions {
  readonly json: boolean;
}

export interface VaultPassphraseOptions {
  readonly file?: string;
}

/** `dockercomms vault show`: what opens the home's secrets here and now. Fails `invalid` without any, as `Vault.open` does. */
export async function showVault(context: CliContext, { json }: VaultShowOptions): Promise<void> {
  const slots = await (await context.existingVault()).slots();
  if (json) context.terminal.out(JSON.stringify({ slots }));
  else for (const slot of slots) context.terminal.out(describe(slot));
}

/** `dockercomms vault passphrase`: sets it, in place of an earlier one. */
export async function setPassphrase(context: CliContext, { file }: VaultPassphraseOptions): Promise<void> {
  const vault = await context.existingVault();
  const passphrase = await newVaultPassphrase(file);
  await vault.keepIn(passphraseSlot({ passphrase: () => Promise.resolve(passphrase) }));
  context.terminal.out('This passphrase opens the secrets of this home. Nobody can restore it for you.');
}

/** `dockercomms vault remove`: fails `conflict` for the last slot that works, `not-found` for one that keeps no key. */
export async function removeSlot(context: CliContext, id: string): Promise<void> {
  await (await context.existingVault()).keepOutOf(id);
  context.terminal.out(
    `Removed: ${id} opens the secrets of this home no longer. Older copies of its files still fit each other.`,
  );
}

/** `dockercomms vault restore`: fails `not-found` for what this program does not have. */
export async function restoreSlot(context: CliContext, id: string): Promise<void> {
  await (await context.existingVault()).keepInKnown(id);
  context.terminal.out(`Restored: ${id} opens the secrets of this home again.`);
}

/**
 * `dockercomms vault begin-anew`: a new and empty vault in place of one that nothing opens; the old files are put aside beside
 * it. Fails `conflict` while something opens it and while a messenger runs on the home, `auth` for a wrong passphrase: a slip
 * at the keyboard gives nothing up.
 */
export async function beginVaultAnew(context: CliContext): Promise<void> {
  // Before the home is taken: that would make one where there is none.
  await requireNothingOpens(context);
  const path = homeFolder();
  const lock = await acquireHome(path);
  try {
    await beginNewVault({ path, store: await context.store() }, keySlots(path), systemClock);
  } finally {
    await lock.release();
  }
  context.terminal.out(
    `This home has new secrets. The old ones are beside them in ${path}, under names with the date in them. Go on with “identity begin-anew” for each identity; logins have to be told again.`,
  );
}

async function requireNothingOpens(context: CliContext): Promise<void> {
  try {
    await context.existingVault();
  } catch (error) {
    const reason = lockOf(error)?.reason;
    if (reason !== undefined && reason !== 'wrong-passphrase') return;
    throw error;
  }
  throw new DockerCommsError('conflict', 'The secrets of this home are open: none of them is given up.');
}

const words: Record<KeySlotView['state'], string> = {
  opens: 'opens them',
  closed: 'has a key, and does not open them here and now',
  off: 'not used',
};

function describe({ id, label, state, available }: KeySlotView): string {
  const missing = state === 'off' && !available ? ' (not available here)' : '';
  return `${id.padEnd(14)}${label}: ${words[state]}${missing}`;
}
