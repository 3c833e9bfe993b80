import { z } from 'zod';
import { limits } from '../base/limits.ts';
import type { Database } from './database.ts';
import { messageRow, type Message } from './message.ts';

const dueOutgoing = "state = 'queued' AND direction = 'outgoing'";
const unfetched = "direction = 'incoming' AND state IN ('waiting', 'paused', 'failed', 'unverified')";
/** Of people who are blocked nothing is fetched, whatever was under way when they were. */
const dueIncoming = `state = 'waiting' AND direction = 'incoming' AND downloadWanted = 1
  AND conversationId NOT IN (SELECT id FROM conversations WHERE standing = 'blocked')`;

const expiredRow = z.object({ id: z.string(), conversationId: z.string() });

/** A text holds back later ones of its conversation while it waits, but not for ever: so many tries, some 20 minutes. */
const triesThatHold = 10;

/** Work that waits in rows: what has to go out, what has to be fetched, and what a crash left half done. */
export class Outbox {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Outgoing messages that may be sent at `now`, oldest first: of each conversation the first text and the first file,
   * since one after the other goes out. A text that waits for another try holds back the texts after it (they keep
   * their order), a file holds back nothing.
   */
  due(now: number, limit: number = limits.dueAtOnce): readonly Message[] {
    return this.#database.all(
      `SELECT * FROM messages WHERE sequence IN (
         SELECT min(sequence) FROM messages
         WHERE ${dueOutgoing}
           AND (retryAt IS NULL OR retryAt <= :now OR (kind = 'text' AND attempts < ${triesThatHold}))
         GROUP BY conversationId, kind
       ) AND (retryAt IS NULL OR retryAt <= :now) ORDER BY sequence LIMIT :limit`,
      messageRow,
      { now, limit },
    );
  }

  /** Incoming payloads that were asked for (`waiting`, `downloadWanted`) and may be fetched at `now`, oldest first. */
  downloadsDue(now: number, limit: number = limits.dueAtOnce): readonly Message[] {
    return this.#database.all(
      `SELECT * FROM messages WHERE ${dueIncoming} AND (retryAt IS NULL OR retryAt <= :now)
       ORDER BY sequence LIMIT :limit`,
      messageRow,
      { now, limit },
    );
  }

  /** When the next outgoing message that waits for a time after `now` may be tried; null: none. */
  nextRetryAt(now: number): number | null {
    return this.#nextRetryAt(dueOutgoing, now);
  }

  /** The same for payloads that are to be fetched. */
  nextDownloadAt(now: number): number | null {
    return this.#nextRetryAt(dueIncoming, now);
  }

  /** Outgoing messages that wait for another try may be tried now: all, or those of one conversation. */
  hurry(conversationId: string | null = null): void {
    this.#database.run(
      `UPDATE messages SET retryAt = NULL WHERE ${dueOutgoing} AND retryAt IS NOT NULL
         AND (:conversationId IS NULL OR conversationId = :conversationId)`,
      { conversationId },
    );
  }

  /** Payloads that wait for another try may be fetched now. */
  hurryDownloads(): void {
    this.#database.run(`UPDATE messages SET retryAt = NULL WHERE ${dueIncoming} AND retryAt IS NOT NULL`, {});
  }

  /** Waiting payloads of this conversation up to `limitBytes` are to be fetched: its request was accepted. */
  wantWaiting(conversationId: string, limitBytes: number): void {
    this.#database.run(
      `UPDATE messages SET downloadWanted = 1 WHERE conversationId = :conversationId
         AND state = 'waiting' AND direction = 'incoming' AND fileBytes <= :limitBytes`,
      { conversationId, limitBytes },
    );
  }

  /**
   * Incoming payloads that were not fetched and whose life ended before `expiredBefore` are `expired` from now on.
   * Answers them.
   */
  expireWaiting(expiredBefore: number): readonly { readonly id: string; readonly conversationId: string }[] {
    return this.#database.all(
      `UPDATE messages SET state = 'expired', failure = NULL, downloadWanted = 0, retryAt = NULL
       WHERE ${unfetched} AND expiresAt < :expiredBefore RETURNING id, conversationId`,
      expiredRow,
      { expiredBefore },
    );
  }

  /** When the first of the payloads that were not fetched ends its life; null: none waits. */
  nextExpiry(): number | null {
    return this.#database.number(`SELECT min(expiresAt) AS number FROM messages WHERE ${unfetched}`);
  }

  /**
   * At the start: what was being sent is queued again, what was being fetched waits to be fetched, both without delay.
   * Answers how many there were.
   */
  requeueInterrupted(): number {
    return this.#database.transaction(
      () =>
        this.#database.run(
          `UPDATE messages SET state = 'queued', retryAt = NULL WHERE state IN ('preparing', 'uploading')`,
        ) +
        this.#database.run(
          `UPDATE messages SET state = 'waiting', downloadWanted = 1, retryAt = NULL WHERE state = 'downloading'`,
        ),
    );
  }

  #nextRetryAt(condition: string, now: number): number | null {
    return this.#database.number(
      `SELECT min(retryAt) AS number FROM messages WHERE ${condition} AND retryAt > :now`,
      { now },
    );
  }
}
