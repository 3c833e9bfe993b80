import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRepositoryName, isTag, parseManifestReference } from '../../main/registry/grammar.ts';
import { isOurHost } from '../../main/registry/loopback-guard.ts';
import { parsePushedManifest } from '../../main/registry/manifest.ts';
import { parseChunkRange, parseRange, receivedRange } from '../../main/registry/ranges.ts';
import { parseTarget } from '../../main/registry/routes.ts';
import { image, imageType } from './http-client.ts';

/** Strings that are near to names: mostly the characters that names are made of, and those that escape. */
const nearName = fc.string({
  unit: fc.constantFrom(
    'a',
    'z',
    '0',
    '9',
    '.',
    '_',
    '-',
    '/',
    '..',
    '__',
    '---',
    'A',
    '%',
    '\\',
    '\0',
    ' ',
    'é',
    '\n',
  ),
  maxLength: 30,
});
const wellFormed = fc
  .array(fc.stringMatching(/^[a-z0-9]+(?:(?:\.|_|__|-{1,3})[a-z0-9]+){0,2}$/), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'))
  .filter((name) => name.length <= 255);

describe('names', () => {
  test('every name of the grammar is a repository name', () => {
    fc.assert(fc.property(wellFormed, (name) => isRepositoryName(name)));
  });

  test('no repository name has a component that is empty, begins with a dot, or holds anything but a-z 0-9 . _ -', () => {
    fc.assert(
      fc.property(fc.oneof(nearName, fc.string()), (name) => {
        fc.pre(isRepositoryName(name));
        expect(name.split('/').every((part) => /^[a-z0-9][a-z0-9._-]*$/.test(part))).toBe(true);
        expect(name).not.toContain('..');
        expect(name).not.toMatch(/[._-](?:\/|$)/);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(['a', 'a/b/c', 'a.b_c__d---e', '0'])('%j is a repository name', (name) => {
    expect(isRepositoryName(name)).toBe(true);
  });

  test.each([
    '',
    '/',
    'a/',
    '/a',
    'a//b',
    '.',
    '..',
    'a/..',
    'a/../b',
    'A',
    'a___b',
    'a..b',
    '-a',
    'a-',
    'a_',
    'a\n',
    'é',
  ])('%j is no repository name', (name) => {
    expect(isRepositoryName(name)).toBe(false);
  });

  test('a tag has 1 to 128 characters and does not begin with a dot or a dash', () => {
    expect(['a', '_', 'A.b-c_d', 'x'.repeat(128)].every(isTag)).toBe(true);
    expect(['', '.a', '-a', 'a/b', 'a:b', 'a\n', 'x'.repeat(129)].some(isTag)).toBe(false);
  });

  test('a reference is a tag, a digest that is registered, or nothing', () => {
    expect(parseManifestReference('latest')).toMatchObject({ kind: 'tag' });
    expect(parseManifestReference(`sha256:${'a'.repeat(64)}`)).toMatchObject({ kind: 'digest' });
    for (const text of [`sha256:${'A'.repeat(64)}`, 'sha256:ab', `md5:${'a'.repeat(32)}`, '']) {
      expect(parseManifestReference(text)).toBeNull();
    }
  });

  test('a name that looks like an endpoint is still a name', () => {
    expect(parseTarget('/v2/a/blobs/blobs/x').route).toEqual({ kind: 'blob', name: 'a/blobs', digest: 'x' });
    expect(parseTarget('/v2/a/tags/list/tags/list').route).toEqual({ kind: 'tags', name: 'a/tags/list' });
    expect(parseTarget('/v2/blobs/uploads/manifests/x').route).toEqual({
      ...{ kind: 'manifest', name: 'blobs/uploads', reference: 'x' },
    });
  });

  test('a target is read or refused with a protocol or unsupported error, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(nearName, fc.string()), (text) => {
        try {
          parseTarget(`/v2/${text}`);
        } catch (error) {
          expect(['protocol', 'unsupported']).toContain((error as { code: unknown }).code);
        }
      }),
    );
  });
});

describe('ranges', () => {
  test('a range that is served lies within the blob', () => {
    const position = fc.option(fc.nat(300), { nil: '' });
    fc.assert(
      fc.property(position, position, fc.nat(200), (first, last, size) => {
        const range = parseRange(`bytes=${first}-${last}`, size);
        if (range === null || range === 'unsatisfiable') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThanOrEqual(range.start);
        expect(range.end).toBeLessThan(size);
      }),
    );
  });

  test.each(['', 'bytes=', 'bytes=-', 'bytes=5-2', 'bytes=0-1,3-4', 'lines=0-1', 'bytes=a-b', 'bytes = 0-1'])(
    'the whole blob is served for %j',
    (header) => {
      expect(parseRange(header, 10)).toBeNull();
    },
  );

  test.each(['bytes=10-', 'bytes=10-12', 'bytes=-0'])('%j of ten bytes cannot be satisfied', (header) => {
    expect(parseRange(header, 10)).toBe('unsatisfiable');
  });

  test('a chunk range is start-end and nothing else', () => {
    expect(parseChunkRange('0-9')).toEqual({ start: 0, end: 9 });
    for (const text of ['bytes 0-9/10', 'bytes=0-9', '9-0', '-9', '0-', '0', '', ' 0-9', '0-9\n']) {
      expect(parseChunkRange(text)).toBeNull();
    }
  });

  test('what was received is a range with both ends', () => {
    expect([receivedRange(0), receivedRange(1), receivedRange(10)]).toEqual(['0-0', '0-0', '0-9']);
  });
});

describe('hosts', () => {
  test('only loopback names with our port are ours', () => {
    fc.assert(
      fc.property(fc.domain(), fc.integer({ min: 1, max: 65_535 }), (domain, port) => {
        expect(isOurHost(`${domain}:${port}`, port)).toBe(false);
      }),
    );
  });

  test('without a port, the host is ours only on port 80', () => {
    expect([isOurHost('localhost', 80), isOurHost('localhost', 5000)]).toEqual([true, false]);
  });
});

describe('manifests', () => {
  const parse = (document: unknown) => parsePushedManifest(Buffer.from(JSON.stringify(document)), imageType);
  const valid = JSON.parse(image({ layers: [] }).text) as object;

  test('a document is read or refused with a protocol error, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        try {
          parsePushedManifest(Buffer.from(text), imageType);
        } catch (error) {
          expect((error as { code: unknown }).code).toBe('protocol');
        }
      }),
    );
  });

  test.each([
    ['schemaVersion 1', { schemaVersion: 1 }],
    ['no config', { config: null }],
    ['layers that are no list', { layers: {} }],
    ['a layer without a digest', { layers: [{ mediaType: 'a/b', size: 1 }] }],
    ['a layer of negative size', { layers: [{ mediaType: 'a/b', digest: 'sha256:x', size: -1 }] }],
    ['an annotation that is no string', { annotations: { a: 1 } }],
    ['a subject without a real digest', { subject: { mediaType: 'a/b', digest: 'sha256:x', size: 1 } }],
  ])('an image manifest with %s is refused', (_what, fields) => {
    expect(() => parse({ ...valid, ...fields })).toThrow(
      expect.objectContaining({ code: 'protocol' }) as Error,
    );
  });

  test("the artifact type is its own, else its config's", () => {
    expect(parse({ ...valid, artifactType: 'application/x' }).artifactType).toBe('application/x');
    expect(parse({ ...valid, artifactType: '' }).artifactType).toBe('application/vnd.oci.empty.v1+json');
  });

  test('parameters of the Content-Type are not part of the type', () => {
    const bytes = Buffer.from(JSON.stringify(valid));
    expect(parsePushedManifest(bytes, `${imageType}; charset=utf-8`).mediaType).toBe(imageType);
    expect(parsePushedManifest(bytes, undefined).mediaType).toBe(imageType);
  });

  test('bytes that are not UTF-8 are refused', () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect(() => parsePushedManifest(bytes, imageType)).toThrow(
      expect.objectContaining({ code: 'protocol' }) as Error,
    );
  });
});
