import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDeviceFile, writeDeviceFile } from '../../main/messenger/trust/device-file.ts';
import { storedProfile } from '../../main/messenger/trust/stored-profiles.ts';
import { parseDigest } from '../../main/base/digest.ts';
import { firstProfile } from '../../main/trust/own-profile.ts';
import { createSigningKey, sealableKey, type SigningKey } from '../../main/trust/signing-key.ts';
import { sealWithPassphrase } from '../../main/vault/passphrase-sealing.ts';
import { bobId } from './household.ts';

const passphrase = 'a lamp, a ladder and a lemon';
/** Cheap: what it costs is the passphrase slot's test. */
const cost = 10;
const repository = 'registry.example.com/team/mail';

function deviceOf(identity: string, key: SigningKey, signer = key) {
  const profile = firstProfile(identity, { key: key.verifying, addedAt: new Date(0) }, [repository], 0);
  const digest = parseDigest(`sha256:${'a'.repeat(64)}`);
  return storedProfile({ profile, digest, signedBy: new Set([signer.verifying.fingerprint]) });
}

function fileFor(key = createSigningKey(), profile = deviceOf(bobId, key)) {
  return writeDeviceFile({ identity: bobId, repository, key, profile }, passphrase, cost);
}

function pkcs8Of(namedCurve: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
}

test('who knows the passphrase becomes the device, with its key and the profile that names it', async () => {
  const key = createSigningKey();
  const read = await readDeviceFile(await fileFor(key), passphrase);
  expect(read).toMatchObject({ identity: bobId, repository });
  expect(read.key.verifying.fingerprint).toBe(key.verifying.fingerprint);
  expect(Buffer.from(read.profile.document).equals(deviceOf(bobId, key).document)).toBe(true);
});

test('neither the identity nor where it is written to can be read without it', async () => {
  const text = await fileFor();
  expect(text).not.toContain('bob');
  expect(text).not.toContain('registry');
});

test('another passphrase opens nothing, and is told from a changed file', async () => {
  const wrong = { code: 'auth', detail: { reason: 'wrong-passphrase' } };
  await expect(readDeviceFile(await fileFor(), 'another one entirely')).rejects.toMatchObject(wrong);
});

describe('refused', () => {
  test.each([
    ['nothing at all', ''],
    ['a picture', '\u0089PNG\r\n'],
    ['JSON of another kind', '{"sealed":"x"}'],
    ['one of a later version', '{"dockercomms-device":2,"sealed":"x"}'],
  ])('%s is no such file', async (_, text) => {
    await expect(readDeviceFile(text, passphrase)).rejects.toMatchObject({ code: 'invalid' });
  });

  test('one that asks for more memory than was ever used to write one', async () => {
    const text = (await fileFor()).replace(`scrypt:${cost}:`, 'scrypt:30:');
    await expect(readDeviceFile(text, passphrase)).rejects.toMatchObject({ code: 'verification-failed' });
  });

  test('one that was cut or changed anywhere in what is sealed', async () => {
    const text = await fileFor();
    const [start, end] = [text.indexOf('scrypt:'), text.lastIndexOf('"')];
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: start, max: end - 1 }), fc.boolean(), async (place, cut) => {
        const other = text[place] === 'A' ? 'B' : 'A';
        const changed = cut
          ? `${text.slice(0, place)}"}`
          : text.slice(0, place) + other + text.slice(place + 1);
        await expect(readDeviceFile(changed, passphrase)).rejects.toMatchObject({
          code: expect.stringMatching(/^(invalid|auth|verification-failed)$/) as string,
        });
      }),
      { numRuns: 40 },
    );
  });

  test('the key of a vault, which the same passphrase seals', async () => {
    const sealed = await sealWithPassphrase(new Uint8Array(32), passphrase, 'vault-key', cost);
    const text = JSON.stringify({ 'dockercomms-device': 1, sealed });
    await expect(readDeviceFile(text, passphrase)).rejects.toMatchObject({ code: 'verification-failed' });
  });

  test.each([
    ['what a later version would add', { later: 1 }, 'unsupported'],
    ['no key', { key: undefined }, 'unsupported'],
    ['an identity that is no text', { identity: 1 }, 'unsupported'],
    ['a key of another curve', { key: pkcs8Of('secp384r1') }, 'invalid'],
    ['a key that is none', { key: btoa('key') }, 'invalid'],
    ['a digest that is none', { profile: { digest: 'x', document: btoa('{}'), signedBy: [] } }, 'invalid'],
  ])('one that the passphrase opens, with %s in it', async (_, changes, code) => {
    const key = createSigningKey();
    const { document, ...rest } = deviceOf(bobId, key);
    const profile = { ...rest, document: Buffer.from(document).toString('base64') };
    const content = { identity: bobId, repository, key: sealableKey(key).toString('base64'), profile };
    const plain = Buffer.from(JSON.stringify({ ...content, ...changes }));
    const sealed = await sealWithPassphrase(plain, passphrase, 'device', cost);
    const text = JSON.stringify({ 'dockercomms-device': 1, sealed });
    await expect(readDeviceFile(text, passphrase)).rejects.toMatchObject({ code });
  });

  test('one whose profile names another device, or somebody else', async () => {
    const key = createSigningKey();
    for (const profile of [deviceOf(bobId, createSigningKey()), deviceOf('eve@example.com', key)]) {
      await expect(readDeviceFile(await fileFor(key, profile), passphrase)).rejects.toMatchObject({
        code: 'invalid',
      });
    }
  });

  test('one whose device has not signed its profile', async () => {
    const key = createSigningKey();
    const text = await fileFor(key, deviceOf(bobId, key, createSigningKey()));
    await expect(readDeviceFile(text, passphrase)).rejects.toMatchObject({ code: 'invalid' });
  });
});
