import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { keyFileSlot } from '../vault/key-file-slot.ts';
import type { KeySlot } from '../vault/key-slot.ts';
import { keyringSlot } from '../vault/keyring-slot.ts';
import { systemKeyring } from '../vault/system-keyring.ts';

/** Set to `off` no keyring is asked: for machines whose keyring must not know of this, and for tests. */
const keyringSwitch = 'DOCKERCOMMS_KEYRING';

/**
 * What keeps the key of a home's vault in every host, in the order in which it is asked: what answers at once before what may
 * ask a person. `home` is absolute.
 */
export function keySlots(home: string, more: readonly KeySlot[] = []): readonly KeySlot[] {
  const keyring =
    process.env[keyringSwitch] === 'off' ? [] : [keyringSlot({ open: systemKeyring, name: nameOf(home) })];
  return [keyFileSlot(join(home, 'vault.key')), ...more, ...keyring];
}

/** One keyring serves several homes; where they lie is nobody's business there. */
function nameOf(home: string): string {
  return createHash('sha256').update(home).digest('hex').slice(0, 16);
}
