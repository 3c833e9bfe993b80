import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Database } from '../../main/store/database.ts';
import { applicationId, migrate, migrations } from '../../main/store/migrations.ts';
import { Store } from '../../main/store/store.ts';
import { insert, outgoingText, startConversation, temporaryFolder } from './temporary-store.ts';

const schemaRow = z.object({ name: z.string(), sql: z.string().nullable() });

function schemaOf(database: Database) {
  return database.all('SELECT name, sql FROM sqlite_schema ORDER BY name', schemaRow);
}

async function emptyDatabase(): Promise<Database> {
  const path = join(await temporaryFolder(), 'dockercomms.sqlite');
  return new Database(new DatabaseSync(path), path);
}

describe('migrations', () => {
  test.each(migrations.map((_, version) => version))(
    'version %i leads to the same schema as a new file, and works',
    async (version) => {
      const fresh = await emptyDatabase();
      migrate(fresh);
      const old = await emptyDatabase();
      migrate(old, version);
      old.close();
      const store = Store.open(old.file);
      const message = insert(store, outgoingText(startConversation(store, 'bob')));
      expect(store.messages.get(message.id)).toEqual(message);
      store.close();
      const opened = new Database(new DatabaseSync(old.file), old.file);
      expect(schemaOf(opened)).toEqual(schemaOf(fresh));
      opened.close();
      fresh.close();
    },
  );

  test('what version 1 had sent, wherever it lies, is known as ours; what it received or never put there is not', async () => {
    const old = await emptyDatabase();
    migrate(old, 1);
    old.execute(`
      INSERT INTO accounts VALUES ('a', 'alice', 'r/alice', 'registry', NULL, 1);
      INSERT INTO people VALUES ('p', 'bob', NULL, 'r/bob', 1);
      INSERT INTO conversations (id, accountId, personId, activityAt) VALUES ('c', 'a', 'p', 1);
    `);
    const row = (id: string, direction: string, rest: string) =>
      old.execute(`
        INSERT INTO messages (id, conversationId, direction, wireId, sessionId, author, at, state, kind, folder,
          sourceTemporary, ttlSeconds, attempts, downloadWanted, text, repository, tag, digest, expiresAt)
        VALUES ('${id}', 'c', '${direction}', '${id}', '', 'alice', 5000, 'sent', 'text', 0, 0, 10, 0, 0, 'né', ${rest});
      `);
    row('sent', 'outgoing', "'r/bob', 'inbox-1', 'sha256:1', 7000");
    row('older', 'outgoing', "'r/alice', 'inbox-2', 'sha256:2', NULL");
    row('queued', 'outgoing', 'NULL, NULL, NULL, 7000');
    row('received', 'incoming', "'r/alice', 'inbox-3', 'sha256:3', 7000");
    old.close();
    const store = Store.open(old.file);
    expect(store.published.places()).toEqual([
      { accountId: 'a', repository: 'r/alice' },
      { accountId: 'a', repository: 'r/bob' },
    ]);
    const due = { expiredBy: 15_000, now: 0, limit: 9 };
    const common = { subject: null, kind: 'message', bytes: 3 };
    expect(store.published.expired({ accountId: 'a', repository: 'r/bob' }, due)).toEqual([
      { ...common, digest: 'sha256:1', tags: ['inbox-1'] },
    ]);
    expect(store.published.expired({ accountId: 'a', repository: 'r/alice' }, due)).toEqual([
      { ...common, digest: 'sha256:2', tags: ['inbox-2'] },
    ]);
    store.close();
  });

  test('a step that fails leaves the version before it', async () => {
    const database = await emptyDatabase();
    database.execute('CREATE TABLE people (x)');
    database.execute(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = 0`);
    expect(() => migrate(database)).toThrow();
    expect(schemaOf(database).map(({ name }) => name)).toEqual(['people']);
    database.close();
  });

  test('a file of a newer version fails "unsupported"', async () => {
    const database = await emptyDatabase();
    migrate(database);
    database.execute(`PRAGMA user_version = ${migrations.length + 1}`);
    database.close();
    expect(() => Store.open(database.file)).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });
});
