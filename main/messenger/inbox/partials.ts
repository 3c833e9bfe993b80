import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Message } from '../../store/message.ts';
import type { Store } from '../../store/store.ts';
import { discardPartial, partialOf, type PartialFacts } from '../../transfer/partial-file.ts';
import type { EventHub } from '../events.ts';
import type { Logger } from '../logger.ts';
import type { LiveTransfers } from '../transfers.ts';

export interface PartialsOptions {
  /** Absolute folder for the journals, one for each message, in the home. */
  readonly folder: string;
  readonly store: Pick<Store, 'messages' | 'conversations'>;
  readonly transfers: Pick<LiveTransfers, 'isLive'>;
  readonly events: Pick<EventHub, 'messageChanged'>;
  readonly logger: Pick<Logger, 'warn'>;
}

/**
 * Downloads that were begun and are not over: their files stay while somebody still wants them, and go when not. What is
 * wanted is asked of the messages each time, so nothing that ends a download has to think of it, and a crash in between
 * leaves nothing for ever.
 */
export class Partials {
  readonly #options: PartialsOptions;
  /** By message, as they were when nobody was writing. */
  readonly #known = new Map<string, PartialFacts>();
  /** Messages whose journals were written to since they were read: one may have ten thousand lines. */
  readonly #outdated = new Set<string>();
  #lastTidying: Promise<void> = Promise.resolve();

  constructor(options: PartialsOptions) {
    this.#options = options;
  }

  /** Where the download of this message, which is live, is journaled. Nobody removes it from under it. */
  async journalOf(messageId: string): Promise<string> {
    await this.#lastTidying;
    this.#outdated.add(messageId);
    return this.#pathOf(messageId);
  }

  /**
   * Looks at what is there, and removes what nobody wants any more. Never fails: what cannot be removed now is removed another
   * time.
   */
  tidy(): Promise<void> {
    this.#lastTidying = this.#lastTidying.then(async () => {
      const begun = new Set(await this.#begun());
      for (const messageId of this.#known.keys()) if (!begun.has(messageId)) this.#known.delete(messageId);
      for (const messageId of begun) await this.#tidyOne(messageId);
    });
    return this.#lastTidying;
  }

  /** The partial files that may still go on, after the first `tidy`. */
  files(): ReadonlySet<string> {
    return new Set([...this.#known.values()].map(({ file }) => file));
  }

  /** Bytes of this message's file that were here when its download stopped. */
  bytesOf(messageId: string): number {
    return this.#known.get(messageId)?.bytes ?? 0;
  }

  async #tidyOne(messageId: string): Promise<void> {
    const { store, transfers, events, logger } = this.#options;
    try {
      const isLive = transfers.isLive(messageId);
      // What it grows to is read when it stops.
      if (isLive && this.#known.has(messageId)) return;
      const message = store.messages.get(messageId);
      const isWanted = isLive || (message !== null && this.#isWanted(message));
      const partial = isWanted ? await this.#read(messageId) : null;
      const before = this.bytesOf(messageId);
      if (partial === null) this.#known.delete(messageId);
      else this.#known.set(messageId, partial);
      if (message !== null && this.bytesOf(messageId) !== before) {
        events.messageChanged(message.conversationId, messageId);
      }
      if (partial === null && !isLive) await discardPartial(this.#pathOf(messageId));
    } catch (error) {
      logger.warn({ err: error }, 'what is left of a download could not be removed');
    }
  }

  async #read(messageId: string): Promise<PartialFacts | null> {
    const isOutdated = !this.#options.transfers.isLive(messageId) && this.#outdated.delete(messageId);
    const known = isOutdated ? undefined : this.#known.get(messageId);
    return known ?? partialOf(this.#pathOf(messageId));
  }

  /** By a person, or by the engine that goes on by itself. */
  #isWanted({ state, downloadWanted, conversationId }: Message): boolean {
    if (this.#options.store.conversations.get(conversationId)?.standing === 'blocked') return false;
    if (state === 'waiting') return downloadWanted;
    return state === 'downloading' || state === 'paused' || state === 'failed';
  }

  #begun(): Promise<readonly string[]> {
    return readdir(this.#options.folder).catch(() => []);
  }

  #pathOf(messageId: string): string {
    return join(this.#options.folder, messageId);
  }
}
