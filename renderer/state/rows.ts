/** Messages as they are drawn: batches as one, neighbours of one author as a group, days apart. Pure. */
import type { MessageView } from '../../preload/contract/messages.ts';

export interface Row {
  readonly key: string;
  /** One message, or all of a batch that are here, oldest first. Never empty. */
  readonly messages: readonly [MessageView, ...MessageView[]];
  /** The time of the first message of a new day, for a date above the row. */
  readonly day: number | null;
  /** The first that was not read when the conversation was opened. */
  readonly firstUnread: boolean;
  /** First and last of a group: where the avatar, and the time and state, are drawn. */
  readonly first: boolean;
  readonly last: boolean;
}

/** Messages closer together than this, by one author, belong to one group. */
export const groupGapMilliseconds = 5 * 60_000;

export interface RowOptions {
  readonly firstUnreadId?: string | null;
  /** A name for the local day of a time; rows with different ones get a date between them. */
  readonly dayOf?: (at: number) => string;
}

export function rowsOf(messages: readonly MessageView[], options: RowOptions = {}): readonly Row[] {
  const dayOf = options.dayOf ?? ((at: number) => new Date(at).toDateString());
  const entries = joinBatches(messages);
  const keys = new Set<string>();
  return entries.map((entry, index) => {
    const previous = entries[index - 1];
    const next = entries[index + 1];
    const day = startsDay(previous, entry, dayOf);
    const firstUnread = entry.some((message) => message.id === options.firstUnreadId);
    const nextIsUnread = next?.some((message) => message.id === options.firstUnreadId) === true;
    const apart = day || firstUnread || previous === undefined || !belongTogether(previous, entry);
    const ends =
      next === undefined || nextIsUnread || startsDay(entry, next, dayOf) || !belongTogether(entry, next);
    return {
      key: keyOf(entry, keys),
      messages: entry,
      day: day ? head(entry).at : null,
      firstUnread,
      first: apart,
      last: ends,
    };
  });
}

type Entry = readonly [MessageView, ...MessageView[]];

const head = (entry: Entry): MessageView => entry[0];
const tail = (entry: Entry): MessageView => entry.at(-1) ?? entry[0];

function joinBatches(messages: readonly MessageView[]): Entry[] {
  const entries: [MessageView, ...MessageView[]][] = [];
  for (const message of messages) {
    const current = entries.at(-1);
    if (current !== undefined && sameBatch(current[0], message)) current.push(message);
    else entries.push([message]);
  }
  return entries;
}

/**
 * The batch's, so that a row stays the same one while older messages of it are loaded; the message's own where that is
 * taken: somebody may claim one batch's id twice.
 */
function keyOf(entry: Entry, taken: Set<string>): string {
  const { batch, id } = head(entry);
  const key = batch === null || taken.has(batch.id) ? id : batch.id;
  taken.add(key);
  return key;
}

/** Somebody else may claim a batch's id: only what is equally well proven to be of one author is joined. */
function sameBatch(a: MessageView, b: MessageView): boolean {
  return a.batch !== null && a.batch.id === b.batch?.id && sameOrigin(a, b);
}

function sameOrigin(a: MessageView, b: MessageView): boolean {
  return (
    a.author === b.author &&
    a.direction === b.direction &&
    a.trust === b.trust &&
    a.trustReason === b.trustReason &&
    (a.state === 'unverified') === (b.state === 'unverified')
  );
}

function belongTogether(a: Entry, b: Entry): boolean {
  const [last, first] = [tail(a), head(b)];
  return sameOrigin(last, first) && Math.abs(first.at - last.at) <= groupGapMilliseconds;
}

function startsDay(previous: Entry | undefined, entry: Entry, dayOf: (at: number) => string): boolean {
  return previous === undefined || dayOf(tail(previous).at) !== dayOf(head(entry).at);
}

/** The row that shows a message; -1 when it is not here. */
export function rowOfMessage(rows: readonly Row[], messageId: string): number {
  return rows.findIndex((row) => row.messages.some((message) => message.id === messageId));
}
