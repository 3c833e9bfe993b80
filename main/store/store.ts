import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { DockerCommsError } from '../base/errors.ts';
import { Accounts } from './accounts.ts';
import { Capabilities } from './capabilities.ts';
import { Cleanups } from './cleanups.ts';
import { Conversations } from './conversations.ts';
import { Database } from './database.ts';
import { Delivered } from './delivered.ts';
import { Facts } from './facts.ts';
import { Inbox } from './inbox.ts';
import { RefusedTags } from './refused-tags.ts';
import { Messages } from './messages.ts';
import { migrate } from './migrations.ts';
import { Outbox } from './outbox.ts';
import { People } from './people.ts';
import { Pins } from './pins.ts';
import { createPrivately } from './private-database.ts';
import { PublishedBook } from './published.ts';
import { Receipts } from './receipts.ts';
import { Search } from './search.ts';
import { Settings } from './settings.ts';
import { fromSqliteError } from './sqlite-errors.ts';

/** Milliseconds that one process waits for the other (the messenger and the command line share the file). */
const busyTimeout = 5_000;

/** Everything that this home remembers: one SQLite file. Calls are synchronous and short. */
export class Store {
  readonly accounts: Accounts;
  readonly people: People;
  readonly pins: Pins;
  readonly conversations: Conversations;
  readonly messages: Messages;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly refusedTags: RefusedTags;
  readonly receipts: Receipts;
  readonly published: PublishedBook;
  readonly cleanups: Cleanups;
  readonly delivered: Delivered;
  readonly settings: Settings;
  readonly facts: Facts;
  readonly capabilities: Capabilities;
  readonly search: Search;
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
    this.accounts = new Accounts(database);
    this.people = new People(database);
    this.pins = new Pins(database);
    this.conversations = new Conversations(database);
    this.messages = new Messages(database);
    this.outbox = new Outbox(database);
    this.inbox = new Inbox(database);
    this.refusedTags = new RefusedTags(database);
    this.receipts = new Receipts(database);
    this.published = new PublishedBook(database);
    this.cleanups = new Cleanups(database);
    this.delivered = new Delivered(database);
    this.settings = new Settings(database);
    this.facts = new Facts(database);
    this.capabilities = new Capabilities(database);
    this.search = new Search(database);
  }

  /**
   * Opens the file, made (readable by its owner only) when missing, and brings it to this version. Fails `storage`
   * (damaged, not ours, no permission; the file stays as it is) and `unsupported` (written by a newer version, or an
   * SQLite without FTS5).
   */
  static open(path: string): Store {
    const database = connect(path);
    try {
      requireFts5(database);
      migrate(database);
      // After the file is known to be ours: this writes to it.
      database.execute('PRAGMA journal_mode = WAL');
      return new Store(database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** All of `work` happens or nothing of it; see `Database.transaction`. Not for promises. */
  transaction<T>(work: () => T extends PromiseLike<unknown> ? never : T): T {
    return this.#database.transaction(work);
  }

  /** The repository `from` is now reached as `to` (the same content under another address), wherever it is named. */
  renameRepository(from: string, to: string): void {
    this.#database.transaction(() => {
      for (const [table, column] of repositoryColumns) {
        // OR IGNORE: an account that is at the new address already is never replaced by the one that moves there.
        this.#database.run(`UPDATE OR IGNORE ${table} SET ${column} = :to WHERE ${column} = :from`, {
          from,
          to,
        });
      }
    });
  }

  close(): void {
    this.#database.close();
  }
}

/** Every column that names a repository. */
const repositoryColumns = [
  ['accounts', 'repository'],
  ['people', 'mailbox'],
  ['messages', 'repository'],
  ['seenTags', 'repository'],
  ['seenReceipts', 'repository'],
  ['dueReceipts', 'repository'],
  ['published', 'repository'],
  ['cleanups', 'repository'],
  ['delivered', 'repository'],
  ['capabilities', 'repository'],
  ['profileCopies', 'repository'],
] as const;

/** Opens a connection without writing anything into a file that is there. */
function connect(path: string): Database {
  createPrivately(path);
  try {
    const handle = new DatabaseSync(path, { timeout: busyTimeout, enableForeignKeyConstraints: true });
    return new Database(handle, path);
  } catch (error) {
    throw fromSqliteError(error, path);
  }
}

const moduleRow = z.object({ name: z.string() });

/** Not every build of SQLite has full-text search; without it the first message would fail instead of the start. */
export function requireFts5(database: Pick<Database, 'get'>): void {
  const found = database.get("SELECT name FROM pragma_module_list WHERE name = 'fts5'", moduleRow);
  if (found === null) {
    throw new DockerCommsError(
      'unsupported',
      'The SQLite of this program has no full-text search (FTS5). Install Node.js 24 from its makers, or DockerComms from its package.',
    );
  }
}
