import pLimit from 'p-limit';
import { DockerCommsError, toDockerCommsError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { requestsPerHost } from '../../oci/connections.ts';
import { isExpired } from '../../protocol/expiry.ts';
import { writtenAt } from '../../protocol/message.ts';
import type { Account } from '../../store/accounts.ts';
import { decidedByPerson, recordedReason } from '../../store/refused-tags.ts';
import type { Conversation } from '../../store/conversations.ts';
import type { TagOutcome } from '../../store/inbox.ts';
import type { Message, NewMessage } from '../../store/message.ts';
import { receiveToMemory } from '../../transfer/receive.ts';
import type { Judge, Judgement } from '../trust/judge.ts';
import { decodeText } from '../trust/release.ts';
import { incomingRow, isText } from './incoming-row.ts';
import { oweReceipt } from './owed-receipt.ts';
import { RequestSeats } from './request-seats.ts';
import { noteToldMailbox } from './told-mailbox.ts';
import type { EngineContext } from '../context.ts';
import { isBadContent, passesByItself } from '../errors.ts';
import type { InboxListing, ListedMessage, RefusedTag } from '../wire/inbox-listing.ts';
import type { PendingTags } from './pending-tags.ts';

/** A message that this account had not seen before. */
export interface Accepted {
  readonly message: Message;
  readonly conversationId: string;
}

/**
 * Messages that may fail one after the other before the connection is blamed, which ends the look: two may be bad together,
 * a text and its file. More would be a time-out each where nothing answers any more.
 */
const toleratedFailures = 2;
/** Messages whose authors are looked up at once: half of what a host is asked at once, and transfers go on with the rest. */
const judgedAtOnce = requestsPerHost / 2;
const blockedReason = recordedReason(decidedByPerson, 'The sender is blocked here.');
/** Milliseconds after which a tag that could never be read is given up: longer than messages live. */
const longestPending = (limits.timeToLiveSeconds + limits.clockSkewSeconds) * 1000;

export interface AcceptOptions {
  /** Gets what was new, in order; what is in it stays when taking in fails later on. */
  readonly accepted: Accepted[];
  readonly pending: PendingTags;
  /**
   * When the last message of each conversation was, before this look: one map for all listings of a look. A long listing
   * comes in parts, and the order in which they come is no order of the messages.
   */
  readonly latest: Map<string, number>;
  readonly judge: Pick<Judge, 'judgeMessage'>;
  readonly signal: AbortSignal;
}

/**
 * Takes in what one listing holds, in order. Each message stands alone: whatever is wrong with one is recorded with its
 * reason and never stops the next (protocol, section 3). Fails when it is the connection and not the messages.
 */
export async function acceptListing(
  context: EngineContext,
  account: Account,
  { messages, refused }: InboxListing,
  options: AcceptOptions,
): Promise<void> {
  const inbox = new InboxOf(context, account, options);
  for (const { tag, digest, error, transient } of refused) {
    if (transient) inbox.postpone(tag, digest, error);
    else inbox.record(tag, digest, 'rejected', reasonOf(error));
  }
  inbox.prepare(messages);
  for (const listed of messages) {
    const taken = await inbox.take(listed);
    if (taken !== null) options.accepted.push(taken);
  }
  const blamed = connectionFailure(refused, messages.length);
  if (blamed !== null) throw blamed;
}

/** What tells, of all that could not be read, that nothing can be read now; null when it is about single messages. */
function connectionFailure(refused: readonly RefusedTag[], readable: number): DockerCommsError | null {
  const failures = refused
    .filter(({ transient, error }) => transient && (passesByItself(error) || error.code === 'auth'))
    .map(({ error }) => error);
  const limited = failures.find(({ code }) => code === 'rate-limited');
  const nothingWorks = readable === 0 && failures.length > toleratedFailures;
  return limited ?? (nothingWorks ? (failures[0] ?? null) : null);
}

function reasonOf({ code, message }: DockerCommsError): string {
  return recordedReason(code, message);
}

class InboxOf {
  readonly #context: EngineContext;
  readonly #account: Account;
  readonly #pending: PendingTags;
  readonly #latest: Map<string, number>;
  readonly #signal: AbortSignal;
  readonly #judgeOf: Pick<Judge, 'judgeMessage'>;
  readonly #judgements = new Map<string, Promise<Judgement>>();
  readonly #limit = pLimit(judgedAtOnce);
  readonly #seats: RequestSeats;
  #failuresInARow = 0;

  constructor(context: EngineContext, account: Account, { pending, latest, judge, signal }: AcceptOptions) {
    this.#context = context;
    this.#account = account;
    this.#pending = pending;
    this.#latest = latest;
    this.#judgeOf = judge;
    this.#signal = signal;
    this.#seats = new RequestSeats(context, account);
  }

  record(
    tag: string,
    digest: string | null,
    outcome: TagOutcome,
    reason: string | null,
    sender: string | null = null,
  ): void {
    const { store, clock } = this.#context;
    const { repository } = this.#account;
    store.inbox.record({ repository, tag, digest, outcome, reason, firstSeenAt: clock.now() }, sender);
  }

  /** Could not be read now: asked for again later, but not for ever. Its life counts from here. */
  postpone(tag: string, digest: string | null, error: DockerCommsError): void {
    const now = this.#context.clock.now();
    const given = now > this.#firstSeenAt(tag, now) + longestPending;
    this.record(tag, digest, given ? 'rejected' : 'pending', reasonOf(error));
    if (given) this.#pending.settle(tag);
    else this.#pending.postpone(tag, now);
  }

  /** The message as it is stored now, or null when it is not new, too late, or not readable. */
  async take(listed: ListedMessage): Promise<Accepted | null> {
    const outcome = this.#decide(listed);
    if (outcome !== 'accepted') {
      const reason = outcome === 'rejected' ? blockedReason : null;
      const sender = outcome === 'crowded' ? listed.message.sender : null;
      this.record(listed.tag, listed.digest, outcome, reason, sender);
      this.#pending.settle(listed.tag);
      return null;
    }
    try {
      const judgement = await this.#judge(listed);
      const text = judgement.trust === 'signed' ? await this.#fetchText(listed) : null;
      this.#failuresInARow = 0;
      const accepted = this.#store(listed, judgement, text);
      this.#pending.settle(listed.tag);
      // What nobody proved is there to be looked at, and is no news.
      return judgement.trust === 'signed' ? accepted : null;
    } catch (thrown) {
      return this.#refuse(listed, toDockerCommsError(thrown));
    }
  }

  /** Same sender and id: the first accepted stands, another digest is a conflict (protocol, section 3). */
  #decide(listed: ListedMessage): TagOutcome {
    const { store, clock } = this.#context;
    const { tag, digest, message } = listed;
    const known = store.messages.findIncoming(this.#account.id, message.sender, message.messageId);
    if (known !== null) return known.digest === digest ? 'duplicate' : 'conflict';
    if (this.#isBlocked(message.sender)) return 'rejected';
    const there = store.messages.findByDigest(this.#account.repository, digest);
    if (there.some(this.#isHere)) return 'duplicate';
    // A note to oneself is in the conversation already, as what was sent.
    const own = there.find(this.#isOwn);
    if (own !== undefined) {
      this.#oweReceipt(listed, own.id);
      return 'duplicate';
    }
    const now = clock.now();
    const { createdAt, ttlSeconds } = message;
    const firstSeenAt = this.#firstSeenAt(tag, now);
    if (isExpired({ createdAt, firstSeenAt, ttlSeconds }, now)) return 'expired';
    return this.#seats.admits(message.sender) ? 'accepted' : 'crowded';
  }

  #firstSeenAt(tag: string, now: number): number {
    return this.#context.store.inbox.firstSeenAt(this.#account.repository, tag) ?? now;
  }

  readonly #isOwn = (message: Message): boolean => message.direction === 'outgoing' && this.#isMine(message);
  readonly #isHere = (message: Message): boolean => message.direction === 'incoming' && this.#isMine(message);

  #isMine({ conversationId }: Message): boolean {
    return this.#context.store.conversations.get(conversationId)?.accountId === this.#account.id;
  }

  #isBlocked(identity: string): boolean {
    const { store } = this.#context;
    const person = store.people.findByIdentity(identity);
    const conversation = person && store.conversations.find(this.#account.id, person.id);
    return conversation?.standing === 'blocked';
  }

  /** Begins to find out who wrote these, many at once; `take` waits for each in its turn. */
  prepare(messages: readonly ListedMessage[]): void {
    for (const listed of messages) {
      if (this.#decide(listed) === 'accepted') void this.#judge(listed).catch(() => undefined);
    }
  }

  #judge({ digest, manifest, message }: ListedMessage): Promise<Judgement> {
    const begun = this.#judgements.get(digest);
    if (begun !== undefined) return begun;
    const judgement = this.#limit(() => this.#judgeOf.judgeMessage(message, manifest));
    this.#judgements.set(digest, judgement);
    return judgement;
  }

  /** The words of a chat message; null for a file, which is fetched apart. */
  async #fetchText({ message }: ListedMessage): Promise<string | null> {
    if (!isText(message)) return null;
    const origin = this.#context.repositories.for(this.#account);
    const options = { maxBytes: limits.textBytes, signal: this.#signal };
    return decodeText(await receiveToMemory(message, origin, options));
  }

  #store(listed: ListedMessage, judgement: Judgement, text: string | null): Accepted {
    const { store, events } = this.#context;
    const accepted = store.transaction(() => {
      const [message] = store.messages.insert([this.#row(listed, judgement, text)]);
      if (message === undefined) throw new DockerCommsError('internal', 'A message was not stored.');
      this.record(listed.tag, listed.digest, 'accepted', null);
      if (judgement.trust === 'signed') noteToldMailbox(this.#context, this.#account, listed.message);
      // Text is saved now; the receipt for a file is owed once its payload is.
      if (text !== null) this.#oweReceipt(listed, message.id);
      return { message, conversationId: message.conversationId };
    });
    events.messageChanged(accepted.conversationId, accepted.message.id);
    return accepted;
  }

  #row(listed: ListedMessage, judgement: Judgement, text: string | null): NewMessage {
    const { store, clock, settings } = this.#context;
    const { message, tag } = listed;
    const now = clock.now();
    const person = store.people.ensure(message.sender, now);
    const conversation = store.conversations.ensure(this.#account.id, person.id, now, 'request');
    return incomingRow(listed, {
      conversationId: conversation.id,
      repository: this.#account.repository,
      judgement,
      text,
      at: this.#shownAt(conversation, writtenAt(message), now),
      firstSeenAt: this.#firstSeenAt(tag, now),
      downloadWanted:
        conversation.standing === 'accepted' &&
        message.totalBytes <= settings.get().downloads.automaticLimitBytes,
    });
  }

  /** When it was written, where that is believable: never before what was already here, never in the future. */
  #shownAt({ id, lastMessage }: Conversation, written: number, now: number): number {
    const latest = this.#latest.get(id) ?? lastMessage?.at ?? 0;
    this.#latest.set(id, latest);
    return Math.max(Math.min(written, now), latest);
  }

  /**
   * Bad bytes are recorded for good; anything else may be different next time, and meanwhile the next message has its
   * turn. Only when several fail one after the other is it the connection rather than the messages.
   */
  #refuse(listed: ListedMessage, error: DockerCommsError): null {
    const bad = isBadContent(error, this.#pending.tries(listed.tag) + 1);
    // Damaged bytes are an answer too: they are no sign that nothing answers.
    this.#failuresInARow = bad || error.code === 'verification-failed' ? 0 : this.#failuresInARow + 1;
    if (error.code === 'cancelled' || this.#failuresInARow > toleratedFailures) throw error;
    if (bad) {
      this.record(listed.tag, listed.digest, 'rejected', reasonOf(error));
      this.#pending.settle(listed.tag);
    } else this.postpone(listed.tag, listed.digest, error);
    return null;
  }

  #oweReceipt({ digest, message }: ListedMessage, id: string): void {
    const { repository } = this.#account;
    const facts = { id, author: message.sender, digest, repository, trust: 'signed' } as const;
    oweReceipt(this.#context, this.#account, facts);
  }
}
