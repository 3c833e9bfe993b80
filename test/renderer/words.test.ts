/** The window can be said in another language only where each of its words stands in the catalogue. */
import { readFile } from 'node:fs/promises';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'svelte/compiler';
import { expect, test } from 'vitest';

const renderer = join(import.meta.dirname, '../../renderer');

/** Attributes and properties of ours that a person reads or hears. */
const read = ['aria-label', 'title', 'placeholder', 'alt', 'label', 'text', 'hint', 'description'];
/** The same in every language: names of algorithms and examples of addresses. */
const untranslated = /^(?:SHA-256|(?:[\w.-]*\.example(?:\.com)?|10\.0\.0\.0)[\w.:/, -]*)$/;

interface Node {
  readonly type: string;
  readonly name?: string;
  readonly data?: string;
  readonly value?: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Partial<Node>).type === 'string';

/** What stands literally in the markup of a component for a person to read. */
function literalWords(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(literalWords);
  if (!isNode(value) || value.type === 'StyleDirective') return [];
  if (value.type === 'Text') return /\p{L}{2}/u.test(value.data ?? '') ? [(value.data ?? '').trim()] : [];
  if (value.type === 'Attribute') return read.includes(value.name ?? '') ? literalWords(value.value) : [];
  return Object.values(value).flatMap(literalWords);
}

test('no component says a word of its own', async () => {
  const found: string[] = [];
  for (const file of globSync('**/*.svelte', { cwd: renderer })) {
    const { fragment } = parse(await readFile(join(renderer, file), 'utf8'), { modern: true });
    const words = literalWords(fragment).filter((text) => !untranslated.test(text));
    found.push(...words.map((text) => `${file}: ${text}`));
  }
  expect(found).toEqual([]);
});

test.each([
  ['<p>Hello</p>', 'Hello'],
  ['<button aria-label="Close it">×</button>', 'Close it'],
  ['{#if a}<Switch label="On" />{/if}', 'On'],
  ['<p>{a} of {b}</p>', 'of'],
])('%s would be found', (markup, word) => {
  expect(literalWords(parse(markup, { modern: true }).fragment)).toContain(word);
});
