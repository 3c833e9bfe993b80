/**
 * Sealing is JSON Web Encryption (RFC 7516, compact; `dir` with A256GCM, RFC 7518 sections 4.5 and 5.3), by the jose
 * library. The purpose stands in the protected header, so that nothing sealed for one purpose opens as another.
 * Must-fail vectors: "the file" in test/vault/vault.test.ts.
 */
import { randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, compactDecrypt, CompactEncrypt, decodeProtectedHeader, errors } from 'jose';
import { DockerCommsError } from '../base/errors.ts';

/** Bytes of every key here: what A256GCM takes. */
export const keyBytes = 32;
/** What a slot seals the vault's key for. */
export const keyPurpose = 'vault-key';

export function generateKey(): Uint8Array {
  return randomBytes(keyBytes);
}

const purposeHeader = 'dockercomms.purpose';

export async function seal(plain: Uint8Array, key: Uint8Array, purpose: string): Promise<string> {
  return new CompactEncrypt(plain)
    .setProtectedHeader({
      alg: 'dir',
      enc: 'A256GCM',
      kid: await keyName(key),
      [purposeHeader]: purpose,
    })
    .encrypt(key);
}

/** Fails `auth` when it was sealed with another key, `verification-failed` when it was changed or is for another purpose. */
export async function unseal(sealed: string, key: Uint8Array, purpose: string): Promise<Uint8Array> {
  if (!sealed.split('.').every(isCanonicalBase64url)) throw changed();
  try {
    if (decodeProtectedHeader(sealed).kid !== (await keyName(key))) {
      throw new DockerCommsError('auth', 'This was sealed with another key.');
    }
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    if (protectedHeader[purposeHeader] === purpose) return plaintext;
  } catch (error) {
    // TypeError: not a compact JWE at all.
    if (!(error instanceof errors.JOSEError || error instanceof TypeError)) throw error;
  }
  throw changed();
}

function changed(): DockerCommsError {
  return new DockerCommsError('verification-failed', 'What was sealed here has been changed.');
}

/**
 * Whether these are the very characters that the bytes are written with. The last one may have bits that stand for nothing, and
 * decoders pass them over (RFC 4648, section 3.5): what was changed there would open as if it were not.
 */
export function isCanonicalBase64url(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text;
}

/** Tells keys apart without telling anything about them (RFC 7638; they are 256 random bits). */
async function keyName(key: Uint8Array): Promise<string> {
  return calculateJwkThumbprint({ kty: 'oct', k: Buffer.from(key).toString('base64url') });
}
