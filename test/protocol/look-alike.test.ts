import { describe, expect, it } from 'vitest';
import { skeletonOf } from '../../main/protocol/look-alike.ts';

describe('identities that look the same', () => {
  it.each([
    ['a Cyrillic letter', 'alice@example.com', '\u0430lice@example.com'],
    ['a whole name in Cyrillic', 'paco', '\u0440\u0430\u0441\u043E'],
    ['a Greek letter', 'bob@example.com', 'b\u03BFb@example.com'],
    ['a digit for a letter', 'alice@example.com', 'a1ice@example.com'],
    ['a capital letter for a small one', 'alice@example.com', 'aIice@example.com'],
    ['another case', 'alice@example.com', 'Alice@Example.com'],
    ['zero for O', 'OTTO', 'OTT0'],
    ['r and n for m', 'mallory', 'rnallory'],
    ['a letter without its dot', 'alice', 'al\u0131ce'],
    ['a full stop that is another one', 'a.b@example.com', 'a\u2024b@example.com'],
    ['a letter of mathematics', 'bob', '\u{1D41B}ob'],
    ['one code point or two', '\u00E9mile', 'e\u0301mile'],
  ])('%s', (_, known, other) => {
    expect(other).not.toBe(known);
    expect(skeletonOf(other)).toBe(skeletonOf(known));
  });

  it.each([
    ['another name', 'alice@example.com', 'alicia@example.com'],
    ['an accent that is seen', 'emile', 'émile'],
    ['another domain', 'alice@example.com', 'alice@example.org'],
    ['a letter more', 'bob', 'boob'],
    ['other signs', '名前', '名字'],
  ])('but not %s', (_, known, other) => {
    expect(skeletonOf(other)).not.toBe(skeletonOf(known));
  });
});
