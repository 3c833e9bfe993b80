import { randomBytes } from 'node:crypto';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { acquireFile } from '../../../main/store/home-lock.ts';
import { startRegistryProxy } from '../../peers/registry-proxy.ts';
import { startSwitchableRegistry } from '../../messenger/household.ts';
import { sitDown, type Terminalist } from './household.ts';

const [alice, bob] = ['alice@example.com', 'bob@example.com'];
const chunks = 5;
const chunkBytes = 65_536;
const month = 30 * 86_400_000;

/** A file of five chunks in Bob's mailbox, of which the last is missing until `line.isWhole`. */
async function sentInPieces() {
  const registry = await startSwitchableRegistry();
  const person = await sitDown();
  const line = { isWhole: false, fetched: [] as string[] };
  const proxy = await startRegistryProxy(registry.host, ({ method, url }) => {
    if (method !== 'GET' || !url.includes('/blobs/')) return null;
    // Four are on their way at once, so the fifth is the last one.
    if (!line.isWhole && line.fetched.length >= chunks - 1) {
      return { status: 404, after: othersNoted(person) };
    }
    line.fetched.push(url);
    return null;
  });
  const content = randomBytes(chunks * chunkBytes);
  const file = join(person.folder, 'film.bin');
  await writeFile(file, content);
  const sent = await person.run(
    ...['send', file, '--repo', registry.mailbox, '--sender', alice, '--recipient', bob],
    ...['--chunk-bytes', String(chunkBytes), '--no-sign'],
  );
  expect(sent.exitCode).toBe(0);
  const out = join(person.folder, 'out');
  const recv = (folder = out) =>
    person.run(
      ...['recv', '--repo', `${proxy.host}/team/mail`, '--me', bob, '--out', folder, '--no-verify'],
      ...['--no-write-receipt', '--json'],
    );
  return { person, content, out, line, recv };
}

/** That the last chunk is missing shows only once all others are there. */
async function othersNoted(person: Terminalist): Promise<void> {
  const noted = async () => {
    const texts = (await journalsOf(person)).map((path) => readFile(path, 'utf8'));
    return Math.max(...(await Promise.all(texts)).map((text) => text.split('\n').slice(1, -1).length));
  };
  await expect.poll(noted).toBe(chunks - 1);
}

async function journalsOf(person: Terminalist): Promise<readonly string[]> {
  const names = await readdir(journals(person)).catch(() => []);
  return names.filter((name) => name !== 'lock.sqlite').map((name) => join(journals(person), name));
}

function journals({ folder }: Terminalist): string {
  return join(folder, 'home', 'partial-recv');
}

test('recv that was cut goes on with the same command, and says so', async () => {
  const { person, content, out, line, recv } = await sentInPieces();
  const cut = await recv();
  expect(cut.exitCode).toBe(5);
  expect(cut.err).toContain('film.bin');
  expect(await readdir(out)).toEqual([expect.stringMatching(/\.partial$/)]);
  line.isWhole = true;
  expect((await recv()).exitCode).toBe(0);
  expect(line.fetched).toHaveLength(chunks);
  expect(new Set(line.fetched).size).toBe(chunks);
  expect((await readFile(join(out, 'film.bin'))).equals(content)).toBe(true);
  expect(await readdir(out)).toEqual(['film.bin']);
  expect(await readdir(journals(person))).toEqual(['lock.sqlite']);
});

test('recv into another folder begins its own', async () => {
  const { person, content, line, recv } = await sentInPieces();
  await recv();
  line.isWhole = true;
  line.fetched.length = 0;
  const other = join(person.folder, 'other');
  await recv(other);
  expect(line.fetched).toHaveLength(chunks);
  expect((await readFile(join(other, 'film.bin'))).equals(content)).toBe(true);
});

test('recv beside another one goes on with nothing that may be the other one’s, and keeps nothing', async () => {
  const { person, content, out, line, recv } = await sentInPieces();
  await recv();
  const lock = await acquireFile(join(journals(person), 'lock.sqlite'));
  const before = await readdir(out);
  expect((await recv()).exitCode).toBe(5);
  expect(await readdir(out)).toEqual(before);
  line.isWhole = true;
  await recv();
  lock?.release();
  expect((await readFile(join(out, 'film.bin'))).equals(content)).toBe(true);
  expect((await readdir(out)).sort()).toEqual([...before, 'film.bin'].sort());
});

test('what nobody went on with for a month is removed by the next recv', async () => {
  const { person, out, line, recv } = await sentInPieces();
  await recv();
  line.isWhole = true;
  const [journal = ''] = await journalsOf(person);
  const then = new Date(Date.now() - month - 1000);
  await utimes(journal, then, then);
  await recv(join(person.folder, 'other'));
  expect(await readdir(out)).toEqual([]);
});
