import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { Database } from '../../main/store/database.ts';
import { temporaryFolder } from './temporary-store.ts';

async function temporaryDatabase(options: { readonly timeout?: number } = {}) {
  const path = join(await temporaryFolder(), 'test.sqlite');
  const database = new Database(new DatabaseSync(path, options), path);
  onTestFinished(() => database.close());
  database.execute('CREATE TABLE things (name TEXT) STRICT');
  return database;
}

const countThings = 'SELECT count(*) AS count FROM things';

test('a full disk fails "storage", undoes the transaction, and the next one works once there is space', async () => {
  const database = await temporaryDatabase();
  database.execute('PRAGMA max_page_count = 10');
  const fill = () =>
    database.transaction(() => {
      for (let index = 0; index < 100; index += 1) {
        database.run('INSERT INTO things VALUES (:name)', { name: 'x'.repeat(4000) });
      }
      return null;
    });
  expect(fill).toThrow(
    expect.objectContaining({
      code: 'storage',
      detail: { file: database.file, sqlite: 13, reason: 'home-storage' },
    }),
  );
  expect(database.count(countThings)).toBe(0);
  database.execute('PRAGMA max_page_count = 10000');
  fill();
  expect(database.count(countThings)).toBe(100);
});

test('a lock that another program keeps fails "storage"', async () => {
  const database = await temporaryDatabase({ timeout: 0 });
  const other = new DatabaseSync(database.file);
  other.exec('BEGIN EXCLUSIVE');
  expect(() => database.count(countThings)).toThrow(expect.objectContaining({ code: 'storage' }));
  other.close();
  expect(database.count(countThings)).toBe(0);
});

test('a statement that is wrong is a defect of ours: "internal"', async () => {
  const database = await temporaryDatabase();
  expect(() => database.run('SELEC')).toThrow(expect.objectContaining({ code: 'internal' }));
  expect(() => database.run('INSERT INTO things VALUES (:name)', { other: 1 })).toThrow(
    expect.objectContaining({ code: 'internal' }),
  );
});
