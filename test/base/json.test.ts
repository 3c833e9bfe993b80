import { describe, expect, test } from 'vitest';
import { readJson } from '../../main/base/json.ts';

test('a document is read from text and from bytes', () => {
  const document = { name: 'ünïcode 名前', list: [1, null, true] };
  const text = JSON.stringify(document);
  expect(readJson(text)).toEqual(document);
  expect(readJson(Buffer.from(text))).toEqual(document);
});

describe('what is none is undefined, which no schema takes', () => {
  test.each([
    ['nothing', ''],
    ['half of one', '{"a":'],
    ['two of them', '{}{}'],
    ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ])('%s', (_, content) => {
    expect(readJson(content)).toBeUndefined();
  });
});
