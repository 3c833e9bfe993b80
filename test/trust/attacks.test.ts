import { generateKeyPairSync, sign } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../main/base/hash.ts';
import { buildMessageManifest, parseMessageManifest } from '../../main/protocol/message.ts';
import { buildReceiptManifest } from '../../main/protocol/receipt.ts';
import { addressingOf, keysEverOf } from '../../main/trust/addressee.ts';
import { parseBundle, writeKeyBundle } from '../../main/trust/bundle.ts';
import { findEvidence } from '../../main/trust/evidence.ts';
import { nextProfile } from '../../main/trust/own-profile.ts';
import type { Policy, Verdict } from '../../main/trust/policy.ts';
import { keySigner, preAuthEncoding } from '../../main/trust/signer.ts';
import { createSigningKey, signBytes } from '../../main/trust/signing-key.ts';
import { buildStatement } from '../../main/trust/statement.ts';
import { parseTrustedRoot } from '../../main/trust/trusted-root.ts';
import { subjectOf, verifyBundle } from '../../main/trust/verify.ts';
import { someDigest, someFields, someLayers } from '../protocol/messages.ts';
import {
  certificatePolicy,
  damagedBundle,
  golden,
  goldenAlice,
  goldenKey,
  goldenSubject,
  type OpenBundle,
} from './golden.ts';
import { MemoryPlace } from './memory-place.ts';
import { alicesFirst, day, noon, signedBy, someDevice } from './profiles.ts';

const alice = createSigningKey();
const mallory = createSigningKey();
const believed: Policy = { keys: [alice.verifying] };
const message = subjectOf(buildMessageManifest(someFields, someLayers(3)));
const aliceBundle = await keySigner(alice).sign(message.digest);

function reasonOf(verdict: Verdict): string | undefined {
  return verdict.state === 'bad' || verdict.state === 'untrusted'
    ? String(verdict.error.detail.reason)
    : undefined;
}

/** Alice's bundle over `message` as JSON, after `damage` has changed it. */
function changed(damage: (bundle: OpenBundle) => void): Buffer {
  const bundle = JSON.parse(Buffer.from(aliceBundle).toString('utf8')) as OpenBundle;
  damage(bundle);
  return Buffer.from(JSON.stringify(bundle));
}

/** A bundle that Alice's key really signed, over a statement of another form. */
function overStatement(change: (statement: OpenStatement) => void): Buffer {
  const statement = JSON.parse(buildStatement(message.digest).toString('utf8')) as OpenStatement;
  change(statement);
  return overPayload(Buffer.from(JSON.stringify(statement)));
}

function overPayload(payload: Buffer): Buffer {
  return writeKeyBundle(alice.verifying.hint, payload, signBytes(alice, preAuthEncoding(payload)));
}

interface OpenStatement {
  [key: string]: unknown;
  subject: { [key: string]: unknown; digest: Record<string, string> }[];
}

/** Alice's signature over a manifest itself. */
function messageSignature(damage: (bundle: OpenBundle) => void = () => undefined): Buffer {
  const digest = Buffer.from(message.digest.slice('sha256:'.length), 'hex').toString('base64');
  const bundle = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: alice.verifying.hint } },
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest },
      signature: signBytes(alice, message.bytes).toString('base64'),
    },
  };
  damage(bundle as unknown as OpenBundle);
  return Buffer.from(JSON.stringify(bundle));
}

describe('a bundle of a key', () => {
  it('verifies untouched, as a statement and over the manifest itself', () => {
    expect(verifyBundle(message, aliceBundle, believed).state).toBe('verified');
    expect(verifyBundle(message, messageSignature(), believed).state).toBe('verified');
  });

  const otherHex = sha256('another manifest').slice('sha256:'.length);
  const signatureOf = (bundle: OpenBundle) => bundle.dsseEnvelope.signatures[0] ?? { sig: '' };
  const setSignature = (make: (old: string) => string) =>
    changed((bundle) => (signatureOf(bundle).sig = make(signatureOf(bundle).sig)));

  it.each<[string, Uint8Array, string]>([
    ['is empty', Buffer.alloc(0), 'malformed-bundle'],
    ['is no JSON', Buffer.from('{'), 'malformed-bundle'],
    [
      'is no UTF-8',
      Buffer.concat([Buffer.from(aliceBundle).subarray(0, -1), Buffer.from([0xff, 0x7d])]),
      'malformed-bundle',
    ],
    ['is an array', Buffer.from('[]'), 'malformed-bundle'],
    ['is nested without end', Buffer.from('['.repeat(60_000)), 'malformed-bundle'],
    ['has more than 64 KiB', Buffer.concat([aliceBundle, Buffer.alloc(65_536, 0x20)]), 'malformed-bundle'],
    ['has something after it', Buffer.concat([aliceBundle, Buffer.from('{}')]), 'malformed-bundle'],
    [
      'claims version 0.1',
      changed((b) => (b.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.1')),
      'malformed-bundle',
    ],
    [
      'claims version 0.2',
      changed((b) => (b.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.2')),
      'malformed-bundle',
    ],
    ['has no type', changed((b) => Reflect.deleteProperty(b, 'mediaType')), 'malformed-bundle'],
    ['has a field that nobody knows', changed((b) => (b.more = 1)), 'malformed-bundle'],
    [
      'carries two kinds of content',
      changed(
        (b) =>
          (b.messageSignature = (JSON.parse(messageSignature().toString()) as OpenBundle).messageSignature),
      ),
      'malformed-bundle',
    ],
    ['carries no content', changed((b) => Reflect.deleteProperty(b, 'dsseEnvelope')), 'malformed-bundle'],
    [
      'names a key and a certificate',
      changed((b) => (b.verificationMaterial.certificate = { rawBytes: 'AAAA' })),
      'malformed-bundle',
    ],
    [
      'names neither key nor certificate',
      changed((b) => delete b.verificationMaterial.publicKey),
      'malformed-bundle',
    ],
    [
      'has an empty hint',
      changed((b) => (b.verificationMaterial.publicKey = { hint: '' })),
      'malformed-bundle',
    ],
    ['has no signature', changed((b) => (b.dsseEnvelope.signatures = [])), 'malformed-bundle'],
    ['has an empty signature', setSignature(() => ''), 'malformed-bundle'],
    [
      'has two signatures, the right one first',
      changed((b) => b.dsseEnvelope.signatures.push({ sig: 'AAAA' })),
      'malformed-bundle',
    ],
    [
      'has two signatures, the right one last',
      changed((b) => b.dsseEnvelope.signatures.unshift({ sig: 'AAAA' })),
      'malformed-bundle',
    ],
    [
      'has its signature with spaces',
      setSignature((sig) => `${sig.slice(0, 8)} ${sig.slice(8)}`),
      'malformed-bundle',
    ],
    [
      'has its signature without padding',
      setSignature((sig) => `${sig.replaceAll('=', '')}A`.slice(0, 91)),
      'malformed-bundle',
    ],
    [
      'has its payload in the other base64',
      changed((b) => (b.dsseEnvelope.payload = `-${b.dsseEnvelope.payload.slice(1)}`)),
      'malformed-bundle',
    ],
    [
      'says that its payload is something else',
      changed((b) => (b.dsseEnvelope.payloadType = 'text/plain')),
      'malformed-bundle',
    ],
    [
      'hides its hint in a prototype',
      Buffer.from(Buffer.from(aliceBundle).toString().replace('"publicKey"', '"__proto__"')),
      'malformed-bundle',
    ],
    [
      'is about another manifest',
      overStatement((s) => (s.subject = [{ digest: { sha256: otherHex } }])),
      'other-subject',
    ],
    [
      'is about this and another manifest',
      overStatement((s) => s.subject.push({ digest: { sha256: otherHex } })),
      'other-subject',
    ],
    ['is about nothing', overStatement((s) => (s.subject = [])), 'other-subject'],
    [
      'is about it by two hashes',
      overStatement((s) => (s.subject = [{ digest: { sha256: message.digest.slice(7), sha512: 'ab' } }])),
      'other-subject',
    ],
    [
      'is about it by another hash only',
      overStatement((s) => (s.subject = [{ digest: { sha512: message.digest.slice(7) } }])),
      'other-subject',
    ],
    [
      'is about it in capitals',
      overStatement((s) => (s.subject = [{ digest: { sha256: message.digest.slice(7).toUpperCase() } }])),
      'other-subject',
    ],
    [
      'is about it with the algorithm in the value',
      overStatement((s) => (s.subject = [{ digest: { sha256: message.digest } }])),
      'other-subject',
    ],
    [
      'names the manifest',
      overStatement(
        (s) => (s.subject = [{ name: 'invoice.pdf', digest: { sha256: message.digest.slice(7) } }]),
      ),
      'other-subject',
    ],
    [
      'annotates the manifest',
      overStatement(
        (s) => (s.subject = [{ digest: { sha256: message.digest.slice(7) }, annotations: { a: 'b' } }]),
      ),
      'other-subject',
    ],
    [
      'is a statement of version 0.1',
      overStatement((s) => (s._type = 'https://in-toto.io/Statement/v0.1')),
      'other-subject',
    ],
    [
      'is a statement of provenance',
      overStatement((s) => (s.predicateType = 'https://slsa.dev/provenance/v1')),
      'other-subject',
    ],
    ['says something more of it', overStatement((s) => (s.predicate = { approved: false })), 'other-subject'],
    ['has no predicate', overStatement((s) => Reflect.deleteProperty(s, 'predicate')), 'other-subject'],
    ['has a field more', overStatement((s) => (s.more = true)), 'other-subject'],
    ['is over no JSON', overPayload(Buffer.from('yes')), 'other-subject'],
    ['is over JSON that is no object', overPayload(Buffer.from('null')), 'other-subject'],
    [
      'was signed without its type (no pre-authentication encoding)',
      writeKeyBundle(
        alice.verifying.hint,
        buildStatement(message.digest),
        signBytes(alice, buildStatement(message.digest)),
      ),
      'signature',
    ],
    [
      'was signed with another hash',
      writeKeyBundle(
        alice.verifying.hint,
        buildStatement(message.digest),
        sign('sha512', preAuthEncoding(buildStatement(message.digest)), alice.privateKey),
      ),
      'signature',
    ],
    [
      'was signed by somebody else under this key’s hint',
      writeKeyBundle(
        alice.verifying.hint,
        buildStatement(message.digest),
        signBytes(mallory, preAuthEncoding(buildStatement(message.digest))),
      ),
      'signature',
    ],
    [
      'has a signature of zeros',
      setSignature(() => Buffer.from('3006020100020100', 'hex').toString('base64')),
      'signature',
    ],
    [
      'has a signature in the raw form',
      writeKeyBundle(
        alice.verifying.hint,
        buildStatement(message.digest),
        sign('sha256', preAuthEncoding(buildStatement(message.digest)), {
          key: alice.privateKey,
          dsaEncoding: 'ieee-p1363',
        }),
      ),
      'signature',
    ],
    [
      'has the signature of its payload of another time',
      setSignature(() => signBytes(alice, Buffer.from('x')).toString('base64')),
      'signature',
    ],
    [
      'is over another manifest itself',
      messageSignature(
        (b) => (b.messageSignature.messageDigest.digest = Buffer.from(otherHex, 'hex').toString('base64')),
      ),
      'other-subject',
    ],
    [
      'is over the manifest by another hash',
      messageSignature((b) => (b.messageSignature.messageDigest.algorithm = 'SHA2_512')),
      'malformed-bundle',
    ],
    [
      'claims the manifest’s hash and signs other bytes',
      messageSignature(
        (b) => (b.messageSignature.signature = signBytes(alice, Buffer.from('x')).toString('base64')),
      ),
      'signature',
    ],
  ])('is bad when it %s', (_title, bundle, reason) => {
    const verdict = verifyBundle(message, bundle, believed);
    expect([verdict.state, reasonOf(verdict)]).toEqual(['bad', reason]);
  });

  it('is bad for a message that was tampered with', () => {
    const tampered = subjectOf(buildMessageManifest({ ...someFields, filename: 'other.txt' }, someLayers(3)));
    expect(verifyBundle(tampered, aliceBundle, believed)).toMatchObject({ state: 'bad' });
  });

  it('is bad for the same message with another chunk', () => {
    const [first, ...rest] = someLayers(3);
    const layers = [{ ...first, digest: sha256('another chunk') } as typeof first, ...rest].flatMap(
      (layer) => layer ?? [],
    );
    const tampered = subjectOf(buildMessageManifest(someFields, layers));
    expect(verifyBundle(tampered, aliceBundle, believed)).toMatchObject({ state: 'bad' });
  });

  it('is bad for the same message in another serialisation', () => {
    const spaced = subjectOf(
      Buffer.from(JSON.stringify(JSON.parse(Buffer.from(message.bytes).toString()), null, 1)),
    );
    expect(verifyBundle(spaced, aliceBundle, believed)).toMatchObject({ state: 'bad' });
  });

  it.each<[string, Policy, string]>([
    ['nobody is believed', { keys: [] }, 'unknown-key'],
    ['somebody else is believed', { keys: [mallory.verifying] }, 'unknown-key'],
    ['only certificates are believed', certificatePolicy('rekor-v1'), 'unknown-key'],
    ['the key was revoked', { keys: [], recognised: [alice.verifying] }, 'key-not-accepted'],
  ])('is untrusted when %s', (_title, policy, reason) => {
    const verdict = verifyBundle(message, aliceBundle, policy);
    expect([verdict.state, reasonOf(verdict)]).toEqual(['untrusted', reason]);
  });
});

describe('a bundle of a certificate', () => {
  const policy = certificatePolicy('rekor-v1');
  const plain = 'rekor-v1/dsse.json';
  const stamped = 'rekor-v1/dsse-timestamped.json';
  const other = JSON.parse(golden(stamped).toString()) as OpenBundle;
  const flip = (text: string) => {
    const bytes = Buffer.from(text, 'base64');
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    return bytes.toString('base64');
  };
  const entry = ({ verificationMaterial: { tlogEntries } }: OpenBundle) => {
    const [first] = tlogEntries;
    if (first === undefined) throw new Error('The golden bundle has no log entry.');
    return first;
  };

  it.each<[string, string, (bundle: OpenBundle) => void]>([
    [
      'its certificate was changed',
      plain,
      (b) =>
        (b.verificationMaterial.certificate = {
          rawBytes: flip(b.verificationMaterial.certificate?.rawBytes ?? ''),
        }),
    ],
    [
      'its certificate is no certificate',
      plain,
      (b) => (b.verificationMaterial.certificate = { rawBytes: 'AAAA' }),
    ],
    [
      'its certificate is of another signature',
      plain,
      (b) =>
        (b.verificationMaterial.certificate = other.verificationMaterial.certificate ?? { rawBytes: '' }),
    ],
    [
      'it brings a chain of its own',
      plain,
      (b) =>
        (b.verificationMaterial.x509CertificateChain = {
          certificates: [b.verificationMaterial.certificate],
        }),
    ],
    [
      'its signature was changed',
      plain,
      (b) => (b.dsseEnvelope.signatures = [{ sig: flip(b.dsseEnvelope.signatures[0]?.sig ?? '') }]),
    ],
    [
      'its signature is of another bundle',
      plain,
      (b) => (b.dsseEnvelope.signatures = other.dsseEnvelope.signatures),
    ],
    [
      'its statement was replaced',
      plain,
      (b) => (b.dsseEnvelope.payload = buildStatement(message.digest).toString('base64')),
    ],
    ['no log knows of it', plain, (b) => (b.verificationMaterial.tlogEntries = [])],
    [
      'the log entry is of another bundle',
      plain,
      (b) => (b.verificationMaterial.tlogEntries = other.verificationMaterial.tlogEntries),
    ],
    ['the log entry comes twice', plain, (b) => b.verificationMaterial.tlogEntries.push(entry(b))],
    [
      'it has more log entries than are looked at',
      plain,
      (b) => (b.verificationMaterial.tlogEntries = Array.from({ length: 9 }, () => entry(b))),
    ],
    [
      'what the log keeps was changed',
      plain,
      (b) => (entry(b).canonicalizedBody = flip(entry(b).canonicalizedBody)),
    ],
    ['another log is named', plain, (b) => (entry(b).logId = { keyId: flip(entry(b).logId.keyId) })],
    ['the place in the log was changed', plain, (b) => (entry(b).logIndex = '1')],
    [
      'the time of logging was changed',
      plain,
      (b) => (entry(b).integratedTime = String(Number(entry(b).integratedTime) + 1)),
    ],
    ['the log promises nothing, so that nothing says when', plain, (b) => delete entry(b).inclusionPromise],
    [
      'the log’s promise was changed',
      plain,
      (b) =>
        (entry(b).inclusionPromise = {
          signedEntryTimestamp: flip(entry(b).inclusionPromise?.signedEntryTimestamp ?? ''),
        }),
    ],
    [
      'the proof has another root than its checkpoint',
      plain,
      (b) => (entry(b).inclusionProof.rootHash = flip(entry(b).inclusionProof.rootHash)),
    ],
    [
      'the proof has another size than its checkpoint',
      plain,
      (b) => (entry(b).inclusionProof.treeSize = '2'),
    ],
    ['the proof has no checkpoint', plain, (b) => (entry(b).inclusionProof.checkpoint = { envelope: '' })],
    [
      'the checkpoint is of another tree',
      plain,
      (b) =>
        (entry(b).inclusionProof = (other.verificationMaterial.tlogEntries[0] ?? entry(b)).inclusionProof),
    ],
    [
      'the timestamp is of another signature',
      plain,
      (b) =>
        (b.verificationMaterial.timestampVerificationData =
          other.verificationMaterial.timestampVerificationData),
    ],
    [
      'the timestamp is none',
      stamped,
      (b) =>
        (b.verificationMaterial.timestampVerificationData.rfc3161Timestamps = [{ signedTimestamp: 'AAAA' }]),
    ],
    [
      'the timestamp comes twice',
      stamped,
      (b) =>
        b.verificationMaterial.timestampVerificationData.rfc3161Timestamps.push(
          ...other.verificationMaterial.timestampVerificationData.rfc3161Timestamps,
        ),
    ],
  ])('is bad when %s', (_title, file, damage) => {
    expect(verifyBundle(goldenSubject, damagedBundle(file, damage), policy)).toMatchObject({
      state: 'bad',
      error: { code: 'verification-failed' },
    });
  });

  it('is bad for another manifest, however good the rest', () => {
    expect(verifyBundle(message, golden(plain), policy)).toMatchObject({ state: 'bad' });
  });

  it('is bad under the trusted root of somebody else', () => {
    expect(verifyBundle(goldenSubject, golden(plain), certificatePolicy('rekor-v2'))).toMatchObject({
      state: 'bad',
    });
  });

  it.each([
    ['is pinned as a pattern', { ...goldenAlice, identity: '.*' }],
    ['is pinned by its beginning', { ...goldenAlice, identity: 'https://id.example.org/' }],
    ['is pinned in capitals', { ...goldenAlice, identity: goldenAlice.identity.toUpperCase() }],
    ['is pinned with a space', { ...goldenAlice, identity: `${goldenAlice.identity} ` }],
    ['is vouched for by another issuer', { ...goldenAlice, issuer: 'https://dex.example.com' }],
    ['is vouched for by an issuer with a slash more', { ...goldenAlice, issuer: `${goldenAlice.issuer}/` }],
    ['is vouched for by nobody', { ...goldenAlice, issuer: '' }],
  ])('is untrusted when who signed %s', (_title, pinned) => {
    const verdict = verifyBundle(goldenSubject, golden(plain), certificatePolicy('rekor-v1', [pinned]));
    expect([verdict.state, reasonOf(verdict)]).toEqual(['untrusted', 'certificate-not-accepted']);
  });

  it('is untrusted without a trusted root', () => {
    const verdict = verifyBundle(goldenSubject, golden(plain), { keys: [], certificates: [goldenAlice] });
    expect([verdict.state, reasonOf(verdict)]).toEqual(['untrusted', 'no-trusted-root']);
  });

  it('proves nothing else than before, or nothing, whatever bit of it is changed', () => {
    const bytes = golden(stamped);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (position, bit) => {
        const flipped = Buffer.from(bytes);
        flipped[position] = (flipped[position] ?? 0) ^ (1 << bit);
        const verdict = verifyBundle(goldenSubject, flipped, policy);
        if (verdict.state !== 'verified') return;
        expect(verdict.by).toEqual({ kind: 'certificate', ...goldenAlice });
        expect(parseBundle(flipped).content).toEqual(parseBundle(bytes).content);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a trusted root', () => {
  const damaged = (damage: (root: Record<string, unknown[]>) => void) => {
    const root = JSON.parse(golden('rekor-v1/trusted_root.json').toString()) as Record<string, unknown[]>;
    damage(root);
    return Buffer.from(JSON.stringify(root));
  };

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['an empty object', Buffer.from('{}')],
    ['a bundle', golden('rekor-v1/dsse.json')],
    ['a public key', golden('key/p256.pub')],
    ['one of another format', damaged((root) => Object.assign(root, { mediaType: 'application/json' }))],
    ['one without a certificate authority', damaged((root) => (root.certificateAuthorities = []))],
    ['one without a transparency log', damaged((root) => (root.tlogs = []))],
    ['one without a certificate log', damaged((root) => delete root.ctlogs)],
    [
      'one whose authority is no certificate',
      damaged(
        (root) => (root.certificateAuthorities = [{ certChain: { certificates: [{ rawBytes: 'AAAA' }] } }]),
      ),
    ],
    ['one whose log has no key', damaged((root) => (root.tlogs = [{}]))],
    ['more than a megabyte', Buffer.alloc(1024 * 1024 + 1, 0x20)],
  ])('is not %s', (_title, bytes) => {
    expect(() => parseTrustedRoot(bytes)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});

describe('somebody who pretends', () => {
  const bobs = someDevice();
  const bob = alicesFirst(bobs);
  const addressed = (recipientKey?: string) =>
    parseMessageManifest(
      buildMessageManifest(
        { ...someFields, ...(recipientKey === undefined ? {} : { recipientKey }) },
        someLayers(3),
      ),
    );

  it('to have written to a namesake: a message to another key is not to this reader', () => {
    expect(addressingOf(addressed(bobs.id), keysEverOf(bob))).toBe('to-me');
    expect(addressingOf(addressed(someDevice().id), keysEverOf(bob))).toBe('to-another-key');
    expect(addressingOf(addressed(), keysEverOf(bob))).toBe('to-my-name');
  });

  it('that a message to a device that was removed since was to somebody else', () => {
    const later = nextProfile(
      signedBy({ ...bob, devices: [...bob.devices, someDevice()] }, bobs),
      { revoke: [bobs.id] },
      noon + day,
    );
    expect(addressingOf(addressed(bobs.id), keysEverOf(later))).toBe('to-me');
  });

  it('that a receipt is by the addressee: one by a third party is untrusted', async () => {
    const receipt = subjectOf(
      buildReceiptManifest({
        for: message.digest,
        status: 'accepted',
        verified: true,
        sender: someFields.recipient,
        recipient: someFields.sender,
        createdAt: new Date(noon),
        ttlSeconds: 3600,
        subject: {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest: message.digest,
          size: message.bytes.byteLength,
        },
      }),
    );
    const place = new MemoryPlace();
    place.attach(receipt, await keySigner(mallory).sign(receipt.digest));
    expect((await findEvidence(place, receipt, { keys: [bobs.key] })).verdict.state).toBe('untrusted');
    place.attach(receipt, await keySigner(bobs.signingKey).sign(receipt.digest));
    expect((await findEvidence(place, receipt, { keys: [bobs.key] })).verdict.state).toBe('verified');
  });

  it('that the signature of a message is one of its receipt', () => {
    expect(verifyBundle(subjectOf(Buffer.from('{"receipt":true}')), aliceBundle, believed)).toMatchObject({
      state: 'bad',
    });
  });

  it('to be cosign with an RSA key under the hint of a pinned one', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = goldenKey('p256');
    const statement = buildStatement(goldenSubject.digest);
    const bundle = writeKeyBundle(
      key.hint,
      statement,
      sign('sha256', preAuthEncoding(statement), privateKey),
    );
    expect(verifyBundle(goldenSubject, bundle, { keys: [key] })).toMatchObject({ state: 'bad' });
  });
});

describe('one bit', () => {
  it('of a bundle, changed anywhere, is enough: it verifies nothing', () => {
    const survivors = flips(aliceBundle).filter(
      (bundle) => verifyBundle(message, bundle, believed).state === 'verified',
    );
    expect(survivors).toEqual([]);
  });

  it('of cosign’s bundle, too', () => {
    const policy = { keys: [goldenKey('cosign-3.1')] };
    const survivors = flips(golden('key/cosign-3.1.json')).filter(
      (bundle) => verifyBundle(goldenSubject, bundle, policy).state === 'verified',
    );
    expect(survivors).toEqual([]);
  });

  it('of a manifest, its chunks’ digests included, is enough', () => {
    expect(Buffer.from(message.bytes).includes(someDigest)).toBe(true);
    const survivors = flips(message.bytes).filter(
      (manifest) => verifyBundle(subjectOf(manifest), aliceBundle, believed).state === 'verified',
    );
    expect(survivors).toEqual([]);
  });

  it('and any other change of bytes are never believed', () => {
    const place = fc.nat(aliceBundle.byteLength - 1);
    fc.assert(
      fc.property(place, fc.uint8Array({ maxLength: 40 }), fc.nat(40), (at, instead, removed) => {
        const bytes = Buffer.from(aliceBundle);
        const edited = Buffer.concat([bytes.subarray(0, at), instead, bytes.subarray(at + removed)]);
        fc.pre(!saysTheSame(edited));
        expect(verifyBundle(message, edited, believed).state).not.toBe('verified');
      }),
      { numRuns: 500 },
    );
  });
});

/** Space between the words of the JSON changes nothing of what was signed. */
function saysTheSame(edited: Buffer): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(edited.toString('utf8')), JSON.parse(aliceBundle.toString()));
  } catch {
    return false;
  }
}

/** Every way to change one bit. */
function flips(bytes: Uint8Array): Buffer[] {
  return Array.from({ length: bytes.byteLength * 8 }, (_, index) => {
    const flipped = Buffer.from(bytes);
    flipped[index >> 3] = (flipped[index >> 3] ?? 0) ^ (1 << (index & 7));
    return flipped;
  });
}
