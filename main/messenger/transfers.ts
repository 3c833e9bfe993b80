import type { TransferProgress } from '../../preload/contract/messages.ts';
import { DockerCommsError } from '../base/errors.ts';
import type { EventHub } from './events.ts';

interface LiveTransfer {
  readonly conversationId: string;
  readonly abort: AbortController;
  progress: TransferProgress | null;
}

/** Transfers that are under way: their progress for the window, and how to stop them. */
export class LiveTransfers {
  readonly #events: EventHub;
  readonly #live = new Map<string, LiveTransfer>();

  constructor(events: EventHub) {
    this.#events = events;
  }

  /** Runs `work` for a message; its signal is aborted by `cancel` and by `stopAll`. */
  async run<T>(
    message: { readonly id: string; readonly conversationId: string },
    work: (signal: AbortSignal, onProgress: (progress: TransferProgress) => void) => Promise<T>,
  ): Promise<T> {
    const { conversationId } = message;
    const transfer: LiveTransfer = { conversationId, abort: new AbortController(), progress: null };
    this.#live.set(message.id, transfer);
    try {
      return await work(transfer.abort.signal, (progress) => {
        transfer.progress = progress;
        this.#events.emit({ type: 'transfer.progress', conversationId, messageId: message.id, progress });
      });
    } finally {
      this.#live.delete(message.id);
    }
  }

  /** Whether anything is under way. */
  get busy(): boolean {
    return this.#live.size > 0;
  }

  isLive(messageId: string): boolean {
    return this.#live.has(messageId);
  }

  progress(messageId: string): TransferProgress | null {
    return this.#live.get(messageId)?.progress ?? null;
  }

  /** Stops one transfer; false when none is under way. */
  cancel(messageId: string): boolean {
    const transfer = this.#live.get(messageId);
    transfer?.abort.abort(new DockerCommsError('cancelled', 'Cancelled.'));
    return transfer !== undefined;
  }

  /** Stops what is under way in a conversation that is gone. */
  cancelConversation(conversationId: string): void {
    for (const [id, transfer] of this.#live) if (transfer.conversationId === conversationId) this.cancel(id);
  }

  /** Stops everything: the engine closes. */
  stopAll(): void {
    for (const id of this.#live.keys()) this.cancel(id);
  }
}
