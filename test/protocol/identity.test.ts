import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIdentity, recipientTag } from '../../main/protocol/identity.ts';

describe('the recipient tag', () => {
  it.each([
    ['alice@example.com', 'vu6pg6fs1o9bu394h4n4b63u4i'],
    ['bob@example.com', 'bvs61fohi1cmosc8le2hrdkhu3'],
    ['bob', 'g6r3fm7sqb3dkoqpsqb324t12s'],
    ['ünïcode@example.org', '5a62tmaev77av8i7hufq6h5p74'],
    ['', 'seoc8gkovge196nruj49irtp4g'],
  ])('of “%s” is the protocol’s vector', (identity, tag) => {
    expect(recipientTag(identity)).toBe(tag);
  });

  it('is 26 characters that may stand in a tag, for any identity', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (identity) => {
        expect(recipientTag(identity)).toMatch(/^[0-9a-v]{26}$/);
      }),
    );
  });
});

describe('an identity', () => {
  it.each(['alice@example.com', 'bob', 'ünïcode@example.org', '名前', 'Bob Smith', 'unknown'])(
    '“%s” is taken as it is',
    (identity) => {
      expect(parseIdentity(identity)).toBe(identity);
    },
  );

  it.each([
    ['is not empty', ''],
    ['is in NFC', 'u\u0308nicode@example.org'],
    ['holds no zero-width characters', 'bob\u200b@example.com'],
    ['holds no soft hyphens', 'bo\u00adb'],
    ['holds no directional overrides', 'bob\u202egro.elpmaxe'],
    ['holds no variation selectors', 'bob\ufe0f'],
    ['holds no Hangul fillers', 'bob\u3164'],
    ['holds no blank Braille cells', 'bob\u2800'],
    ['holds no controls', 'bob\n'],
    ['holds no spaces but plain ones', 'bob\u00a0smith'],
    ['does not begin with a space', ' bob'],
    ['does not end with a space', 'bob '],
    ['has at most 512 bytes', 'ü'.repeat(257)],
    ['is well-formed Unicode', 'bob\ud800'],
  ])('%s', (_rule, identity) => {
    expect(() => parseIdentity(identity)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('may have 512 bytes', () => {
    expect(parseIdentity('ü'.repeat(256))).toHaveLength(256);
  });
});
