import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { limits } from '../base/limits.ts';
import { flag } from './columns.ts';
import type { Original } from './originals.ts';
import type { Database, Guard } from './database.ts';
import {
  directions,
  messageStates,
  messageTrusts,
  type Direction,
  type MessageState,
  type MessageTrust,
} from './message.ts';
import { personColumns, type Person } from './people.ts';

/** The newest message as the list shows it: its words or its file's name, cut to `limits.excerptCharacters`. */
export interface LastStoredMessage {
  readonly messageId: string;
  readonly direction: Direction;
  readonly kind: 'text' | 'file';
  readonly excerpt: string;
  /** Of several that we sent together: the one that tells most, see `tellingFirst`. */
  readonly state: MessageState;
  readonly trust: MessageTrust;
  readonly at: number;
}

export const standings = ['accepted', 'request', 'blocked'] as const;
export type Standing = (typeof standings)[number];

/** What one account and one person say to each other. */
export interface Conversation {
  readonly id: string;
  readonly accountId: string;
  readonly person: Person;
  readonly muted: boolean;
  /** When that ends by itself; null: it is for ever, or not muted. */
  readonly mutedUntil: number | null;
  readonly draft: string;
  /** What the draft answers. */
  readonly draftAnswers: Original | null;
  /** When anything last happened here. */
  readonly activityAt: number;
  /**
   * `request`: somebody who was never written to began it, and nobody has answered yet. `blocked`: nothing of this person
   * is taken in.
   */
  readonly standing: Standing;
  /** The sequence of the last message that was read. */
  readonly readUpTo: number;
  /** Incoming messages after `readUpTo`, without those that were refused or came too late. */
  readonly unread: number;
  readonly lastMessage: LastStoredMessage | null;
}

const conversationRow = z
  .object({
    id: z.string(),
    accountId: z.string(),
    muted: flag,
    mutedUntil: z.number().nullable(),
    draft: z.string(),
    activityAt: z.number(),
    readUpTo: z.number(),
    unread: z.number(),
    standing: z.enum(standings),
    personId: z.string(),
    personIdentity: personColumns.identity,
    personName: personColumns.name,
    personMailbox: personColumns.mailbox,
    personFirstSeenAt: personColumns.firstSeenAt,
    personInvitedKey: personColumns.invitedKey,
    personProposedMailbox: personColumns.proposedMailbox,
    personDeclinedMailbox: personColumns.declinedMailbox,
    answeredId: z.string().nullable(),
    answeredDirection: z.enum(directions).nullable(),
    answeredKind: z.enum(['text', 'file']).nullable(),
    answeredExcerpt: z.string().nullable(),
    lastId: z.string().nullable(),
    lastDirection: z.enum(directions).nullable(),
    lastKind: z.enum(['text', 'file']).nullable(),
    lastExcerpt: z.string().nullable(),
    lastState: z.enum(messageStates).nullable(),
    lastTrust: z.enum(messageTrusts).nullable(),
    lastAt: z.number().nullable(),
  })
  .transform((row): Conversation => {
    const { id, accountId, muted, mutedUntil, draft, activityAt, readUpTo, unread, standing } = row;
    return {
      ...{ id, accountId, muted, mutedUntil, draft, activityAt, readUpTo, unread, standing },
      person: {
        id: row.personId,
        identity: row.personIdentity,
        name: row.personName,
        mailbox: row.personMailbox,
        firstSeenAt: row.personFirstSeenAt,
        invitedKey: row.personInvitedKey,
        proposedMailbox: row.personProposedMailbox,
        declinedMailbox: row.personDeclinedMailbox,
      },
      draftAnswers: answeredOf(row),
      lastMessage: lastMessageOf(row),
    };
  });

const mailboxRow = z.object({ mailbox: z.string().nullable() });
const requestRow = z.object({ id: z.string(), identity: z.string() });

interface AnsweredColumns {
  readonly answeredId: string | null;
  readonly answeredDirection: Direction | null;
  readonly answeredKind: 'text' | 'file' | null;
  readonly answeredExcerpt: string | null;
}

function answeredOf(row: AnsweredColumns): Original | null {
  const { answeredId: id, answeredDirection: direction, answeredKind: kind } = row;
  if (id === null || direction === null || kind === null) return null;
  return { id, direction, kind, excerpt: row.answeredExcerpt ?? '' };
}

interface LastColumns {
  readonly lastId: string | null;
  readonly lastDirection: Direction | null;
  readonly lastKind: 'text' | 'file' | null;
  readonly lastExcerpt: string | null;
  readonly lastState: MessageState | null;
  readonly lastTrust: MessageTrust | null;
  readonly lastAt: number | null;
}

function lastMessageOf(row: LastColumns): LastStoredMessage | null {
  const { lastId, lastDirection, lastKind, lastState, lastTrust, lastAt } = row;
  if (lastId === null || lastDirection === null || lastKind === null) return null;
  if (lastState === null || lastTrust === null || lastAt === null) return null;
  return {
    messageId: lastId,
    direction: lastDirection,
    kind: lastKind,
    excerpt: row.lastExcerpt ?? '',
    state: lastState,
    trust: lastTrust,
    at: lastAt,
  };
}

const unreadOf = `(
  SELECT count(*) FROM messages AS incoming
  WHERE incoming.conversationId = conversations.id AND incoming.sequence > conversations.readUpTo
    AND incoming.direction = 'incoming' AND incoming.state NOT IN ('refused', 'expired', 'unverified')
)`;

/** How much a state of something that we sent tells: what went wrong, then what is under way, then how far it came. */
const tellingFirst = `CASE state
  WHEN 'failed' THEN 0 WHEN 'rejected' THEN 1
  WHEN 'uploading' THEN 2 WHEN 'preparing' THEN 3 WHEN 'queued' THEN 4
  WHEN 'paused' THEN 5 WHEN 'cancelled' THEN 6
  WHEN 'sent' THEN 7 WHEN 'delivered-unconfirmed' THEN 8 ELSE 9 END`;

/** One query however many conversations: each finds its last message and its unread ones through an index. */
const select = `
  SELECT conversations.*, ${unreadOf} AS unread,
    people.identity AS personIdentity, people.name AS personName, people.mailbox AS personMailbox,
    people.firstSeenAt AS personFirstSeenAt, people.invitedKey AS personInvitedKey,
    people.proposedMailbox AS personProposedMailbox, people.declinedMailbox AS personDeclinedMailbox,
    answered.id AS answeredId, answered.direction AS answeredDirection, answered.kind AS answeredKind,
    substr(coalesce(answered.text, answered.fileName, ''), 1, ${limits.excerptCharacters}) AS answeredExcerpt,
    last.id AS lastId, last.direction AS lastDirection, last.kind AS lastKind, coalesce((
      SELECT state FROM messages AS part
      WHERE part.conversationId = conversations.id AND part.batchId = last.batchId
        AND part.direction = 'outgoing' AND last.direction = 'outgoing'
      ORDER BY ${tellingFirst} LIMIT 1
    ), last.state) AS lastState,
    last.trust AS lastTrust, last.at AS lastAt,
    substr(coalesce(last.text, last.fileName, ''), 1, ${limits.excerptCharacters}) AS lastExcerpt
  FROM conversations
  JOIN people ON people.id = conversations.personId
  LEFT JOIN messages AS answered ON answered.id = conversations.draftAnswers
  LEFT JOIN messages AS last ON last.sequence = (
    SELECT sequence FROM messages WHERE conversationId = conversations.id
    ORDER BY at DESC, sequence DESC LIMIT 1
  )`;

export class Conversations {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Newest activity first. */
  list(): readonly Conversation[] {
    return this.#database.all(
      `${select} ORDER BY activityAt DESC, conversations.rowid DESC`,
      conversationRow,
    );
  }

  get(id: string): Conversation | null {
    return this.#database.get(`${select} WHERE conversations.id = :id`, conversationRow, { id });
  }

  find(accountId: string, personId: string): Conversation | null {
    return this.#database.get(
      `${select} WHERE conversations.accountId = :accountId AND conversations.personId = :personId`,
      conversationRow,
      { accountId, personId },
    );
  }

  /**
   * The conversation of these two, started at `at` with this standing when there is none. Fails `not-found` without
   * account or person.
   */
  ensure(accountId: string, personId: string, at: number, standing: Standing = 'accepted'): Conversation {
    this.#database.run(
      `INSERT INTO conversations (id, accountId, personId, activityAt, standing)
       VALUES (:id, :accountId, :personId, :at, :standing)
       ON CONFLICT (accountId, personId) DO NOTHING`,
      { id: randomUUID(), accountId, personId, at, standing },
    );
    return this.#database.found(this.find(accountId, personId));
  }

  /** Where this account's people are written to, each place once; null: nowhere of their own. */
  mailboxes(accountId: string): readonly (string | null)[] {
    return this.#database
      .all(
        `SELECT DISTINCT mailbox FROM conversations JOIN people ON people.id = personId
         WHERE accountId = :accountId`,
        mailboxRow,
        { accountId },
      )
      .map(({ mailbox }) => mailbox);
  }

  /** Who asks to be let in by this account and was not answered yet. */
  requests(accountId: string): readonly { readonly id: string; readonly identity: string }[] {
    return this.#database.all(
      `SELECT conversations.id, identity FROM conversations JOIN people ON people.id = personId
       WHERE accountId = :accountId AND standing = 'request'`,
      requestRow,
      { accountId },
    );
  }

  /** Everything that is there now was read. True when something had been unread. */
  markRead(id: string): boolean {
    const changed = this.#database.run(
      `UPDATE conversations SET readUpTo = latest.sequence
       FROM (SELECT max(sequence) AS sequence FROM messages WHERE conversationId = :id) AS latest
       WHERE id = :id AND latest.sequence > readUpTo AND ${unreadOf} > 0`,
      { id },
    );
    return changed === 1;
  }

  /** Keeps what was typed but not sent. `answers`: the id of a message of this conversation; of any other, none is kept. */
  saveDraft(id: string, draft: string, answers: string | null = null): boolean {
    const changed = this.#database.run(
      `UPDATE conversations SET draft = :draft,
         draftAnswers = (SELECT id FROM messages WHERE id = :answers AND conversationId = :id)
       WHERE id = :id`,
      { id, draft, answers },
    );
    return changed === 1;
  }

  /** False when it does not change. */
  stand(id: string, standing: Standing): boolean {
    return this.#database.update('conversations', { id }, { standing }, notYet(standing)) === 1;
  }

  /** `until` in milliseconds since 1970; null: not muted. */
  mute(id: string, until: number | 'for-ever' | null): boolean {
    const change = { muted: until !== null, mutedUntil: until === 'for-ever' ? null : until };
    return this.#database.update('conversations', { id }, change) === 1;
  }

  /** Ends the mutes whose time has come; answers whose they were. */
  endMutes(now: number): readonly string[] {
    const ended = this.#database.all(
      `UPDATE conversations SET muted = 0, mutedUntil = NULL WHERE muted = 1 AND mutedUntil <= :now RETURNING id`,
      z.object({ id: z.string() }),
      { now },
    );
    return ended.map(({ id }) => id);
  }

  /** When the next mute ends by itself; null: none does. */
  nextMuteEnd(): number | null {
    return this.#database.number('SELECT min(mutedUntil) AS number FROM conversations WHERE muted = 1');
  }

  /** Removes the conversation with its messages; saved files and the person stay. */
  remove(id: string): boolean {
    return this.#database.run('DELETE FROM conversations WHERE id = :id', { id }) === 1;
  }

  /** Unread messages over all conversations that are not muted, without those of strangers. */
  unreadTotal(): number {
    return this.#database.count(
      `SELECT coalesce(sum(${unreadOf}), 0) AS count FROM conversations WHERE muted = 0 AND standing = 'accepted'`,
    );
  }
}

function notYet(standing: Standing): Guard {
  return { sql: 'standing <> :new', parameters: { new: standing } };
}
