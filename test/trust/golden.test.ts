import { describe, expect, it } from 'vitest';
import { keySigner } from '../../main/trust/signer.ts';
import { createSigningKey } from '../../main/trust/signing-key.ts';
import { buildStatement } from '../../main/trust/statement.ts';
import { verifyBundle } from '../../main/trust/verify.ts';
import {
  certificatePolicy,
  golden,
  goldenAlice,
  goldenKey,
  goldenSubject,
  type OpenBundle,
} from './golden.ts';

describe('bundles that others wrote', () => {
  it.each(['cosign-3.1', 'p256'] as const)('by the key %s verify with it, with no log demanded', (name) => {
    const file = name === 'p256' ? 'key/p256-dsse.json' : 'key/cosign-3.1.json';
    const key = goldenKey(name);
    expect(verifyBundle(goldenSubject, golden(file), { keys: [key] })).toEqual({
      state: 'verified',
      by: { kind: 'key', fingerprint: key.fingerprint },
    });
  });

  it.each(['key/cosign-3.1.json', 'key/p256-dsse.json'])(
    'by a key (%s) never pass as a certificate',
    (file) => {
      const verdict = verifyBundle(goldenSubject, golden(file), certificatePolicy('rekor-v1'));
      expect(verdict).toMatchObject({ state: 'untrusted', error: { detail: { reason: 'unknown-key' } } });
    },
  );

  it.each([
    'rekor-v1/dsse.json',
    'rekor-v1/dsse-timestamped.json',
    'rekor-v1/message-signature.json',
    'rekor-v1/message-signature-timestamped.json',
    'rekor-v2/dsse-as-dsse.json',
    'rekor-v2/dsse-as-hashedrekord.json',
    'rekor-v2/message-signature.json',
  ])('%s verifies strictly under its trusted root', (file) => {
    const policy = certificatePolicy(file.startsWith('rekor-v1') ? 'rekor-v1' : 'rekor-v2');
    expect(verifyBundle(goldenSubject, golden(file), policy)).toEqual({
      state: 'verified',
      by: { kind: 'certificate', ...goldenAlice },
    });
  });

  it.each(['must-fail/inclusion-index-dsse.json', 'must-fail/inclusion-index-message-signature.json'])(
    '%s is refused: its inclusion proof points outside the tree',
    (file) => {
      const verdict = verifyBundle(goldenSubject, golden(file), certificatePolicy('rekor-v1'));
      expect(verdict).toMatchObject({ state: 'bad', error: { code: 'verification-failed' } });
    },
  );
});

describe('a bundle that we write', () => {
  it('has exactly the shape of cosign’s: the same fields in the same order, no keyid, nothing empty', async () => {
    const bundle = await keySigner(createSigningKey()).sign(goldenSubject.digest);
    expect(shapeOf(JSON.parse(Buffer.from(bundle).toString('utf8')))).toBe(
      shapeOf(JSON.parse(golden('key/cosign-3.1.json').toString('utf8'))),
    );
  });

  it('is about the statement that cosign writes, byte for byte', () => {
    const bundle = JSON.parse(golden('key/cosign-3.1.json').toString('utf8')) as OpenBundle;
    expect(buildStatement(goldenSubject.digest).toString('base64')).toBe(bundle.dsseEnvelope.payload);
  });

  it('names the key as cosign does', () => {
    const bundle = JSON.parse(golden('key/cosign-3.1.json').toString('utf8')) as OpenBundle;
    expect(goldenKey('cosign-3.1').hint).toBe(bundle.verificationMaterial.publicKey?.hint);
  });

  it('verifies with the public half of its key', async () => {
    const key = createSigningKey();
    const bundle = await keySigner(key).sign(goldenSubject.digest);
    const { fingerprint } = key.verifying;
    expect(verifyBundle(goldenSubject, bundle, { keys: [key.verifying] })).toEqual({
      state: 'verified',
      by: { kind: 'key', fingerprint },
    });
  });
});

/** Names and kinds of everything in a document, in order; strings only by where they stand. */
function shapeOf(document: unknown): string {
  return JSON.stringify(document, (_name, value: unknown) => (typeof value === 'string' ? 'text' : value));
}
