import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

/**
 * What reads only what this program wrote itself, into a folder that nobody else may write to: each is checked with a schema
 * all the same, but nobody else makes that format.
 */
const own: ReadonlySet<string> = new Set([
  'main/hosts/electron/window-place.ts',
  'main/hosts/product.ts',
  'main/messenger/logins.ts',
  'main/messenger/network/rules.ts',
  'main/registry/certificate.ts',
  'main/registry/guests.ts',
  'main/store/columns.ts',
  'main/store/home-lock.ts',
]);

const reads =
  /\b(?:JSON\.parse|readJson|parseJsonBytes|decodeJwt)\(|^(?:export )?(?:async )?function parse[A-Z]/mu;
const vectors = /\b[Vv]ectors\b[^/]*\btest\//u;
const testFile = /\btest\/[\w/.-]+\.test\.ts/gu;

const root = join(import.meta.dirname, '../..');
const sources = globSync('main/**/*.ts', { cwd: root }).map((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  return { file: file.replaceAll('\\', '/'), text, comment: /^\/\*\*[^]*?\*\//u.exec(text)?.[0] ?? '' };
});

test('whatever reads bytes or text from outside names its must-fail vectors at its top', () => {
  const parsers = sources.filter(({ file, text }) => reads.test(text) && !own.has(file));
  expect(parsers.length).toBeGreaterThan(30);
  expect(parsers.filter(({ comment }) => !vectors.test(comment)).map(({ file }) => file)).toEqual([]);
});

test('the tests that a file names as its vectors are there', () => {
  const named = sources.flatMap(({ text }) => text.match(testFile) ?? []);
  expect(named).not.toEqual([]);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('what counts as our own reading is there, and reads', () => {
  const readers = sources.filter(({ text }) => reads.test(text)).map(({ file }) => file);
  expect([...own].filter((file) => !readers.includes(file))).toEqual([]);
});

test('one of the tests that a file names as its vectors imports that file itself', () => {
  const strangers = sources.filter(({ file, comment }) => {
    const named = vectors.test(comment) ? (comment.match(testFile) ?? []) : [];
    return named.length > 0 && !named.some((path) => imports(path, file));
  });
  expect(strangers.map(({ file }) => file)).toEqual([]);
});

function imports(path: string, file: string): boolean {
  const way = relative(dirname(path), file).replaceAll('\\', '/');
  return readFileSync(join(root, path), 'utf8').includes(`'${way}'`);
}
