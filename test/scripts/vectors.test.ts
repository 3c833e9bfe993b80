import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';

/**
 * What reads only what this program wrote itself, into a folder that nobody else may write to (each is checked with a schema
 * all the same, but nobody else makes that format), and what its own user says to it on the command line.
 */
const own: ReadonlySet<string> = new Set([
  'main/hosts/arguments.ts',
  'main/hosts/cli/commands/registry.ts',
  'main/hosts/electron/once.ts',
  'main/hosts/electron/window-place.ts',
  'main/hosts/product.ts',
  'main/messenger/logins.ts',
  'main/messenger/network/rules.ts',
  'main/registry/certificate.ts',
  'main/registry/guests.ts',
  'main/store/columns.ts',
  'main/store/home-lock.ts',
]);

/**
 * What is attacked through the file in front of it, where the bytes come in: vectors that went around that would not show what
 * an attacker meets. Their tests need only lead there.
 */
const behind: ReadonlySet<string> = new Set([
  'main/credentials/stored-login.ts',
  'main/hosts/browser/connections.ts',
  'main/oci/referrers-index.ts',
  'main/oci/referrers.ts',
  'main/oci/token-service.ts',
  'main/oci/upload-session.ts',
  'main/protocol/annotations.ts',
  'main/protocol/layers.ts',
  'main/store/message-pages.ts',
  'main/transfer/chunk-journal.ts',
  'main/transfer/chunk-tar-reader.ts',
  'main/transfer/decompress.ts',
  'main/trust/loopback-redirect.ts',
  'main/trust/tuf-root.ts',
  'main/vault/passphrase-sealing.ts',
  'main/vault/sealing.ts',
  'main/vault/vault-file.ts',
]);

/** What has no specification but its own file: what we say to ourselves, and what people write as they like. */
const specifiesItself: ReadonlySet<string> = new Set([
  'main/hosts/handover.ts',
  'main/messenger/sigstore/instance.ts',
  'main/oci/pasted-reference.ts',
  'main/store/message-pages.ts',
  'main/transfer/chunk-journal.ts',
  'main/vault/vault-file.ts',
]);

const reads =
  /\b(?:JSON\.parse|readJson|parseJsonBytes|decodeJwt)\(|^(?:export )?(?:async )?function parse[A-Z]/mu;
const vectors = /\b[Vv]ectors\b[^/]*\btest\//u;
const specification =
  /https:|\bRFC \d|\bISO\/IEC \d|\bPOSIX\b|\bspecification|\bprotocol, section|\bOpenID Connect Core\b|\bdocker\/cli\b/u;
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

test('whatever names its vectors names the specification beside them, but for what has none', () => {
  const tested = sources.filter(({ comment }) => vectors.test(comment));
  const without = tested.filter(({ comment }) => !specification.test(comment)).map(({ file }) => file);
  expect(without.sort()).toEqual([...specifiesItself].sort());
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

test('a test that a file names as its vectors imports that file, or what stands in front of it', () => {
  const strangers = sources.filter(({ file, comment }) => {
    const named = vectors.test(comment) ? (comment.match(testFile) ?? []) : [];
    const isMet = (path: string) =>
      behind.has(file) ? reached(path).has(file) : importsOf(path).includes(file);
    return named.length > 0 && !named.some(isMet);
  });
  expect(strangers.map(({ file }) => file)).toEqual([]);
});

test('what counts as read behind another file names vectors, and no vectors that import it', () => {
  const stale = [...behind].filter((file) => {
    const comment = sources.find((source) => source.file === file)?.comment ?? '';
    const named = comment.match(testFile) ?? [];
    return named.length === 0 || named.some((path) => importsOf(path).includes(file));
  });
  expect(stale).toEqual([]);
});

/** The files of the project that this one imports, from its root. */
function importsOf(path: string): readonly string[] {
  const text = readFileSync(join(root, path), 'utf8');
  return [...text.matchAll(/(?:from|import\() ?'(\.[^']+\.ts)'/gu)].map(([, way = '']) =>
    posix.join(posix.dirname(path), way),
  );
}

/** What it imports, and what that imports, and so on. */
function reached(path: string, known = new Set<string>()): ReadonlySet<string> {
  for (const file of importsOf(path)) {
    if (known.has(file)) continue;
    known.add(file);
    reached(file, known);
  }
  return known;
}
