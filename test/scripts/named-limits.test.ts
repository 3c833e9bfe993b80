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
  ['where a text is cut', 'const shown = (text) => text.slice(0, 200);'],
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
])('a limit with a name and without unit and reason above it is refused: %j', (code) => {
  expect(findings(code)).toEqual(['uncommented']);
  expect(findingsInComponent(code)).toEqual(['uncommented']);
});

test('a limit without a name is refused where a component calculates', () => {
  expect(findingsInComponent('const narrow = $derived(width < 720);')).toEqual(['unnamed']);
});

test('what changes is no limit', () => {
  expect(findingsInComponent('let last = 0;')).toEqual([]);
});

test.each([
  ['a constant that says its unit and its reason', '/** Bytes: a name fits. */\nexport const longest = 512;'],
  ['a unit', 'const minute = 60 * 1000;'],
  ['a conversion to milliseconds', 'const at = (seconds) => seconds * 1000;'],
  ['a status of HTTP', 'const missing = ({ status }) => status === 404;'],
  ['a small number', 'const two = (text) => text.slice(0, 2);'],
])('%s is taken', (_, code) => {
  expect(findings(code)).toEqual([]);
});
