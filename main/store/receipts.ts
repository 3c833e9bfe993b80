import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { limits } from '../base/limits.ts';
import { flag } from './columns.ts';
import type { Database } from './database.ts';
import { tagsWithoutRecord } from './seen-tags.ts';

/** A receipt that somebody else wrote, by its tag. `forDigest` and `status` are null when it could not be read. */
export interface SeenReceipt {
  readonly repository: string;
  readonly tag: string;
  readonly forDigest: string | null;
  readonly status: 'accepted' | 'rejected' | null;
  readonly firstSeenAt: number;
}

/** A receipt that we still have to push. */
export interface DueReceipt {
  readonly id: string;
  readonly accountId: string;
  /** The message here, if there is one (a rejected one may have none). */
  readonly messageId: string | null;
  readonly repository: string;
  /** Digest of the message's manifest. */
  readonly forDigest: string;
  /** Who wrote the message, and so gets the receipt. */
  readonly recipient: string;
  readonly status: 'accepted' | 'rejected';
  readonly reason: string | null;
  readonly verified: boolean;
  readonly attempts: number;
  /** Not before this; null: at once. */
  readonly retryAt: number | null;
}

export type NewDueReceipt = Omit<DueReceipt, 'id' | 'attempts' | 'retryAt'>;

const statuses = z.enum(['accepted', 'rejected']);
const seenReceiptRow: z.ZodType<SeenReceipt> = z.object({
  repository: z.string(),
  tag: z.string(),
  forDigest: z.string().nullable(),
  status: statuses.nullable(),
  firstSeenAt: z.number(),
});
const dueReceiptRow: z.ZodType<DueReceipt> = z.object({
  id: z.string(),
  accountId: z.string(),
  messageId: z.string().nullable(),
  repository: z.string(),
  forDigest: z.string(),
  recipient: z.string(),
  status: statuses,
  reason: z.string().nullable(),
  verified: flag,
  attempts: z.number(),
  retryAt: z.number().nullable(),
});

/** Receipts both ways: those of others that were read, and ours that have to go out. */
export class Receipts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Those of `tags` that were never recorded. Same order; fast for 100,000 at once. */
  unseenTags(repository: string, tags: readonly string[]): readonly string[] {
    return tagsWithoutRecord(this.#database, 'seenReceipts WHERE TRUE', repository, tags);
  }

  /** Records a receipt that was read; the first record of a tag stands. */
  recordSeen(receipt: SeenReceipt): void {
    this.#database.run(
      `INSERT INTO seenReceipts (repository, tag, forDigest, status, firstSeenAt)
       VALUES (:repository, :tag, :forDigest, :status, :firstSeenAt)
       ON CONFLICT (repository, tag) DO NOTHING`,
      { ...receipt },
    );
  }

  getSeen(repository: string, tag: string): SeenReceipt | null {
    return this.#database.get(
      'SELECT * FROM seenReceipts WHERE repository = :repository AND tag = :tag',
      seenReceiptRow,
      { repository, tag },
    );
  }

  /** Notes that a receipt has to go out; once per account, repository and message. True when it was new. */
  owe(receipt: NewDueReceipt): boolean {
    const changed = this.#database.run(
      `INSERT INTO dueReceipts
         (id, accountId, messageId, repository, forDigest, recipient, status, reason, verified)
       VALUES (:id, :accountId, :messageId, :repository, :forDigest, :recipient, :status, :reason, :verified)
       ON CONFLICT (accountId, repository, forDigest) DO NOTHING`,
      { id: randomUUID(), ...receipt },
    );
    return changed === 1;
  }

  /** What may be pushed at `now`, oldest first: nobody learns of a request that its message arrived. */
  due(now: number): readonly DueReceipt[] {
    return this.#database.all(
      `SELECT * FROM dueReceipts WHERE (retryAt IS NULL OR retryAt <= :now) AND NOT EXISTS (
         SELECT 1 FROM messages JOIN conversations ON conversations.id = conversationId
         WHERE messages.id = messageId AND standing <> 'accepted'
       ) ORDER BY rowid LIMIT :limit`,
      dueReceiptRow,
      { now, limit: limits.dueAtOnce },
    );
  }

  /** When the next one that waits may be tried; null: none waits. */
  nextRetryAt(): number | null {
    return this.#database.number('SELECT min(retryAt) AS number FROM dueReceipts');
  }

  /** One more attempt failed; not to be tried before `retryAt`. */
  postpone(id: string, retryAt: number): boolean {
    const changed = this.#database.run(
      'UPDATE dueReceipts SET attempts = attempts + 1, retryAt = :retryAt WHERE id = :id',
      { id, retryAt },
    );
    return changed === 1;
  }

  /** Whatever waits may be tried now: the registry is back. */
  hurry(): void {
    this.#database.run('UPDATE dueReceipts SET retryAt = NULL WHERE retryAt IS NOT NULL', {});
  }

  /** It was pushed, or never can be. */
  settle(id: string): boolean {
    return this.#database.run('DELETE FROM dueReceipts WHERE id = :id', { id }) === 1;
  }
}
