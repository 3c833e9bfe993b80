/**
 * Passwords for people on the network: made here, never chosen, so that none is weak or used elsewhere. 20 characters of
 * an alphabet of 32 are 100 bits: nobody guesses one, whatever they steal. Kept as salted scrypt hashes (RFC 7914) only.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import pLimit from 'p-limit';
import { z } from 'zod';
import { registryError } from './errors.ts';
import { registryLimits } from './limits.ts';

/** Without 0, 1, l and o: for reading aloud and typing in. 32 characters, so that no byte falls on one more often. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
/** Of characters with five bits each: 100 bits, more than anybody guesses at the speed of the hash. */
const groups = 5;
/** As many as are read and typed at a glance. */
const groupCharacters = 4;

/** Costs 32 MiB and some 100 ms. */
const cost = { N: 2 ** 15, r: 8, p: 1 } as const;
/** Bytes, 256 bits: as strong as what is compared. */
const hashBytes = 32;
/** Bytes, 128 bits: no two salts meet by chance. */
const saltBytes = 16;

export const passwordHashSchema = z.strictObject({
  N: z.literal(cost.N),
  r: z.literal(cost.r),
  p: z.literal(cost.p),
  salt: z.base64(),
  hash: z.base64(),
});
export type PasswordHash = z.infer<typeof passwordHashSchema>;

/** Hashes at once: more would take memory and processors from the owner, whoever asks for them. */
const hashing = pLimit(registryLimits.passwordHashesAtOnce);

/** A new password: five groups of four, such as `k7mq-…`. */
export function makePassword(): string {
  const letters = [...randomBytes(groups * groupCharacters)].map((byte) => alphabet[byte % alphabet.length]);
  return Array.from({ length: groups }, (_, at) =>
    letters.slice(at * groupCharacters, (at + 1) * groupCharacters).join(''),
  ).join('-');
}

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt);
  return { ...cost, salt: salt.toString('base64'), hash: hash.toString('base64') };
}

/** Whether this is the password, in a time that does not tell how much of it is right. Throws `TOOMANYREQUESTS`. */
export async function isPassword(password: string, known: PasswordHash): Promise<boolean> {
  const expected = Buffer.from(known.hash, 'base64');
  const actual = await derive(password, Buffer.from(known.salt, 'base64'));
  return expected.length === actual.length && timingSafeEqual(actual, expected);
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  if (hashing.pendingCount >= registryLimits.passwordHashesWaiting) {
    throw registryError('TOOMANYREQUESTS', 'Too many log-ins at once. Try again in a moment.');
  }
  return hashing(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        const options = { ...cost, maxmem: 256 * cost.N * cost.r };
        scrypt(password.normalize('NFC'), salt, hashBytes, options, (error, key) => {
          if (error === null) resolve(key);
          else reject(error);
        });
      }),
  );
}
