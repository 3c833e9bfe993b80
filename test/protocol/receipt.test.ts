import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDockerCommsError } from '../../main/base/errors.ts';
import { parseImageManifest } from '../../main/oci/manifest.ts';
import { emptyConfig, type Descriptor } from '../../main/oci/descriptor.ts';
import { ociMediaTypes } from '../../main/oci/media-types.ts';
import { buildBundleManifest } from '../../main/protocol/bundle.ts';
import {
  buildReceiptManifest,
  parseReceiptManifest,
  type ReceiptFields,
} from '../../main/protocol/receipt.ts';
import { damagedManifest, someDigest, type OpenManifest } from './messages.ts';

const subject: Descriptor = { mediaType: ociMediaTypes.imageManifest, digest: someDigest, size: 1494 };
const fields: ReceiptFields = {
  for: someDigest,
  status: 'rejected',
  verified: false,
  reason: 'not for me',
  sender: 'bob@example.com',
  recipient: 'alice@example.com',
  createdAt: new Date('2026-11-23T16:14:29Z'),
  ttlSeconds: 604_800,
};

describe('a receipt', () => {
  it('gives back what it was built from', () => {
    const receipt = parseReceiptManifest(buildReceiptManifest({ ...fields, subject }));
    expect(receipt).toEqual({ ...fields, subject: someDigest });
  });

  it('names its message as subject, without what else was known about that', () => {
    const annotated = { ...subject, annotations: { a: 'b' } };
    const manifest = parseImageManifest(buildReceiptManifest({ ...fields, subject: annotated }));
    expect(manifest.subject).toEqual(subject);
    expect(manifest.layers).toEqual([]);
  });

  it('can have one empty layer, for registries that refuse none', () => {
    const bytes = buildReceiptManifest({ ...fields, emptyLayer: true });
    expect(parseImageManifest(bytes).layers).toEqual([emptyConfig]);
    expect(parseReceiptManifest(bytes)).toEqual(fields);
  });

  it('that is attached to another message than it names is refused', () => {
    const digest = `sha256:${'0'.repeat(64)}` as const;
    const bytes = buildReceiptManifest({ ...fields, subject: { ...subject, digest } });
    expect(() => parseReceiptManifest(bytes)).toThrow(protocolError);
  });

  it.each<[what: string, damage: (manifest: OpenManifest) => unknown]>([
    ['of another artifact type', (m) => (m.artifactType = 'application/vnd.dockercomms.message.v1')],
    ['of a later type', (m) => (m.artifactType = 'application/vnd.dockercomms.receipt.v2')],
    ['of no type', (m) => Reflect.deleteProperty(m, 'artifactType')],
    ['without annotations', (m) => Reflect.deleteProperty(m, 'annotations')],
    ['for no message', remove('receipt.for')],
    ['for a message without an algorithm', set('receipt.for', 'a'.repeat(64))],
    ['for a digest in upper case', set('receipt.for', `sha256:${'A'.repeat(64)}`)],
    ['for a digest that is too short', set('receipt.for', 'sha256:abc')],
    ['for a digest and more', set('receipt.for', `${someDigest} `)],
    ['without a status', remove('receipt.status')],
    ['with an unknown status', set('receipt.status', 'read')],
    ['with a status in upper case', set('receipt.status', 'ACCEPTED')],
    ['with an empty status', set('receipt.status', '')],
    ['without a word on the signature', remove('receipt.verified')],
    ['with a signature that is verified by a number', set('receipt.verified', '1')],
    ['with a signature that is verified in capitals', set('receipt.verified', 'True')],
    ['by nobody', remove('sender')],
    ['to nobody', remove('recipient')],
    ['by somebody with an invisible character', set('sender', 'bob\u200b')],
    ['of another version', set('version', '2.0')],
    ['without a date', remove('created_at')],
    ['with a date that is none', set('created_at', '2026-13-45T00:00:00Z')],
    ['with a negative life', set('ttl_seconds', '-1')],
    ['with a life beyond exact numbers', set('ttl_seconds', '9007199254740992')],
    ['with a reason that is no text', set('receipt.reason', 5)],
    ['with a subject that has no digest', (m) => (m.subject = { ...subject, digest: undefined })],
    ['with a subject that is a text', (m) => (m.subject = someDigest)],
  ])('%s is refused', (_what, damage) => {
    expect(() => parseReceiptManifest(damagedReceipt(damage))).toThrow(protocolError);
  });

  it('has a reason of a sentence, whatever was written', () => {
    const long = damagedReceipt(set('receipt.reason', `${'x'.repeat(1023)}😀${'y'.repeat(100_000)}`));
    const { reason = '' } = parseReceiptManifest(long);
    expect(reason).toHaveLength(1024);
    expect(reason.isWellFormed()).toBe(true);
  });

  it('is read or refused with a protocol error, however its annotations and its subject are damaged', () => {
    const { annotations: valid } = JSON.parse(damagedReceipt(() => undefined).toString()) as OpenManifest;
    const names = Object.keys(valid);
    const values = fc.oneof(
      fc.string(),
      fc.jsonValue(),
      fc.constantFrom('true', 'accepted', '0', '-1', '1.0', '2026-11-23T16:14:29Z', someDigest, '__proto__'),
    );
    const subjects = fc.oneof(fc.constant(subject), fc.jsonValue());
    const damaged = fc.dictionary(fc.constantFrom(...names, '__proto__'), values, { maxKeys: 3 });
    fc.assert(
      fc.property(damaged, subjects, (annotations, named) => {
        const bytes = damagedReceipt((manifest) => {
          Object.assign(manifest.annotations, annotations);
          manifest.subject = named;
        });
        expectReceiptOrProtocolError(bytes);
      }),
      { numRuns: 500 },
    );
  });
});

const protocolError = expect.objectContaining({ code: 'protocol' }) as Error;

function set(name: string, value: unknown) {
  return (manifest: OpenManifest) => {
    manifest.annotations[`dockercomms.${name}`] = value as string;
  };
}

function remove(name: string) {
  return (manifest: OpenManifest) => Reflect.deleteProperty(manifest.annotations, `dockercomms.${name}`);
}

/** A valid receipt, after `damage` has changed it. */
function damagedReceipt(damage: (manifest: OpenManifest) => unknown): Buffer {
  return damagedManifest(buildReceiptManifest({ ...fields, subject }), damage);
}

function expectReceiptOrProtocolError(bytes: Uint8Array): void {
  try {
    const receipt = parseReceiptManifest(bytes);
    expect(['accepted', 'rejected']).toContain(receipt.status);
    expect(typeof receipt.verified).toBe('boolean');
    expect(receipt.for).toMatch(/^sha(?:256|512):[0-9a-f]+$/);
    expect(receipt.subject ?? receipt.for).toBe(receipt.for);
  } catch (error) {
    if (!isDockerCommsError(error, 'protocol')) throw error;
  }
}

describe('a signature’s manifest', () => {
  it('has the bundle as its one layer, and the message as subject', () => {
    const bundle = { digest: `sha256:${'1'.repeat(64)}` as const, size: 4096 };
    const bytes = buildBundleManifest({ subject, bundle, createdAt: fields.createdAt });
    const type = 'application/vnd.dev.sigstore.bundle.v0.3+json';
    expect(parseImageManifest(bytes)).toMatchObject({
      artifactType: type,
      config: emptyConfig,
      layers: [{ mediaType: type, ...bundle }],
      subject,
    });
  });
});
