import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const root = join(import.meta.dirname, '../..');
const read = (name: string) => readFile(join(root, name), 'utf8');

const documents = (await readdir(root)).filter((name) => name.endsWith('.md'));
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(await read('package.json')));

/** `npm run NAME`, `npm start` and `npm test` as they stand in code of a document. */
function namedScripts(text: string): readonly string[] {
  return [...text.matchAll(/npm (?:run (?<name>[\w:]+)|(?<short>start|test)\b)/g)].map(
    ({ groups }) => groups?.name ?? groups?.short ?? '',
  );
}

/** Targets of links that lead into this repository. */
function localLinks(text: string): readonly string[] {
  return [...text.matchAll(/\]\((?<target>[^)\s]+)\)/g)]
    .map(({ groups }) => groups?.target ?? '')
    .filter((target) => !/^(?:https?:|#)/.test(target))
    .map((target) => target.replace(/#.*$/, ''));
}

/** Files of ours that a document names in code: `main/oci/manifest.ts`, `main/protocol`. */
function namedFiles(text: string): readonly string[] {
  return [...text.matchAll(/`(?<path>(?:main|preload|renderer|scripts|test|assets)\/[\w./@-]*)`/g)].map(
    ({ groups }) => groups?.path ?? '',
  );
}

describe.each(documents)('%s', (name) => {
  test('links only what is there', async () => {
    const targets = localLinks(await read(name));
    expect(targets.filter((target) => !existsSync(join(root, target)))).toEqual([]);
  });

  test('names only files and folders that are there', async () => {
    const paths = namedFiles(await read(name));
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('names only commands that exist', async () => {
    const named = namedScripts(await read(name));
    expect(named.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
  });
});

test('continuous integration runs the README’s quick start', async () => {
  const [readme, run] = [await read('README.md'), await read('.ci/run')];
  expect(readme).toContain('npm ci && npm test');
  expect(run).toMatch(/^npm ci$/m);
  expect(run).toMatch(/\bnpm test\b/);
});
