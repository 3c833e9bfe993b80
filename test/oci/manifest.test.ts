import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyConfig, emptyConfigBytes } from '../../main/oci/descriptor.ts';
import { sha256 } from '../../main/base/hash.ts';
import { mediaTypeOfManifest, parseImageManifest } from '../../main/oci/manifest.ts';
import { ociMediaTypes } from '../../main/oci/media-types.ts';
import { readReferenceLayout } from '../peers/reference-layout.ts';

const bytesOf = (document: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(document));
const least = { schemaVersion: 2, config: emptyConfig };
const protocol = expect.objectContaining({ code: 'protocol' }) as Error;

describe('the empty config', () => {
  it('has the size and digest of its two bytes', () => {
    expect(sha256(emptyConfigBytes)).toBe(emptyConfig.digest);
    expect(emptyConfigBytes.byteLength).toBe(emptyConfig.size);
  });
});

describe('an image manifest', () => {
  it.each([
    ['absent', {}],
    ['null', { layers: null }],
    ['empty', { layers: [] }],
  ])('may have %s layers', (_name, layers) => {
    expect(parseImageManifest(bytesOf({ ...least, ...layers })).layers).toEqual([]);
  });

  it('may leave its own media type out', () => {
    expect(parseImageManifest(bytesOf(least)).mediaType).toBeUndefined();
  });

  it('keeps what it says about itself and drops what nobody knows', () => {
    const subject = { mediaType: ociMediaTypes.imageManifest, digest: sha256('x'), size: 1 };
    const document = { ...least, artifactType: 'a/b', subject, annotations: { k: 'v' }, unknown: 1 };
    expect(parseImageManifest(bytesOf(document))).toEqual({
      ...least,
      layers: [],
      artifactType: 'a/b',
      subject,
      annotations: { k: 'v' },
    });
  });

  it('is read from everything that the reference wrote', async () => {
    const entries = await readReferenceLayout();
    expect(entries).toHaveLength(12);
    for (const { bytes, descriptor } of entries) {
      expect(sha256(bytes)).toBe(descriptor.digest);
      expect(parseImageManifest(bytes).config.digest).toBe(emptyConfig.digest);
    }
  });

  it.each([
    ['carries manifests', { ...least, manifests: [] }],
    ['carries manifests that are null', { ...least, manifests: null }],
    ['is an index', { ...least, mediaType: ociMediaTypes.imageIndex }],
    ['has another schema version', { ...least, schemaVersion: 1 }],
    ['has no config', { schemaVersion: 2 }],
    ['has a malformed digest', { ...least, layers: [{ ...emptyConfig, digest: 'sha256:xyz' }] }],
    [
      'has an upper-case digest',
      { ...least, layers: [{ ...emptyConfig, digest: emptyConfig.digest.toUpperCase() }] },
    ],
    ['has a negative size', { ...least, layers: [{ ...emptyConfig, size: -1 }] }],
    ['has a fractional size', { ...least, layers: [{ ...emptyConfig, size: 1.5 }] }],
    ['has a size as text', { ...least, layers: [{ ...emptyConfig, size: '2' }] }],
    ['has an annotation that is no text', { ...least, annotations: { k: 1 } }],
    ['is a list', []],
    ['is null', null],
  ])('is refused when it %s', (_name, document) => {
    expect(() => parseImageManifest(bytesOf(document))).toThrow(protocol);
  });

  it.each([
    ['no JSON', new TextEncoder().encode('<html>')],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
    ['nothing', new Uint8Array()],
  ])('is refused when it is %s', (_name, bytes) => {
    expect(() => parseImageManifest(bytes)).toThrow(protocol);
  });

  it('fails protocol and nothing else, whatever the JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (document) => {
        try {
          parseImageManifest(bytesOf(document));
        } catch (error) {
          expect(error).toMatchObject({ code: 'protocol' });
        }
      }),
    );
  });
});

describe('the media type of a manifest', () => {
  it.each([
    ['what it says', { ...least, mediaType: 'x/y' }, 'x/y'],
    ['an image manifest by its shape', least, ociMediaTypes.imageManifest],
    ['an index by its shape', { schemaVersion: 2, manifests: [] }, ociMediaTypes.imageIndex],
  ])('is %s', (_name, document, expected) => {
    expect(mediaTypeOfManifest(bytesOf(document))).toBe(expected);
  });

  it.each([['[]'], ['1'], ['{"mediaType":1}'], ['x']])('is refused in %s', (text) => {
    expect(() => mediaTypeOfManifest(new TextEncoder().encode(text))).toThrow(protocol);
  });
});
