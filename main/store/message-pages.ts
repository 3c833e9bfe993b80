/**
 * Windows into a conversation by place (`at`, then `sequence`), so that arriving messages never shift a page.
 * Must-fail vectors for cursors: test/store/messages.test.ts.
 */
import { z } from 'zod';
import { DockerCommsError } from '../base/errors.ts';
import type { Database } from './database.ts';
import { messageRow, type Message } from './message.ts';

/** At most one of the three; none: the newest page. */
export interface MessagePageRequest {
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  /** Id of a message in the middle of the page. */
  readonly around?: string | undefined;
  readonly limit: number;
}

export interface StoredMessagePage {
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** Cursors of the neighbouring pages; null at that end. */
  readonly before: string | null;
  readonly after: string | null;
}

type Place = Pick<Message, 'at' | 'sequence'>;

const newest: Place = { at: Number.MAX_SAFE_INTEGER, sequence: Number.MAX_SAFE_INTEGER };
const cursorPattern = /^(\d{1,16})\.(\d{1,16})$/;
const placeRow: z.ZodType<Place> = z.object({ at: z.number(), sequence: z.number() });

export function readPage(
  database: Database,
  conversationId: string,
  request: MessagePageRequest,
): StoredMessagePage {
  const { before, after, around, limit } = request;
  if ([before, after, around].filter((place) => place !== undefined).length > 1) {
    throw new DockerCommsError('invalid', 'A page is before, after or around one place.');
  }
  const messages =
    around !== undefined
      ? readAround(database, conversationId, around, limit)
      : after !== undefined
        ? readAfter(database, conversationId, parseCursor(after), limit)
        : readBefore(database, conversationId, before === undefined ? newest : parseCursor(before), limit);
  return { messages, ...neighbours(database, conversationId, messages) };
}

function readBefore(database: Database, conversationId: string, place: Place, limit: number) {
  const messages = database.all(
    `SELECT * FROM messages WHERE conversationId = :conversationId AND (at, sequence) < (:at, :sequence)
     ORDER BY at DESC, sequence DESC LIMIT :limit`,
    messageRow,
    { conversationId, at: place.at, sequence: place.sequence, limit },
  );
  return messages.toReversed();
}

function readAfter(database: Database, conversationId: string, place: Place, limit: number) {
  return database.all(
    `SELECT * FROM messages WHERE conversationId = :conversationId AND (at, sequence) > (:at, :sequence)
     ORDER BY at, sequence LIMIT :limit`,
    messageRow,
    { conversationId, at: place.at, sequence: place.sequence, limit },
  );
}

/** The message with as many older as newer ones; where one side has too few, the other fills the page. */
function readAround(database: Database, conversationId: string, id: string, limit: number) {
  const middle = database.get(
    'SELECT at, sequence FROM messages WHERE id = :id AND conversationId = :conversationId',
    placeRow,
    { id, conversationId },
  );
  if (middle === null) throw new DockerCommsError('not-found', 'This message is no longer here.');
  const fromMiddle = { at: middle.at, sequence: middle.sequence - 1 };
  const older = readBefore(database, conversationId, middle, limit - 1);
  const newer = readAfter(database, conversationId, fromMiddle, limit);
  const wantedOlder = Math.floor((limit - 1) / 2);
  const takenOlder = Math.min(older.length, Math.max(wantedOlder, limit - newer.length));
  return [...older.slice(older.length - takenOlder), ...newer.slice(0, limit - takenOlder)];
}

function neighbours(database: Database, conversationId: string, messages: readonly Message[]) {
  const first = messages[0];
  const last = messages.at(-1);
  const exists = (relation: '<' | '>', place: Place) =>
    database.count(
      `SELECT EXISTS (
         SELECT 1 FROM messages WHERE conversationId = :conversationId AND (at, sequence) ${relation} (:at, :sequence)
       ) AS count`,
      { conversationId, at: place.at, sequence: place.sequence },
    ) === 1;
  return {
    before: first !== undefined && exists('<', first) ? formatCursor(first) : null,
    after: last !== undefined && exists('>', last) ? formatCursor(last) : null,
  };
}

function formatCursor(place: Place): string {
  return `${place.at}.${place.sequence}`;
}

function parseCursor(cursor: string): Place {
  const match = cursorPattern.exec(cursor);
  if (match === null) throw new DockerCommsError('invalid', 'This is not a place in a conversation.');
  return { at: Number(match[1]), sequence: Number(match[2]) };
}
