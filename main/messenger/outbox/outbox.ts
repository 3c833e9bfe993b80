import type { MessageState } from '../../../preload/contract/messages.ts';
import type { SignInReason } from '../../base/reasons.ts';
import { DockerCommsError, toDockerCommsError } from '../../base/errors.ts';
import type { Message } from '../../store/message.ts';
import type { EngineContext } from '../context.ts';
import { errorView, passesByItself } from '../errors.ts';
import { afterInterruption, waitAfter } from '../schedule.ts';
import { WorkPump } from '../work-pump.ts';
import { tidyCopy } from '../removal.ts';
import { isLate, sendOne } from './send-message.ts';

/** Sends under way at once: texts never wait behind files. */
const lanes = { text: 4, file: 2 } as const;
type Lane = keyof typeof lanes;

/** States in which an outgoing message has not been announced. */
const unsentStates: readonly MessageState[] = ['queued', 'preparing', 'uploading'];

const signInNeeded: SignInReason = 'sign-in-needed';
/** Milliseconds after which what waits for a sign-in is looked at although nobody was heard to sign in. Costs no request. */
const askedAgainAfter = 10 * 60 * 1000;

export interface OutboxOptions {
  readonly context: EngineContext;
  /** Told after every message that was announced: its receipts are now worth looking for. */
  readonly onSent: (message: Message) => void;
}

/**
 * Sends what is queued. Every message is a row before this sees it, and each step is written down, so that a process
 * killed at any moment loses nothing and sends nothing twice. Texts of one conversation keep their order.
 */
export class Outbox extends WorkPump {
  readonly #context: EngineContext;
  readonly #onSent: (message: Message) => void;
  readonly #active = new Map<string, Message>();
  /** Messages whose end could not be written down: what became of them is found out by sending them again. */
  readonly #unsettled = new Set<string>();

  constructor({ context, onSent }: OutboxOptions) {
    const { clock, logger, store } = context;
    super({
      ...{ clock, logger },
      startDue: () => this.#startDue(),
      hurryWaiting: () => {
        store.outbox.hurry();
      },
    });
    this.#context = context;
    this.#onSent = onSent;
  }

  #startDue(): number | null {
    const { store, clock } = this.#context;
    this.#settle();
    const now = clock.now();
    for (const message of store.outbox.due(now)) {
      if (this.#mayStart(message)) this.run(() => this.#run(message));
    }
    return store.outbox.nextRetryAt(now);
  }

  /** Writes down what has to be known before anything is started. */
  #settle(): void {
    const { store } = this.#context;
    for (const id of this.#unsettled) {
      store.messages.transition(id, ['preparing', 'uploading'], { state: 'queued', retryAt: null });
      this.#unsettled.delete(id);
    }
  }

  #mayStart(message: Message): boolean {
    if (this.#active.has(message.id)) return false;
    const lane = laneOf(message);
    const running = [...this.#active.values()].filter((active) => laneOf(active) === lane);
    if (running.length >= lanes[lane]) return false;
    // One at a time within a conversation's lane: what was written first arrives first.
    return !running.some((active) => active.conversationId === message.conversationId);
  }

  async #run(message: Message): Promise<void> {
    this.#active.set(message.id, message);
    try {
      await this.#send(message);
    } catch (error) {
      this.#unsettled.add(message.id);
      throw error;
    } finally {
      this.#active.delete(message.id);
    }
  }

  async #send(message: Message): Promise<void> {
    const { store, events } = this.#context;
    const attempts = message.attempts + 1;
    const begun = { state: 'preparing', attempts, failure: null, retryAt: null } as const;
    if (!store.messages.transition(message.id, ['queued'], begun)) return;
    events.messageChanged(message.conversationId, message.id);
    const failure = await this.#transfer(message).then(() => null, toDockerCommsError);
    if (failure === null) await this.#noteSent(message);
    else this.#noteFailure({ ...message, attempts }, failure);
    events.messageChanged(message.conversationId, message.id);
  }

  #transfer(message: Message): Promise<void> {
    return this.#context.transfers.run(message, (signal, onProgress) =>
      sendOne(this.#context, message, {
        signal,
        onProgress: (progress) => {
          if (progress.phase === 'uploading') this.#noteUploading(message);
          onProgress(progress);
        },
      }),
    );
  }

  async #noteSent(message: Message): Promise<void> {
    const sent = { state: 'sent', failure: null, retryAt: null } as const;
    // Also from `paused`: who stops it in the last moment has sent it.
    this.#context.store.messages.transition(message.id, [...unsentStates, 'paused'], sent);
    this.#onSent(message);
    await tidyCopy(this.#context, message);
  }

  #noteUploading(message: Message): void {
    if (this.#context.store.messages.transition(message.id, ['preparing'], { state: 'uploading' })) {
      this.#context.events.messageChanged(message.conversationId, message.id);
    }
  }

  /** What passes by itself, or with a sign-in, waits in the queue with its reason; anything else waits for the person. */
  #noteFailure(message: Message, error: DockerCommsError): void {
    const { store, clock, logger } = this.#context;
    if (error.code === 'cancelled') {
      // By a person: `cancel` has set the state. By the engine closing: it goes on at the next start.
      // In a moment, not at once: whatever cut it may do so again.
      const again = { state: 'queued', retryAt: clock.now() + afterInterruption } as const;
      store.messages.transition(message.id, ['preparing', 'uploading'], again);
      return;
    }
    if (error.code === 'internal')
      logger.error({ err: error, messageId: message.id }, 'a message could not be sent');
    const waits = passesByItself(error);
    const retryAt = waits ? clock.now() + waitAfter(error, message.attempts, Math.random()) : null;
    const failure = { ...errorView(error), retryable: true, retryAt };
    store.messages.transition(
      message.id,
      unsentStates,
      error.detail.reason === signInNeeded
        ? { state: 'queued', retryAt: clock.now() + askedAgainAfter, failure }
        : { state: waits ? 'queued' : 'failed', retryAt, failure },
    );
  }

  /** Stops a message that was not announced yet. Fails `conflict` once it was. */
  cancel(messageId: string): void {
    this.#hold(messageId, [...unsentStates, 'paused'], 'cancelled');
  }

  /** Stops a file until `resume`: a row like any other, so that it stays so over a restart. Fails `conflict` as `cancel`. */
  pause(messageId: string): void {
    this.#hold(messageId, unsentStates, 'paused');
  }

  /** Goes on, with what is on the registry already. A file that changed meanwhile fails, as in the queue. */
  resume(messageId: string): void {
    const { store, events } = this.#context;
    const message = store.messages.get(messageId);
    const again = { state: 'queued', attempts: 0, retryAt: null } as const;
    if (message === null || !store.messages.transition(messageId, ['paused'], again)) {
      throw new DockerCommsError('conflict', 'There is nothing to resume.');
    }
    events.messageChanged(message.conversationId, messageId);
    this.pump();
  }

  #hold(messageId: string, from: readonly MessageState[], state: 'cancelled' | 'paused'): void {
    const { store, events, transfers } = this.#context;
    const message = store.messages.get(messageId);
    const announced = message !== null && message.digest !== null;
    const held =
      !announced && store.messages.transition(messageId, from, { state, failure: null, retryAt: null });
    if (!held || message === null)
      throw new DockerCommsError('conflict', 'It is too late to stop it: it was sent.');
    transfers.cancel(messageId);
    events.messageChanged(message.conversationId, messageId);
  }

  /** Queues a failed or cancelled message again, with what its file is now. One that came too late is written anew. */
  retry(message: Message, source: Partial<NonNullable<Message['file']>> | null): void {
    const { store, events, clock } = this.#context;
    const now = clock.now();
    const anew = { writtenAt: now, expiresAt: now + message.ttlSeconds * 1000, digest: null, manifest: null };
    const again = {
      state: 'queued',
      failure: null,
      retryAt: null,
      attempts: 0,
      ...(isLate(this.#context, message) && anew),
      ...(source && { file: source }),
    } as const;
    if (!store.messages.transition(message.id, ['failed', 'cancelled', 'queued'], again)) {
      throw new DockerCommsError('conflict', 'There is nothing to try again.');
    }
    events.messageChanged(message.conversationId, message.id);
    this.pump();
  }
}

function laneOf(message: Message): Lane {
  return message.kind;
}
