/**
 * Sealing with a passphrase: the key is derived by scrypt (RFC 7914), the rest is `sealing.ts`.
 * Must-fail vectors: test/vault/passphrase-slot.test.ts.
 */
import { randomBytes, scrypt } from 'node:crypto';
import { DockerCommsError } from '../base/errors.ts';
import { isCanonicalBase64url, keyBytes, seal, unseal } from './sealing.ts';

/** Base-2 logarithm of N. OWASP's Password Storage Cheat Sheet asks for N = 2^17, r = 8, p = 1, which is 128 MiB. */
export const usualCostExponent = 17;
const [blockSize, parallelism] = [8, 1] as const;
/** Higher ones were not written here: the file would decide how much memory and time opening it takes. */
const highestCostExponent = 18;
/** Bytes, 128 bits: no two salts meet by chance. */
const saltBytes = 16;

/** `scrypt:<log2 of N>:<r>:<p>:<salt>:<JWE>`: what the key was derived with stands beside what it closes. */
const sealedPattern = /^scrypt:([1-9]\d?):8:1:([A-Za-z0-9_-]{22}):([A-Za-z0-9_.-]+)$/;

/** Closes `plain` so that only who knows the passphrase opens it, and only for the same purpose. */
export async function sealWithPassphrase(
  plain: Uint8Array,
  passphrase: string,
  purpose: string,
  costExponent: number = usualCostExponent,
): Promise<string> {
  const salt = randomBytes(saltBytes);
  const sealed = await seal(plain, await derive(passphrase, salt, costExponent), purpose);
  return `scrypt:${costExponent}:${blockSize}:${parallelism}:${salt.toString('base64url')}:${sealed}`;
}

/** Fails `auth` for another passphrase, `verification-failed` when it was changed, or is no such thing at all. */
export async function unsealWithPassphrase(
  sealed: string,
  passphrase: string,
  purpose: string,
): Promise<Uint8Array> {
  const parsed = parseSealed(sealed);
  return unseal(parsed.sealed, await derive(passphrase, parsed.salt, parsed.exponent), purpose);
}

/** Before anything is computed: whoever can change the file must not decide what that costs. */
function parseSealed(text: string) {
  const [, exponent, salt, sealed] = sealedPattern.exec(text) ?? [];
  if (exponent !== undefined && salt !== undefined && sealed !== undefined) {
    const bytes = Buffer.from(salt, 'base64url');
    const acceptable = Number(exponent) <= highestCostExponent && isCanonicalBase64url(salt);
    if (acceptable) return { exponent: Number(exponent), salt: bytes, sealed };
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
