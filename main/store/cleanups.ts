import { z } from 'zod';
import { jsonColumn } from './columns.ts';
import type { Database } from './database.ts';
import { failureFacts, type FailureFacts } from './message.ts';
import type { PublishedPlace } from './published.ts';

/** How the last round of removing expired things went in one place, and when the next one may begin. */
export interface CleanupRecord extends PublishedPlace {
  /** When it ended. */
  readonly at: number;
  readonly nextAt: number;
  readonly removed: number;
  /** Somebody else had removed it before. */
  readonly gone: number;
  readonly failed: number;
  /** At most what was freed. */
  readonly bytes: number;
  /** Rounds that ended early, one after the other. */
  readonly failuresInARow: number;
  /** Why it ended early, or why something stayed; null: nothing was in the way. */
  readonly failure: FailureFacts | null;
}

const cleanupRow: z.ZodType<CleanupRecord> = z.object({
  accountId: z.string(),
  repository: z.string(),
  at: z.number(),
  nextAt: z.number(),
  removed: z.number(),
  gone: z.number(),
  failed: z.number(),
  bytes: z.number(),
  failuresInARow: z.number(),
  failure: jsonColumn(failureFacts).nullable(),
});

/** The last round in every place. */
export class Cleanups {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get({ accountId, repository }: PublishedPlace): CleanupRecord | null {
    return this.#database.get(
      'SELECT * FROM cleanups WHERE accountId = :accountId AND repository = :repository',
      cleanupRow,
      { accountId, repository },
    );
  }

  list(): readonly CleanupRecord[] {
    return this.#database.all('SELECT * FROM cleanups ORDER BY accountId, repository', cleanupRow);
  }

  /** In place of the round before. */
  save(record: CleanupRecord): void {
    this.#database.run(
      `INSERT OR REPLACE INTO cleanups
         (accountId, repository, at, nextAt, removed, gone, failed, bytes, failuresInARow, failure)
       VALUES (:accountId, :repository, :at, :nextAt, :removed, :gone, :failed, :bytes, :failuresInARow, :failure)`,
      { ...record, failure: record.failure === null ? null : JSON.stringify(record.failure) },
    );
  }
}
