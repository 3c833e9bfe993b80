import { DockerCommsError, isDockerCommsError, toDockerCommsError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { textContentType } from '../../protocol/constants.ts';
import { isExpired } from '../../protocol/expiry.ts';
import { writtenAt } from '../../protocol/message.ts';
import { safeFileName } from '../../protocol/filename.ts';
import type { Account } from '../../store/accounts.ts';
import type { TagOutcome } from '../../store/inbox.ts';
import type { Message, NewMessage } from '../../store/message.ts';
import { receiveToMemory } from '../../transfer/receive.ts';
import type { EngineContext } from '../context.ts';
import { mediaTypeOf } from '../media-type.ts';
import type { InboxListing, ListedMessage } from '../wire/inbox-listing.ts';

/** A message that this account had not seen before. */
export interface Accepted {
  readonly message: Message;
  readonly conversationId: string;
}

/** Messages that may fail one after the other before the connection is blamed. */
const toleratedFailures = 2;

/**
 * Takes in what one listing holds, in order. Each message stands alone: whatever is wrong with one is recorded with its
 * reason and never stops the next (protocol, section 3).
 */
export async function acceptListing(
  context: EngineContext,
  account: Account,
  listing: InboxListing,
  signal: AbortSignal,
): Promise<Accepted[]> {
  const inbox = new InboxOf(context, account, signal);
  for (const { tag, digest, error, transient } of listing.refused) {
    if (!transient) inbox.record(tag, digest, 'rejected', `${error.code}: ${error.message}`);
  }
  const accepted: Accepted[] = [];
  for (const listed of listing.messages) {
    const taken = await inbox.take(listed);
    if (taken !== null) accepted.push(taken);
  }
  return accepted;
}

class InboxOf {
  readonly #context: EngineContext;
  readonly #account: Account;
  readonly #signal: AbortSignal;
  #failuresInARow = 0;

  constructor(context: EngineContext, account: Account, signal: AbortSignal) {
    this.#context = context;
    this.#account = account;
    this.#signal = signal;
  }

  record(tag: string, digest: string | null, outcome: TagOutcome, reason: string | null): void {
    const { store, clock } = this.#context;
    const { repository } = this.#account;
    store.inbox.record({ repository, tag, digest, outcome, reason, firstSeenAt: clock.now() });
  }

  /** The message as it is stored now, or null when it is not new, too late, or not readable. */
  async take(listed: ListedMessage): Promise<Accepted | null> {
    const outcome = this.#decide(listed);
    if (outcome !== 'accepted') {
      this.record(listed.tag, listed.digest, outcome, null);
      if (outcome === 'duplicate') this.#oweReceipt(listed, null);
      return null;
    }
    try {
      const text = await this.#fetchText(listed);
      this.#failuresInARow = 0;
      return this.#store(listed, text);
    } catch (thrown) {
      return this.#refuse(listed, toDockerCommsError(thrown));
    }
  }

  /** Same sender and id: the first accepted stands, another digest is a conflict (protocol, section 3). */
  #decide({ digest, message }: ListedMessage): TagOutcome {
    const { store, clock } = this.#context;
    const known = store.messages.findIncoming(this.#account.id, message.sender, message.messageId);
    if (known !== null) return known.digest === digest ? 'duplicate' : 'conflict';
    // A note to oneself is in the conversation already, as what was sent.
    if (store.messages.findByDigest(this.#account.repository, digest).some(this.#isOwn)) return 'duplicate';
    const now = clock.now();
    const { createdAt, ttlSeconds } = message;
    return isExpired({ createdAt, firstSeenAt: now, ttlSeconds }, now) ? 'expired' : 'accepted';
  }

  readonly #isOwn = (message: Message): boolean => {
    const conversation = this.#context.store.conversations.get(message.conversationId);
    return message.direction === 'outgoing' && conversation?.accountId === this.#account.id;
  };

  /** The words of a chat message; null for a file, which is fetched apart. Long ones are files, whatever they say. */
  async #fetchText({ message }: ListedMessage): Promise<string | null> {
    if (message.contentType !== textContentType || message.totalBytes > limits.textBytes) return null;
    const origin = this.#context.repositories.for(this.#account);
    const bytes = await receiveToMemory(message, origin, {
      maxBytes: limits.textBytes,
      signal: this.#signal,
    });
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch (cause) {
      throw new DockerCommsError('protocol', 'The text of this message is not UTF-8.', { cause });
    }
  }

  #store(listed: ListedMessage, text: string | null): Accepted {
    const { store, events } = this.#context;
    const accepted = store.transaction(() => {
      const [message] = store.messages.insert([this.#row(listed, text)]);
      if (message === undefined) throw new DockerCommsError('internal', 'A message was not stored.');
      this.record(listed.tag, listed.digest, 'accepted', null);
      // Text is saved now; the receipt for a file is owed once its payload is.
      if (text !== null) this.#oweReceipt(listed, message.id);
      return { message, conversationId: message.conversationId };
    });
    events.messageChanged(accepted.conversationId, accepted.message.id);
    return accepted;
  }

  #row(listed: ListedMessage, text: string | null): NewMessage {
    const { store, clock, settings } = this.#context;
    const { message, manifest, digest, tag } = listed;
    const now = clock.now();
    const person = store.people.ensure(message.sender, now);
    const conversation = store.conversations.ensure(this.#account.id, person.id, now);
    const written = writtenAt(message);
    const name = safeFileName(message.filename);
    return {
      conversationId: conversation.id,
      direction: 'incoming',
      wireId: message.messageId,
      sessionId: '',
      author: message.sender,
      // Shown when it was written, where that is believable: never before what is already here, never in the future.
      at: Math.max(Math.min(written, now), conversation.lastMessage?.at ?? 0),
      writtenAt: written,
      inReplyTo: message.inReplyTo ?? null,
      ttlSeconds: message.ttlSeconds,
      expiresAt: Math.min(written, now) + message.ttlSeconds * 1000,
      repository: this.#account.repository,
      tag,
      digest,
      manifest,
      compression: message.compression,
      chunks: message.chunkCount,
      batch: message.batch ?? null,
      ...(text !== null
        ? { kind: 'text', state: 'received', text }
        : {
            kind: 'file',
            state: 'waiting',
            downloadWanted: message.totalBytes <= settings.get().downloads.automaticLimitBytes,
            file: {
              name,
              bytes: message.totalBytes,
              mediaType: mediaTypeOf(name),
              folder: message.contentType === 'application/x-tar' && name.endsWith('.tar'),
              sourcePath: null,
              sourceTemporary: false,
              sourceSize: null,
              sourceModifiedAt: null,
              savedPath: null,
            },
          }),
    };
  }

  /**
   * Bad bytes are recorded for good; anything else may be different next time, and meanwhile the next message has its
   * turn. Only when several fail one after the other is it the connection rather than the messages.
   */
  #refuse(listed: ListedMessage, error: DockerCommsError): null {
    const bad = isDockerCommsError(error, 'protocol') || isDockerCommsError(error, 'verification-failed');
    this.#failuresInARow = bad ? 0 : this.#failuresInARow + 1;
    if (error.code === 'cancelled' || this.#failuresInARow > toleratedFailures) throw error;
    this.record(listed.tag, listed.digest, bad ? 'rejected' : 'pending', `${error.code}: ${error.message}`);
    return null;
  }

  #oweReceipt({ digest, message }: ListedMessage, messageId: string | null): void {
    this.#context.store.receipts.owe({
      accountId: this.#account.id,
      messageId,
      repository: this.#account.repository,
      forDigest: digest,
      recipient: message.sender,
      status: 'accepted',
      reason: null,
      verified: false,
    });
  }
}
