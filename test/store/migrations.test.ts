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
