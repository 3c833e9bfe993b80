import { expect, it } from 'vitest';
import { textParts } from '../../renderer/conversation/text-parts.ts';

const link = (start: number, end: number) => ({ start, end, address: 'https://example.org/' });

it('a text without links is one part', () => {
  expect(textParts({ text: 'Hello', links: [] })).toEqual([{ text: 'Hello', link: null }]);
});

it('links are cut out, and the words around them stay', () => {
  const parts = textParts({ text: 'see ABC, DEF', links: [link(4, 7), link(9, 12)] });
  expect(parts.map(({ text }) => text)).toEqual(['see ', 'ABC', ', ', 'DEF']);
  expect(parts.map(({ link }) => link?.index ?? null)).toEqual([null, 0, null, 1]);
});

it('a text that is only a link is only a link', () => {
  expect(textParts({ text: 'ABC', links: [link(0, 3)] }).map(({ text }) => text)).toEqual(['ABC']);
});
