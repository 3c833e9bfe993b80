import { Linter } from 'eslint';
import { expect, test } from 'vitest';
import { namedLimits } from '../../scripts/named-limits.js';

function findings(code: string) {
  const plugins = { house: { rules: { 'named-limits': namedLimits } } };
  return new Linter()
    .verify(code, { plugins, rules: { 'house/named-limits': 'error' } })
    .map(({ messageId, message }) => messageId ?? message);
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

test('a limit with a name and without unit and reason is refused', () => {
  expect(findings('const longest = 512;')).toEqual(['uncommented']);
  expect(findings('export const longest = 4 * KiB;')).toEqual(['uncommented']);
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
