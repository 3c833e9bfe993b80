import { Linter } from 'eslint';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import { expect, test } from 'vitest';
import { namedLimits } from '../../scripts/named-limits.js';

const house: Linter.Config = {
  files: ['**/*.js', '**/*.svelte'],
  plugins: { house: { rules: { 'named-limits': namedLimits } } },
  rules: { 'house/named-limits': 'error' },
};
const components: Linter.Config[] = [
  ...svelte.configs.base,
  { files: ['**/*.svelte'], languageOptions: { parserOptions: { parser: ts.parser } } },
];

function findings(code: string, file = 'a.js') {
  return new Linter()
    .verify(code, [...components, house], file)
    .map(({ messageId, message }) => messageId ?? message);
}

function findingsInComponent(script: string) {
  return findings(`<script lang="ts">\n${script}\n</script>`, 'A.svelte');
}

test.each([
  ['in the middle of a function', 'function wait() { return later(30_000); }'],
  ['as bytes that are multiplied', 'const read = () => stop(64 * 1024);'],
  ['as a power of two', 'const read = () => stop(2 ** 20);'],
  ['in a schema', 'const name = z.string().max(255);'],
  ['in a schema, as a power of two', 'const bytes = z.number().max(2 ** 50);'],
  ['in a schema, as an amount', 'const name = z.string().max(4 * KiB);'],
  ['where a text is cut', 'const shown = (text) => text.slice(0, 200);'],
  ['where the smaller of two is taken', 'const tries = (failures) => Math.min(failures, 10);'],
  ['as an amount with a unit', 'const read = () => stop(16 * MiB);'],
  ['as a time with a unit', 'const wait = (asked) => Math.max(asked, 60 * 2 * minute);'],
  [
    'as what a function takes unless told otherwise',
    'function due(now, limit = 100) { return find(limit); }',
  ],
  ['as what a function takes by name', 'const due = ({ bytes = 64 * KiB }) => bytes;'],
  ['where a property is called a bound', 'const found = (text) => query({ text, limit: 12 });'],
  ['where a library calls it so', 'const client = () => ({ [oauth.clockTolerance]: 60 });'],
  ['in what a class begins with', 'class Shelf { room = { tags: 2048 }; }'],
  ['of rows in a query', 'const rows = () => all(`SELECT id FROM seen LIMIT 100`);'],
  ['of a text in a query', 'const rows = `SELECT substr(coalesce(text, name), 1, 200) AS excerpt`;'],
])('a limit without a name is refused %s', (_, code) => {
  expect(findings(code)).toEqual(['unnamed']);
});

test.each([
  'const longest = 512;',
  'export const longest = 4 * KiB;',
  'const longest = KiB * 4;',
  'const farthest = -5;',
  '/** What this file is about. */\n\nconst longest = 512;',
  'const longest = 512; // bytes',
  'const steps = [60 * second, 120 * second];',
])('a limit with a name and without unit and reason above it is refused: %j', (code) => {
  expect(findings(code)).toEqual(['uncommented']);
  expect(findingsInComponent(code)).toEqual(['uncommented']);
});

test('a limit without a name is refused where a component calculates', () => {
  expect(findingsInComponent('const narrow = $derived(width < 720);')).toEqual(['unnamed']);
});

test.each(['maxlength', 'delayDuration', 'bufferSize'])(
  'a limit without a name is refused where an element takes it: %s',
  (attribute) => {
    expect(findings(`<Field ${attribute}={200} />`, 'A.svelte')).toEqual(['unnamed']);
  },
);

test('what changes is no limit', () => {
  expect(findingsInComponent('let last = 0;')).toEqual([]);
});

test.each([
  ['a constant that says its unit and its reason', '/** Bytes: a name fits. */\nexport const longest = 512;'],
  ['a unit', 'const minute = 60 * 1000;'],
  ['a conversion to milliseconds', 'const at = (seconds) => seconds * 1000;'],
  ['a status of HTTP', 'const missing = ({ status }) => status === 404;'],
  ['a default that has a name', 'const due = (now, limit = limits.dueAtOnce) => find(now, limit);'],
  ['a place within a text', 'const find = (text, from = 0) => text.indexOf(from);'],
  ['a named number in a query', 'const rows = `SELECT id FROM seen LIMIT ${atOnce}`;'],
  ['a size of a picture', 'let { size = 40 } = $props();'],
  ['a list of words', "const states = ['queued', 'sent'];"],
  ['a small number', 'const two = (text) => text.slice(0, 2);'],
])('%s is taken', (_, code) => {
  expect(findings(code)).toEqual([]);
});
