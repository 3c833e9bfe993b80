import { z } from 'zod';
import type { Database } from './database.ts';
import { tagsWithoutRecord } from './seen-tags.ts';

/**
 * What became of a tag of an inbox. `pending` was seen but could not be decided yet and is looked at again; every `crowded` is
 * by a stranger for whom there was no room among the requests, and becomes `pending` when there is; every other outcome is final.
 */
export const tagOutcomes = [
  'accepted',
  'duplicate',
  'conflict',
  'rejected',
  'expired',
  'pending',
  'crowded',
] as const;
export type TagOutcome = (typeof tagOutcomes)[number];

export interface SeenTag {
  readonly repository: string;
  readonly tag: string;
  /** Null when the manifest was never read. */
  readonly digest: string | null;
  readonly outcome: TagOutcome;
  readonly reason: string | null;
  /** Time to live counts from here when the message claims to be younger than that. */
  readonly firstSeenAt: number;
}

const seenTagRow: z.ZodType<SeenTag> = z.object({
  repository: z.string(),
  tag: z.string(),
  digest: z.string().nullable(),
  outcome: z.enum(tagOutcomes),
  reason: z.string().nullable(),
  firstSeenAt: z.number(),
});

const crowdedHere = `outcome = 'crowded' AND repository = :repository
  AND substr(tag, 1, length(:tagPrefix)) = :tagPrefix`;

/** Which tags of which repository were looked at, and what became of them. */
export class Inbox {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Those of `tags` that must be looked at: never recorded, or `pending`. Same order; fast for 100,000 at once. */
  unseenTags(repository: string, tags: readonly string[]): readonly string[] {
    return tagsWithoutRecord(this.#database, `seenTags WHERE outcome <> 'pending'`, repository, tags);
  }

  /** Records what became of a tag; `firstSeenAt` of an earlier record stays. `sender`: who claims what is `crowded`. */
  record(seen: SeenTag, sender: string | null = null): void {
    this.#database.run(
      `INSERT INTO seenTags (repository, tag, digest, outcome, reason, firstSeenAt, sender)
       VALUES (:repository, :tag, :digest, :outcome, :reason, :firstSeenAt, :sender)
       ON CONFLICT (repository, tag) DO UPDATE
       SET digest = excluded.digest, outcome = excluded.outcome, reason = excluded.reason, sender = excluded.sender`,
      { ...seen, sender },
    );
  }

  get(repository: string, tag: string): SeenTag | null {
    return this.#database.get(
      'SELECT * FROM seenTags WHERE repository = :repository AND tag = :tag',
      seenTagRow,
      { repository, tag },
    );
  }

  /** When this tag was first recorded; null: never. */
  firstSeenAt(repository: string, tag: string): number | null {
    return this.get(repository, tag)?.firstSeenAt ?? null;
  }

  /**
   * What was in conflict with a message that turned out to be bad is looked at again: a forged number must never hide
   * the real message (protocol, section 3).
   */
  reopenConflicts(repository: string): void {
    this.#database.run(
      `UPDATE seenTags SET outcome = 'pending' WHERE repository = :repository AND outcome = 'conflict'`,
      { repository },
    );
  }

  /** How many people wait for a seat among the requests of this inbox. */
  crowdedSenders(repository: string, tagPrefix: string): number {
    return this.#database.count(`SELECT count(DISTINCT sender) AS count FROM seenTags WHERE ${crowdedHere}`, {
      repository,
      tagPrefix,
    });
  }

  /** Looks again at what the next `seats` people wrote, and at what those wrote who are known to `accountId` by now. */
  reopenCrowded(
    repository: string,
    tagPrefix: string,
    { accountId, seats }: { readonly accountId: string; readonly seats: number },
  ): void {
    this.#database.run(
      `UPDATE seenTags SET outcome = 'pending' WHERE ${crowdedHere} AND (
         sender IN (SELECT sender FROM seenTags WHERE ${crowdedHere}
           GROUP BY sender ORDER BY min(firstSeenAt), sender LIMIT :seats)
         OR sender IN (SELECT identity FROM people JOIN conversations ON personId = people.id
           WHERE accountId = :accountId))`,
      { repository, tagPrefix, accountId, seats },
    );
  }

  /** Whoever waits for a seat in this inbox is turned away, for `reason`. */
  rejectCrowded(repository: string, tagPrefix: string, reason: string): void {
    this.#database.run(`UPDATE seenTags SET outcome = 'rejected', reason = :reason WHERE ${crowdedHere}`, {
      repository,
      tagPrefix,
      reason,
    });
  }

  /** Forgets the tags of `repository` that start with `tagPrefix`, so that they are looked at afresh. */
  forget(repository: string, tagPrefix: string): number {
    return this.#database.run(
      'DELETE FROM seenTags WHERE repository = :repository AND substr(tag, 1, length(:tagPrefix)) = :tagPrefix',
      { repository, tagPrefix },
    );
  }
}
