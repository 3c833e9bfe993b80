import { join } from 'node:path';
import { DockerCommsError, toDockerCommsError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { safeFileName } from '../../protocol/filename.ts';
import { parseMessageManifest } from '../../protocol/message.ts';
import type { Account } from '../../store/accounts.ts';
import type { Conversation } from '../../store/conversations.ts';
import type { Message, MessageState } from '../../store/message.ts';
import { removeLeftovers } from '../../transfer/leftovers.ts';
import { receivePayload } from '../../transfer/receive.ts';
import type { EngineContext } from '../context.ts';
import { errorView, isBadContent, passesByItself } from '../errors.ts';
import { afterInterruption, waitAfter } from '../schedule.ts';
import { WorkPump } from '../work-pump.ts';
import { oweReceipt } from './owed-receipt.ts';

/** Milliseconds for which a payload is fetched past the end of its life. */
const clockSkew = limits.clockSkewSeconds * 1000;
/**
 * Payloads fetched at once. One fills the line with its four chunks (`limits.chunksAtOnce`); the second is there so that a
 * large one does not hold up all behind it. The chunks of all must stay well below `requestsPerHost` (main/oci/connections.ts).
 */
const payloadsAtOnce = 2;

/** Fetches payloads that are wanted: small ones by themselves, large ones when a person asks. */
export class Downloads extends WorkPump {
  readonly #context: EngineContext;
  readonly #onSettled: () => void;
  readonly #active = new Set<string>();
  /** Payloads whose end could not be written down: they are fetched again. */
  readonly #unsettled = new Set<string>();

  /** `onSettled` is told of payloads that were saved, refused or came too late: receipts can go out, less is unread. */
  constructor(context: EngineContext, onSettled: () => void) {
    const { clock, logger, store } = context;
    super({
      ...{ clock, logger },
      startDue: () => this.#startDue(),
      hurryWaiting: () => {
        store.outbox.hurryDownloads();
      },
    });
    this.#context = context;
    this.#onSettled = onSettled;
  }

  override start(): void {
    super.start();
    // As a piece of work, so that closing waits for it: it asks the store.
    this.run(() => this.#tidyFolder());
  }

  async #tidyFolder(): Promise<void> {
    const { partials, clock } = this.#context;
    await partials.tidy();
    await removeLeftovers(this.#root(), clock.now(), partials.files());
  }

  #startDue(): number | null {
    const { store, clock } = this.#context;
    for (const id of this.#unsettled) {
      store.messages.transition(id, ['downloading'], { state: 'waiting', retryAt: null });
      this.#unsettled.delete(id);
    }
    const now = clock.now();
    this.#expire(now - clockSkew);
    for (const message of store.outbox.downloadsDue(now)) {
      if (this.#active.size >= payloadsAtOnce) break;
      if (!this.#active.has(message.id)) this.run(() => this.#run(message));
    }
    const expiry = store.outbox.nextExpiry();
    const times = [store.outbox.nextDownloadAt(now), expiry && expiry + clockSkew + 1];
    const known = times.filter((time) => time !== null);
    return known.length === 0 ? null : Math.min(...known);
  }

  /** What was not fetched in time says so, and is not fetched any more (protocol, section 3). */
  #expire(before: number): void {
    const expired = this.#context.store.outbox.expireWaiting(before);
    for (const { id, conversationId } of expired) this.#context.events.messageChanged(conversationId, id);
    if (expired.length === 0) return;
    void this.#context.partials.tidy();
    this.#onSettled();
  }

  /** A person wants this payload, whatever its size. */
  want(messageId: string): void {
    const { store, events } = this.#context;
    const wanted = {
      state: 'waiting',
      downloadWanted: true,
      failure: null,
      retryAt: null,
      attempts: 0,
    } as const;
    const message = store.messages.get(messageId);
    if (message === null || !store.messages.transition(messageId, ['waiting', 'failed', 'paused'], wanted)) {
      throw new DockerCommsError('conflict', 'There is nothing to download.');
    }
    events.messageChanged(message.conversationId, messageId);
    this.pump();
  }

  /** Stops fetching, or trying again, and forgets what is here; it can be asked for again. */
  cancel(messageId: string): void {
    this.#hold(messageId, ['waiting', 'downloading', 'paused', 'failed'], 'waiting');
  }

  /** Stops fetching until `want`, which goes on where it was, also over a restart. */
  pause(messageId: string): void {
    this.#hold(messageId, ['waiting', 'downloading'], 'paused');
  }

  #hold(messageId: string, from: readonly MessageState[], state: 'waiting' | 'paused'): void {
    const { store, events, transfers, partials } = this.#context;
    const message = store.messages.get(messageId);
    const unwanted = { state, downloadWanted: false, failure: null, retryAt: null } as const;
    if (message === null || !store.messages.transition(messageId, from, unwanted)) {
      throw new DockerCommsError('conflict', 'There is no download to stop.');
    }
    transfers.cancel(messageId);
    void partials.tidy();
    events.messageChanged(message.conversationId, messageId);
  }

  async #run(message: Message): Promise<void> {
    this.#active.add(message.id);
    try {
      await this.#fetchAndNote({ ...message, attempts: message.attempts + 1 });
    } catch (error) {
      this.#unsettled.add(message.id);
      throw error;
    } finally {
      this.#active.delete(message.id);
      // Also what was given up while it ran, and could not be removed then.
      await this.#context.partials.tidy();
    }
  }

  async #fetchAndNote(message: Message): Promise<void> {
    const { store, events } = this.#context;
    const { id, conversationId, attempts } = message;
    const begun = { state: 'downloading', attempts, failure: null, retryAt: null } as const;
    if (!store.messages.transition(id, ['waiting'], begun)) return;
    events.messageChanged(conversationId, id);
    const failure = await this.#fetch(message).then(() => null, toDockerCommsError);
    if (failure !== null) this.#noteFailure(message, failure);
    events.messageChanged(conversationId, id);
  }

  async #fetch(message: Message): Promise<void> {
    const { store, transfers, partials, repositories, budget } = this.#context;
    const { account, conversation } = this.#partiesOf(message);
    const manifest = store.messages.manifest(message.id);
    if (manifest === null)
      throw new DockerCommsError('not-found', 'What is known of this message is not enough to fetch it.');
    const origin = repositories.for(account, message.repository ?? account.repository);
    const saved = await transfers.run(message, async (signal, onProgress) =>
      receivePayload(parseMessageManifest(manifest), origin, {
        folder: this.#folderFor(conversation),
        filename: message.file?.name ?? 'file',
        journalPath: await partials.journalOf(message.id),
        parallel: limits.chunksAtOnce,
        budget,
        signal,
        onProgress,
      }),
    );
    store.transaction(() => {
      // Also from `waiting` and `paused`: who stops it while the last bytes are written has the file.
      store.messages.transition(message.id, ['downloading', 'waiting', 'paused'], {
        state: 'received',
        failure: null,
        retryAt: null,
        file: { savedPath: saved.path },
      });
      oweReceipt(this.#context, account, message);
    });
    this.#onSettled();
  }

  #partiesOf(message: Message): { readonly account: Account; readonly conversation: Conversation } {
    const { store } = this.#context;
    const conversation = store.conversations.get(message.conversationId);
    const account = conversation && store.accounts.get(conversation.accountId);
    if (!conversation || !account)
      throw new DockerCommsError('not-found', 'The account of this message is no longer here.');
    return { account, conversation };
  }

  #root(): string {
    const chosen = this.#context.settings.get().downloads.folder;
    return chosen ?? join(this.#context.downloadsFolder, 'DockerComms');
  }

  /** `<downloads>/DockerComms/<person>`, or `<person>` in the folder that was chosen. */
  #folderFor({ person }: Conversation): string {
    const name = (person.name ?? person.identity).replaceAll(/[/\\]/g, '_');
    return join(this.#root(), safeFileName(name, { windows: true }));
  }

  /** Bad bytes are refused for good and answered; what may pass is tried again; the rest waits for the person. */
  #noteFailure(message: Message, error: DockerCommsError): void {
    const { store, clock } = this.#context;
    if (error.code === 'cancelled') {
      // By a person: `cancel` has set the state. By the engine closing: it goes on at the next start.
      // In a moment, not at once: whatever cut it may do so again.
      const again = { state: 'waiting', retryAt: clock.now() + afterInterruption } as const;
      store.messages.transition(message.id, ['downloading'], again);
      return;
    }
    const bad = isBadContent(error, message.attempts);
    const waits = passesByItself(error) || (error.code === 'verification-failed' && !bad);
    const retryAt = waits ? clock.now() + waitAfter(error, message.attempts, Math.random()) : null;
    const failure = { ...errorView(error), retryable: !bad, retryAt };
    const state = bad ? 'refused' : waits ? 'waiting' : 'failed';
    store.transaction(() => {
      const noted = store.messages.transition(message.id, ['downloading'], { state, retryAt, failure });
      // Who cancelled meanwhile has not asked what the bytes were.
      if (noted && bad) this.#refuse(message, error);
    });
    if (bad) this.#onSettled();
  }

  /** Answers what was refused, records why, and gives what was in conflict with it another chance. */
  #refuse(message: Message, error: DockerCommsError): void {
    const { store, clock } = this.#context;
    const { account } = this.#partiesOf(message);
    const repository = message.repository ?? account.repository;
    oweReceipt(this.#context, account, message, error.message);
    store.inbox.reopenConflicts(repository);
    if (message.tag === null) return;
    store.inbox.record({
      repository,
      tag: message.tag,
      digest: message.digest,
      outcome: 'rejected',
      reason: `${error.code}: ${error.message}`,
      firstSeenAt: clock.now(),
    });
  }
}
