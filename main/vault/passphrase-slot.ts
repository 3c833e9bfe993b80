import { DockerCommsError } from '../base/errors.ts';
import type { KeySlot } from './key-slot.ts';
import { sealWithPassphrase, unsealWithPassphrase, usualCostExponent } from './passphrase-sealing.ts';
import { keyPurpose } from './sealing.ts';

export const passphraseSlotId = 'passphrase';

/** Asks for a passphrase when one is needed; null: nobody tells one. */
export type AskPassphrase = () => Promise<string | null>;

export interface PassphraseSlotOptions {
  readonly passphrase: AskPassphrase;
  /** Base-2 logarithm of scrypt's N for what is closed from now on. */
  readonly costExponent?: number;
}

/**
 * Keeps the vault's key closed with a key that scrypt derives from a person's passphrase. It is a person's to set: a vault
 * never gives the key to it by itself, so that a wrong one never takes the right one's place.
 */
export function passphraseSlot({
  passphrase,
  costExponent = usualCostExponent,
}: PassphraseSlotOptions): KeySlot {
  const asked = async () => {
    const told = await passphrase();
    if (told === null) throw new DockerCommsError('auth', 'The passphrase was not given.');
    return told;
  };
  return {
    id: passphraseSlotId,
    label: 'Passphrase (scrypt)',
    available: async () => (await passphrase()) !== null,
    wrap: async (key) => sealWithPassphrase(key, await asked(), keyPurpose, costExponent),
    unwrap: async (wrapped) => ({
      key: await unsealWithPassphrase(wrapped, await asked(), keyPurpose),
      isStale: false,
    }),
  };
}
