import { z } from 'zod';
import { limits } from '../base/limits.ts';
import type { Database } from './database.ts';
import { directions, type Direction } from './message.ts';

/** What is shown of a message above its answer. */
export interface Original {
  readonly id: string;
  readonly direction: Direction;
  readonly kind: 'text' | 'file';
  /** The words, or the file's name. Cut to `limits.excerptCharacters`. */
  readonly excerpt: string;
}

const originalRow = z.object({
  wireId: z.string(),
  id: z.string(),
  direction: z.enum(directions),
  kind: z.enum(['text', 'file']),
  excerpt: z.string(),
});

/**
 * The messages of this conversation with these wire ids, by wire id. Whoever writes an answer names any id they like:
 * what is said to somebody else is never looked up. Where two messages have one id, the first accepted stands.
 */
export function readOriginals(
  database: Database,
  conversationId: string,
  wireIds: readonly string[],
): ReadonlyMap<string, Original> {
  const rows = database.all(
    `SELECT wireId, id, direction, kind,
       substr(coalesce(CASE kind WHEN 'text' THEN text ELSE fileName END, ''), 1, ${limits.excerptCharacters}) AS excerpt
     FROM messages
     WHERE conversationId = :conversationId AND wireId IN (SELECT value FROM json_each(:wireIds))
     ORDER BY state <> 'refused', sequence DESC`,
    originalRow,
    { conversationId, wireIds: JSON.stringify([...new Set(wireIds)]) },
  );
  // Of several with one id, the last one here wins: not refused, and the first of those.
  return new Map(rows.map(({ wireId, ...original }) => [wireId, original]));
}
