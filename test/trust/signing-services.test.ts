import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logEnvelope, logSignature, requestCertificate } from '../../main/trust/signing-services.ts';

/** A service that answers 200 with this, whatever it is asked. */
function answering(body: string) {
  return { fetch: () => Promise.resolve(new Response(body)), url: new URL('https://service.example') };
}

const entry = {
  body: btoa(JSON.stringify({ kind: 'dsse', apiVersion: '0.0.1' })),
  integratedTime: 1_795_000_000,
  logID: 'ab'.repeat(32),
  logIndex: 7,
  verification: {
    inclusionProof: {
      checkpoint: 'c',
      hashes: ['cd'.repeat(32)],
      logIndex: 7,
      rootHash: 'ef'.repeat(32),
      treeSize: 8,
    },
    signedEntryTimestamp: 'AAAA',
  },
};
const proof = entry.verification.inclusionProof;
const withProof = (changes: object) => ({
  verification: { ...entry.verification, inclusionProof: { ...proof, ...changes } },
});

const askers = {
  certificate: (body: string) =>
    requestCertificate(answering(body), {
      identityToken: 't',
      publicKey: 'k',
      proofOfPossession: new Uint8Array(),
    }),
  'first log': (body: string) => logEnvelope(answering(body), '{}', 'PEM'),
  'second log': (body: string) =>
    logSignature(
      answering(body),
      { encoded: new Uint8Array(), signature: new Uint8Array() },
      new Uint8Array(),
    ),
} as const;
const refused = { code: 'protocol' };

describe('what a service for signing answers', () => {
  it('is a certificate, or an entry of its log', async () => {
    const chain = { chain: { certificates: ['PEM', 'ROOT'] } };
    expect(await askers.certificate(JSON.stringify({ signedCertificateEmbeddedSct: chain }))).toBe('PEM');
    const logged = await askers['first log'](JSON.stringify({ anyId: entry }));
    expect(logged).toMatchObject({ logIndex: '7', kindVersion: { kind: 'dsse', version: '0.0.1' } });
  });

  it.each([
    ['nothing', {}],
    ['no certificate', { signedCertificateEmbeddedSct: { chain: { certificates: [] } } }],
    ['a certificate that is no text', { signedCertificateEmbeddedSct: { chain: { certificates: [1] } } }],
    ['a chain that is none', { signedCertificateDetachedSct: { chain: 'PEM' } }],
  ])('is no certificate when it has %s', async (_, answer) => {
    await expect(askers.certificate(JSON.stringify(answer))).rejects.toMatchObject(refused);
  });

  it.each([
    ['has no entry', {}],
    ['has two', { one: entry, two: entry }],
    ['has a body that is no base64', { one: { ...entry, body: '{"kind":"dsse"}' } }],
    ['has a body that is no document', { one: { ...entry, body: btoa('dsse') } }],
    ['has a body without its kind', { one: { ...entry, body: btoa('{}') } }],
    ['names a log in other than hex', { one: { ...entry, logID: 'log' } }],
    ['stands at no place', { one: { ...entry, logIndex: -1 } }],
    ['stands between two places', { one: { ...entry, logIndex: 0.5 } }],
    ['was not promised', { one: { ...entry, verification: { inclusionProof: proof } } }],
    ['has a path without end', { one: { ...entry, ...withProof({ hashes: Array(65).fill('ab') }) } }],
    ['has a path of other than hex', { one: { ...entry, ...withProof({ hashes: ['../..'] }) } }],
    ['has no checkpoint', { one: { ...entry, ...withProof({ checkpoint: undefined }) } }],
  ])('is no entry when it %s', async (_, answer) => {
    await expect(askers['first log'](JSON.stringify(answer))).rejects.toMatchObject(refused);
  });

  it.each([
    'null',
    '[]',
    '"entry"',
    '{',
    '',
    '{"logId":1}',
    '{"logIndex":{}}',
    '{"logId":{"keyId":"AAAA"}}',
    '{"logId":{"keyId":1}}',
  ])('is no entry of the second log as %j', async (answer) => {
    await expect(askers['second log'](answer)).rejects.toMatchObject(refused);
  });

  it.each(Object.keys(askers) as (keyof typeof askers)[])(
    'is refused as a %s, whatever it is',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
          await expect(askers[name](text)).rejects.toMatchObject(refused);
        }),
      );
    },
  );
});
