import { randomBytes, scrypt } from 'node:crypto';
import { DockerCommsError } from '../base/errors.ts';
import type { KeySlot } from './key-slot.ts';
import { keyBytes, keyPurpose, seal, unseal } from './sealing.ts';

export const passphraseSlotId = 'passphrase';

/** Asks for a passphrase when one is needed; null: nobody tells one. */
export type AskPassphrase = () => Promise<string | null>;

export interface PassphraseSlotOptions {
  readonly passphrase: AskPassphrase;
  /** Base-2 logarithm of scrypt's N for what is closed from now on. */
  readonly costExponent?: number;
}

/** scrypt (RFC 7914) as OWASP's Password Storage Cheat Sheet asks: N = 2^17, r = 8, p = 1, which is 128 MiB. */
const usualCostExponent = 17;
const [blockSize, parallelism] = [8, 1] as const;
/** Higher ones were not written here: the file would decide how much memory and time opening it takes. */
const highestCostExponent = 18;
/** Bytes, 128 bits: no two salts meet by chance. */
const saltBytes = 16;

/** `scrypt:<log2 of N>:<r>:<p>:<salt>:<JWE>`: what the key was derived with stands beside what it closes. */
const wrappedPattern = /^scrypt:([1-9]\d?):8:1:([A-Za-z0-9_-]{22}):([A-Za-z0-9_.-]+)$/;

/**
 * Keeps the vault's key closed with a key that scrypt derives from a person's passphrase. It is a person's to set: a vault
 * never gives the key to it by itself, so that a wrong one never takes the right one's place.
 */
export function passphraseSlot({
  passphrase,
  costExponent = usualCostExponent,
}: PassphraseSlotOptions): KeySlot {
  const derived = async (salt: Uint8Array, exponent: number) => {
    const told = await passphrase();
    if (told === null) throw new DockerCommsError('auth', 'The passphrase was not given.');
    return derive(told, salt, exponent);
  };
  return {
    id: passphraseSlotId,
    label: 'Passphrase (scrypt)',
    available: async () => (await passphrase()) !== null,
    wrap: async (key) => {
      const salt = randomBytes(saltBytes);
      const sealed = await seal(key, await derived(salt, costExponent), keyPurpose);
      return `scrypt:${costExponent}:${blockSize}:${parallelism}:${salt.toString('base64url')}:${sealed}`;
    },
    unwrap: async (wrapped) => {
      const { exponent, salt, sealed } = parseWrapped(wrapped);
      return { key: await unseal(sealed, await derived(salt, exponent), keyPurpose), isStale: false };
    },
  };
}

/** Before anything is computed: whoever can change the file must not decide what that costs. */
function parseWrapped(wrapped: string) {
  const [, exponent, salt, sealed] = wrappedPattern.exec(wrapped) ?? [];
  if (exponent !== undefined && salt !== undefined && sealed !== undefined) {
    const bytes = Buffer.from(salt, 'base64url');
    if (Number(exponent) <= highestCostExponent) return { exponent: Number(exponent), salt: bytes, sealed };
  }
  throw new DockerCommsError('verification-failed', 'What the passphrase protects has been changed.');
}

/** Composed characters, so that a passphrase is the same from every keyboard. */
function derive(passphrase: string, salt: Uint8Array, exponent: number): Promise<Uint8Array> {
  const N = 2 ** exponent;
  const options = { N, r: blockSize, p: parallelism, maxmem: 256 * N * blockSize };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, keyBytes, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
