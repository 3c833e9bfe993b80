import type { Database } from './database.ts';
import { messageRow, type Message } from './message.ts';

const dueOutgoing = "state = 'queued' AND direction = 'outgoing'";
const dueIncoming = "state = 'waiting' AND direction = 'incoming' AND downloadWanted = 1";

/** Work that waits in rows: what has to go out, what has to be fetched, and what a crash left half done. */
export class Outbox {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Outgoing messages that may be sent at `now`, oldest first. */
  due(now: number, limit = 100): readonly Message[] {
    return this.#due(dueOutgoing, now, limit);
  }

  /** Incoming payloads that were asked for (`waiting`, `downloadWanted`) and may be fetched at `now`, oldest first. */
  downloadsDue(now: number, limit = 100): readonly Message[] {
    return this.#due(dueIncoming, now, limit);
  }

  /** When the next waiting message, either way, may be tried; null: none waits for a time. */
  nextRetryAt(): number | null {
    return this.#database.number(
      `SELECT min(retryAt) AS number FROM messages
       WHERE state IN ('queued', 'waiting') AND ((${dueOutgoing}) OR (${dueIncoming}))`,
    );
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

  #due(condition: string, now: number, limit: number): readonly Message[] {
    return this.#database.all(
      `SELECT * FROM messages WHERE ${condition} AND (retryAt IS NULL OR retryAt <= :now)
       ORDER BY sequence LIMIT :limit`,
      messageRow,
      { now, limit },
    );
  }
}
