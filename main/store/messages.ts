import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Database, Guard } from './database.ts';
import {
  messageColumns,
  messageRow,
  type Message,
  type MessageChange,
  type MessageState,
  type NewMessage,
} from './message.ts';
import { changeToColumns, newMessageToColumns } from './message-columns.ts';
import { readOriginals, type Original } from './originals.ts';
import { readPage, type MessagePageRequest, type StoredMessagePage } from './message-pages.ts';

/** An outgoing message whose receipt has not come. */
export interface AwaitedReceipt {
  readonly messageId: string;
  readonly conversationId: string;
  readonly digest: string;
  readonly tag: string | null;
  readonly expiresAt: number | null;
}

const awaitedRow: z.ZodType<AwaitedReceipt> = z.object({
  messageId: z.string(),
  conversationId: z.string(),
  digest: z.string(),
  tag: z.string().nullable(),
  expiresAt: z.number().nullable(),
});
const manifestRow = z.object({ bytes: z.instanceof(Uint8Array) });
const pathRow = z.object({ path: z.string() });

const writable = messageColumns.filter((name) => name !== 'sequence');
const insertStatement = `INSERT INTO messages (${writable.join(', ')})
  VALUES (${writable.map((name) => `:${name}`).join(', ')})`;

/** All messages of this home. Work that is to be done with them is listed by `Outbox`. */
export class Messages {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Inserts all or none, in this order, and moves their conversations' activity. Fails `conflict` when an incoming
   * message of this author and wire id is there already (only what is proven and was not refused counts), `not-found` without conversation.
   */
  insert(messages: readonly NewMessage[]): readonly Message[] {
    return this.#database.transaction(() => messages.map((message) => this.#insertOne(message)));
  }

  get(id: string): Message | null {
    return this.#database.get('SELECT * FROM messages WHERE id = :id', messageRow, { id });
  }

  /** The exact bytes of the manifest; null when they are not known. */
  manifest(id: string): Uint8Array | null {
    const row = this.#database.get(
      'SELECT bytes FROM manifests JOIN messages USING (sequence) WHERE id = :id',
      manifestRow,
      { id },
    );
    return row?.bytes ?? null;
  }

  /**
   * One page, oldest first. Cursors mark a place between messages, not a message: they stay good when messages come
   * and go. Fails `invalid` on a cursor that we did not make, `not-found` when `around` is not in this conversation.
   */
  page(conversationId: string, request: MessagePageRequest): StoredMessagePage {
    return readPage(this.#database, conversationId, request);
  }

  /** The messages of this conversation with these wire ids: what its answers answer. */
  originals(conversationId: string, wireIds: readonly string[]): ReadonlyMap<string, Original> {
    return readOriginals(this.#database, conversationId, wireIds);
  }

  /** Changes a message, whatever its state. False when there is none. */
  update(id: string, change: MessageChange): boolean {
    return this.#change(id, change);
  }

  /**
   * Changes a message only if its state is one of `from`, in one step: of two workers who try, one gets true. False:
   * somebody else moved it, or removed it.
   */
  transition(id: string, from: readonly MessageState[], change: MessageChange): boolean {
    const parameters = Object.fromEntries(from.map((state, index) => [`from${index}`, state]));
    const names = Object.keys(parameters).map((name) => `:${name}`);
    return this.#change(id, change, { sql: `state IN (${names.join(', ')})`, parameters });
  }

  /** Removes the row; files that were saved stay. */
  remove(id: string): boolean {
    return this.#database.run('DELETE FROM messages WHERE id = :id', { id }) === 1;
  }

  /** The incoming message of this author and wire id that was accepted by this account; only what is proven and was not refused counts. */
  findIncoming(accountId: string, author: string, wireId: string): Message | null {
    return this.#database.get(
      `SELECT messages.* FROM messages JOIN conversations ON conversations.id = conversationId
       WHERE wireId = :wireId AND author = :author AND direction = 'incoming' AND trust = 'signed' AND state <> 'refused'
         AND accountId = :accountId ORDER BY sequence LIMIT 1`,
      messageRow,
      { accountId, author, wireId },
    );
  }

  /** Every message with this digest there: two, where one writes to oneself or to another account of this home. */
  findByDigest(repository: string, digest: string): readonly Message[] {
    return this.#database.all(
      'SELECT * FROM messages WHERE digest = :digest AND repository = :repository ORDER BY sequence',
      messageRow,
      { repository, digest },
    );
  }

  /**
   * Outgoing messages in this repository whose receipt may still come, oldest first: `sent`, or answered by a receipt that
   * nobody signed, and living at `aliveAt`.
   */
  awaitingReceipts(repository: string, aliveAt: number): readonly AwaitedReceipt[] {
    return this.#database.all(
      `SELECT id AS messageId, conversationId, digest, tag, expiresAt FROM messages
       WHERE state IN ('sent', 'rejected', 'delivered-unconfirmed') AND direction = 'outgoing' AND repository = :repository
         AND digest IS NOT NULL AND (expiresAt IS NULL OR expiresAt >= :aliveAt)
       ORDER BY sequence`,
      awaitedRow,
      { repository, aliveAt },
    );
  }

  /** Incoming messages of this account that nobody proved and that may be looked at again at `now`, oldest look first. */
  unverified(accountId: string, now: number, limit: number): readonly Message[] {
    return this.#database.all(
      `SELECT messages.* FROM messages JOIN conversations ON conversations.id = conversationId
       WHERE state = 'unverified' AND accountId = :accountId AND standing <> 'blocked'
         AND (retryAt IS NULL OR retryAt <= :now) AND (expiresAt IS NULL OR expiresAt > :now)
       ORDER BY retryAt, sequence LIMIT :limit`,
      messageRow,
      { accountId, now, limit },
    );
  }

  /** What nobody proved of this person's may be looked at again at once. */
  reexamineSoon(personId: string): void {
    this.#database.run(
      `UPDATE messages SET retryAt = NULL
       WHERE state = 'unverified' AND author = (SELECT identity FROM people WHERE id = :personId)`,
      { personId },
    );
  }

  /** Our own copies that some message still names as its source: anything else in that folder can go. */
  temporarySources(): readonly string[] {
    return this.#database
      .all(
        `SELECT sourcePath AS path FROM messages
         WHERE sourceTemporary = 1 AND sourcePath IS NOT NULL ORDER BY sequence`,
        pathRow,
      )
      .map((row) => row.path);
  }

  #insertOne(message: NewMessage): Message {
    const id = message.id ?? randomUUID();
    this.#database.run(insertStatement, { ...newMessageToColumns(message), id });
    this.#writeManifest(id, message.manifest);
    this.#database.run(
      'UPDATE conversations SET activityAt = max(activityAt, :at) WHERE id = :conversationId',
      { at: message.at, conversationId: message.conversationId },
    );
    return this.#database.found(this.get(id));
  }

  #change(id: string, change: MessageChange, guard?: Guard): boolean {
    const { columns, manifest } = changeToColumns(change);
    return this.#database.transaction(() => {
      const changed = this.#database.update('messages', { id }, columns, guard);
      if (changed === 1) this.#writeManifest(id, manifest);
      return changed === 1;
    });
  }

  #writeManifest(id: string, bytes: Uint8Array | null | undefined): void {
    if (bytes === undefined) return;
    if (bytes === null) {
      this.#database.run(
        'DELETE FROM manifests WHERE sequence = (SELECT sequence FROM messages WHERE id = :id)',
        { id },
      );
      return;
    }
    this.#database.run(
      `INSERT INTO manifests (sequence, bytes) SELECT sequence, :bytes FROM messages WHERE id = :id
       ON CONFLICT (sequence) DO UPDATE SET bytes = excluded.bytes`,
      { id, bytes },
    );
  }
}
