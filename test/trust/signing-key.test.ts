import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createSigningKey,
  openSigningKey,
  parseVerifyingKey,
  sealableKey,
} from '../../main/trust/signing-key.ts';

describe('a signing key', () => {
  it('is the same after it was sealed and opened again', () => {
    const key = createSigningKey();
    const again = openSigningKey(sealableKey(key));
    expect(again.verifying.fingerprint).toBe(key.verifying.fingerprint);
  });

  it('is another one each time', () => {
    expect(createSigningKey().verifying.fingerprint).not.toBe(createSigningKey().verifying.fingerprint);
  });

  it('never prints or serialises its private half', () => {
    const key = createSigningKey();
    const shown = inspect(key, { depth: 9, showHidden: true }) + JSON.stringify(key);
    const secret = key.privateKey.export({ format: 'jwk' }).d ?? '';
    expect(secret).not.toBe('');
    for (const form of ['base64', 'base64url', 'hex'] as const) {
      expect(shown).not.toContain(Buffer.from(secret, 'base64url').toString(form));
    }
  });

  it.each([
    ['an RSA key', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
    ['a key on another curve', generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey],
    ['an Ed25519 key', generateKeyPairSync('ed25519').privateKey],
  ])('is not opened from %s', (_title, other) => {
    const pkcs8 = other.export({ format: 'der', type: 'pkcs8' });
    expect(() => openSigningKey(pkcs8)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('is not opened from what is no key, and says nothing of what it was given', () => {
    try {
      openSigningKey(Buffer.from('hunter2 is no key'));
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'invalid' });
      expect((error as Error).cause).toBeUndefined();
      expect(inspect(error)).not.toContain('hunter2');
    }
  });
});

describe('a public key from somebody else', () => {
  const spki = Buffer.from(createSigningKey().verifying.spki);

  it('is read back from its bytes', () => {
    expect(parseVerifyingKey(spki).spki).toEqual(spki);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['something after the key', Buffer.concat([spki, Buffer.from([0])])],
    ['a point that is not on the curve', Buffer.concat([spki.subarray(0, 27), Buffer.alloc(64, 1)])],
    ['a P-384 key', exported('secp384r1')],
    ['another curve of the same size', exported('secp256k1')],
    ['the compressed form of the same key', compressed(spki)],
  ])('is refused when it is %s', (_title, bytes) => {
    expect(() => parseVerifyingKey(bytes)).toThrow(expect.objectContaining({ code: 'protocol' }));
  });

  it('is the key that its bytes say, or refused, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.nat(spki.length - 1), fc.integer({ min: 1, max: 255 }), (position, change) => {
        const bytes = Buffer.from(spki);
        bytes[position] = (bytes[position] ?? 0) ^ change;
        try {
          expect(parseVerifyingKey(bytes).spki).toEqual(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'protocol' });
        }
      }),
    );
  });
});

function exported(namedCurve: string): Buffer {
  return generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'der', type: 'spki' });
}

/** SubjectPublicKeyInfo with the point's x and its parity only (RFC 5480, section 2.2). */
function compressed(spki: Buffer): Buffer {
  const point = Buffer.concat([Buffer.from([2 + ((spki.at(-1) ?? 0) & 1)]), spki.subarray(27, 59)]);
  const bytes = Buffer.concat([
    Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex'),
    point,
  ]);
  expect(createPublicKey({ key: bytes, format: 'der', type: 'spki' }).asymmetricKeyType).toBe('ec');
  return bytes;
}
