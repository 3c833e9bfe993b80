import { z } from 'zod';
import type { ErrorCode } from '../base/errors.ts';
import type { Database } from './database.ts';

/** A tag of an inbox whose message was not taken in, and of which a person has to know. */
export interface RefusedTag {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string | null;
  readonly outcome: 'rejected' | 'conflict';
  readonly reason: string | null;
  readonly firstSeenAt: number;
}

const refusedRow: z.ZodType<RefusedTag> = z.object({
  repository: z.string(),
  tag: z.string(),
  digest: z.string().nullable(),
  outcome: z.enum(['rejected', 'conflict']),
  reason: z.string().nullable(),
  firstSeenAt: z.number(),
});

/** Stands for what a person decided (somebody blocked, a request deleted), which is no news to them. */
export const decidedByPerson: ErrorCode = 'untrusted';

/** A reason as it is recorded with a tag: the code is for whoever reads the database, the sentence for people. */
export function recordedReason(code: ErrorCode, sentence: string): string {
  return `${code}: ${sentence}`;
}

/** The sentence of a recorded reason. */
export function sentenceOf(reason: string): string {
  return reason.replace(/^[a-z-]+: /, '');
}

const refused = `outcome IN ('rejected', 'conflict') AND dismissed = 0
  AND (reason IS NULL OR reason NOT LIKE '${recordedReason(decidedByPerson, '%')}')`;

/** Of the tags that the inbox recorded, those that were refused. */
export class RefusedTags {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Newest first, of all repositories. */
  list(limit: number): readonly RefusedTag[] {
    return this.#database.all(
      `SELECT * FROM seenTags WHERE ${refused} ORDER BY firstSeenAt DESC, tag LIMIT :limit`,
      refusedRow,
      { limit },
    );
  }

  count(): number {
    return this.#database.count(`SELECT count(*) AS count FROM seenTags WHERE ${refused}`);
  }

  /** Those that are listed now are no longer. */
  dismiss(): void {
    this.#database.run(`UPDATE seenTags SET dismissed = 1 WHERE ${refused}`);
  }

  /** It is looked at again. Nothing happens to a tag that was not refused. */
  reopen(repository: string, tag: string): void {
    this.#database.run(
      `UPDATE seenTags SET outcome = 'pending' WHERE ${refused} AND repository = :repository AND tag = :tag`,
      { repository, tag },
    );
  }
}
