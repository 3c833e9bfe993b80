import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { requireFts5, Store } from '../../main/store/store.ts';
import { incomingText, startConversation, temporaryFolder, temporaryStore } from './temporary-store.ts';

const posix = process.platform !== 'win32';

describe('opening', () => {
  test('what was written is there after closing and opening again', async () => {
    const { store, path, conversation } = await temporaryStore();
    store.messages.insert([incomingText(conversation, { text: 'stays' })]);
    store.close();
    const again = Store.open(path);
    expect(again.conversations.list()[0]?.lastMessage?.excerpt).toBe('stays');
    again.close();
  });

  test.runIf(posix)('the file and its journal are readable by their owner only', async () => {
    const { path } = await temporaryStore();
    for (const file of [path, `${path}-wal`, `${path}-shm`]) {
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
  });

  test('a file that is no database fails "storage", names the file and stays byte for byte', async () => {
    const path = join(await temporaryFolder(), 'dockercomms.sqlite');
    const garbage = Buffer.from('These are not the pages you are looking for. '.repeat(200));
    await writeFile(path, garbage);
    expect(() => Store.open(path)).toThrow(
      expect.objectContaining({
        code: 'storage',
        message: expect.stringContaining(path) as string,
        detail: expect.objectContaining({ file: path }) as object,
      }),
    );
    expect(await readFile(path)).toEqual(garbage);
  });

  test('a database whose pages are overwritten fails "storage" and stays byte for byte', async () => {
    const { store, path } = await temporaryStore();
    store.close();
    const damaged = await readFile(path);
    damaged.fill(0xa5, 100, 4096);
    await writeFile(path, damaged);
    expect(() => Store.open(path)).toThrow(expect.objectContaining({ code: 'storage' }));
    expect(await readFile(path)).toEqual(damaged);
  });

  test('damage that shows later fails "storage" where it is met', async () => {
    const { store, path, conversation } = await temporaryStore();
    store.messages.insert(Array.from({ length: 500 }, () => incomingText(conversation)));
    store.close();
    const damaged = await readFile(path);
    damaged.fill(0xa5, damaged.length / 2);
    await writeFile(path, damaged);
    const opened = Store.open(path);
    expect(() => opened.messages.page(conversation.id, { limit: 500 })).toThrow(
      expect.objectContaining({ code: 'storage' }),
    );
    opened.close();
  });

  test('a database of another program is refused and not touched', async () => {
    const path = join(await temporaryFolder(), 'dockercomms.sqlite');
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)');
    other.close();
    const before = await readFile(path);
    expect(() => Store.open(path)).toThrow(expect.objectContaining({ code: 'storage' }));
    expect(await readFile(path)).toEqual(before);
  });

  test('a row that breaks its schema fails "storage" instead of reaching the caller', async () => {
    const { store, path } = await temporaryStore();
    const behind = new DatabaseSync(path);
    behind.exec(`INSERT INTO facts (name, value) VALUES ('port', 'not json')`);
    behind.close();
    expect(() => store.facts.get('port')).toThrow(expect.objectContaining({ code: 'storage' }));
  });

  test('a folder that is not there fails "storage"', async () => {
    const path = join(await temporaryFolder(), 'missing', 'dockercomms.sqlite');
    expect(() => Store.open(path)).toThrow(expect.objectContaining({ code: 'storage' }));
  });

  test('an SQLite without full-text search fails "unsupported"', () => {
    expect(() => requireFts5({ get: () => null })).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });
});

describe('transactions', () => {
  test('a failure undoes everything', async () => {
    const { store } = await temporaryStore();
    const work = () =>
      store.transaction(() => {
        store.people.ensure('carol', 1);
        throw new Error('stop');
      });
    expect(work).toThrow('stop');
    expect(store.people.findByIdentity('carol')).toBeNull();
  });

  test('a failure that an outer transaction catches undoes the inner part only', async () => {
    const { store, conversation } = await temporaryStore();
    const taken = incomingText(conversation);
    store.messages.insert([taken]);
    store.transaction(() => {
      store.people.ensure('carol', 1);
      expect(() => store.messages.insert([incomingText(conversation), taken])).toThrow(
        expect.objectContaining({ code: 'conflict' }),
      );
      return null;
    });
    expect(store.people.findByIdentity('carol')).not.toBeNull();
    expect(store.messages.page(conversation.id, { limit: 10 }).messages).toHaveLength(1);
  });
});

describe('two processes', () => {
  test('the command line writes while the messenger writes, and nothing is lost', async () => {
    const { store, path } = await temporaryStore();
    const writers = ['b', 'c'].map((name) => runWriter(path, name, 150));
    for (let index = 0; index < 150; index += 1) startConversation(store, `a${index}`);
    expect(await Promise.all(writers)).toEqual([0, 0]);
    expect(store.people.list()).toHaveLength(1 + 150 + 300);
  });

  test('several that make a new store at the same moment all succeed', async () => {
    const path = join(await temporaryFolder(), 'dockercomms.sqlite');
    const writers = ['a', 'b', 'c', 'd'].map((name) => runWriter(path, name, 5));
    expect(await Promise.all(writers)).toEqual([0, 0, 0, 0]);
    const store = Store.open(path);
    expect(store.people.list()).toHaveLength(20);
    store.close();
  });
});

async function runWriter(path: string, name: string, count: number): Promise<number | null> {
  const script = join(import.meta.dirname, 'writer-process.ts');
  const child = spawn(process.execPath, [script, path, name, String(count)], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}
