import { describe, expect, it } from 'vitest';
import { parseImageManifest } from '../../main/oci/manifest.ts';
import { emptyConfig, type Descriptor } from '../../main/oci/descriptor.ts';
import { ociMediaTypes } from '../../main/oci/media-types.ts';
import { buildBundleManifest } from '../../main/protocol/bundle.ts';
import {
  buildReceiptManifest,
  parseReceiptManifest,
  type ReceiptFields,
} from '../../main/protocol/receipt.ts';
import { someDigest } from './messages.ts';

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
    expect(() => parseReceiptManifest(bytes)).toThrow(expect.objectContaining({ code: 'protocol' }));
  });
});

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
