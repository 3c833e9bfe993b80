import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUuid } from '../../main/protocol/uuid.ts';

const uuid = '07532084-673d-4218-aabb-3a57ca45bb59';

describe('a UUID (RFC 9562, section 4)', () => {
  it('is read in lower case, however it was written', () => {
    expect(parseUuid(uuid.toUpperCase())).toBe(uuid);
  });

  it('is of any version: the nil and the max one are', () => {
    for (const digit of ['0', 'f']) {
      const same = uuid.replaceAll(/[0-9a-f]/g, digit);
      expect(parseUuid(same)).toBe(same);
    }
  });

  it('that anybody writes is read', () => {
    fc.assert(
      fc.property(fc.uuid(), (text) => {
        expect(parseUuid(text)).toBe(text);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['one without dashes', uuid.replaceAll('-', '')],
    ['one with its dashes elsewhere', '075320-84673d-4218-aabb-3a57ca45bb59'],
    ['one in braces, as Windows writes it', `{${uuid}}`],
    ['a URN', `urn:uuid:${uuid}`],
    ['one with a digit too many', `${uuid}0`],
    ['one with a digit too few', uuid.slice(1)],
    ['what is no hex', uuid.replace('a', 'g')],
    ['one with a line after it', `${uuid}\n`],
    ['two of them', `${uuid} ${uuid}`],
    ['a path', `../${uuid}`],
  ])('is not %s', (_, text) => {
    expect(() => parseUuid(text)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});
