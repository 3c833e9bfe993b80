import type { Client } from './client.svelte.ts';
import { Composer } from './composer.svelte.ts';

/** One composer for each conversation that was opened. */
export class Composers {
  readonly #client: Client;
  readonly #byConversation = new Map<string, Composer>();

  constructor(client: Client) {
    this.#client = client;
  }

  of(conversationId: string, draft: string): Composer {
    const known = this.#byConversation.get(conversationId);
    if (known !== undefined) return known;
    const composer = new Composer(this.#client, conversationId, draft);
    this.#byConversation.set(conversationId, composer);
    return composer;
  }

  /** Saves what was typed a moment ago, everywhere: the window may be about to go. */
  save(): void {
    for (const composer of this.#byConversation.values()) void composer.save();
  }
}
