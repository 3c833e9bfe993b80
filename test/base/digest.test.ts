import { describe, expect, it } from 'vitest';
import { isDigest, parseDigest, splitDigest } from '../../main/base/digest.ts';

const sha256 = 'a1'.repeat(32);
const sha512 = '0f'.repeat(64);

describe('a digest', () => {
  it('is one of the registered algorithms, which say how long it is', () => {
    expect(splitDigest(parseDigest(`sha256:${sha256}`))).toEqual({ algorithm: 'sha256', hex: sha256 });
    expect(splitDigest(parseDigest(`sha512:${sha512}`))).toEqual({ algorithm: 'sha512', hex: sha512 });
  });

  it.each([
    ['nothing', ''],
    ['hex without an algorithm', sha256],
    ['an algorithm that is broken', `md5:${'a'.repeat(32)}`],
    ['an algorithm that is not registered', `sha384:${'a'.repeat(96)}`],
    ['an algorithm in capitals', `SHA256:${sha256}`],
    ['hex in capitals, which would be a second name of the same content', `sha256:${sha256.toUpperCase()}`],
    ['a digit too few', `sha256:${sha256.slice(1)}`],
    ['a digit too many', `sha256:${sha256}0`],
    ['the length of another algorithm', `sha512:${sha256}`],
    ['what is no hex', `sha256:${'g'.repeat(64)}`],
    ['another separator', `sha256-${sha256}`],
    ['a line after it', `sha256:${sha256}\n`],
    ['a blank before it', ` sha256:${sha256}`],
    ['a path', `sha256:../../${'a'.repeat(58)}`],
    ['digits of another script', `sha256:${'１'.repeat(64)}`],
  ])('is not %s', (_, text) => {
    expect(isDigest(text)).toBe(false);
    expect(() => parseDigest(text)).toThrow(expect.objectContaining({ code: 'protocol' }));
  });

  it('is nothing of which an error would carry a page along', () => {
    const detail = { digest: 'x'.repeat(200) };
    expect(() => parseDigest('x'.repeat(10_000))).toThrow(expect.objectContaining({ detail }));
  });
});
