import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Database } from './database.ts';
import { readExcerpt, toFtsQuery } from './search-text.ts';

/** A message that matches, with the words around the match. */
export interface SearchHit {
  readonly messageId: string;
  readonly conversationId: string;
  readonly excerpt: string;
  /** Where in `excerpt` the words match: [start, end) in UTF-16 units, ascending. */
  readonly matches: readonly (readonly [start: number, end: number])[];
}

const hitRow = z.object({ messageId: z.string(), conversationId: z.string(), marked: z.string() });

/** Tokens of a message around the match; FTS5 allows 64. */
const excerptTokens = 24;

/** Full-text search over the words of messages and the names of files, without regard to case and accents. */
export class Search {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Messages in which every word of `text` occurs, the last one as the start of a word; newest first. */
  query(text: string, limit: number): readonly SearchHit[] {
    const words = toFtsQuery(text);
    if (words === null) return [];
    // Nobody can have written marks that were drawn just now.
    const marks = { open: `\u0002${randomUUID()}`, close: `\u0003${randomUUID()}` };
    const rows = this.#database.all(
      `SELECT messages.id AS messageId, conversationId,
         snippet(messagesText, -1, :open, :close, '…', ${excerptTokens}) AS marked
       FROM messagesText JOIN messages ON messages.sequence = messagesText.rowid
       WHERE messagesText MATCH :words ORDER BY messagesText.rowid DESC LIMIT :limit`,
      hitRow,
      { ...marks, words, limit },
    );
    return rows.map(({ messageId, conversationId, marked }) => ({
      messageId,
      conversationId,
      ...readExcerpt(marked, marks),
    }));
  }
}
