import type { Client } from './client.svelte.ts';
import { Composer, type Drafted } from './composer.svelte.ts';

/** One composer for each conversation that was opened. */
export class Composers {
  readonly #client: Client;
  readonly #byConversation = new Map<string, Composer>();

  constructor(client: Client) {
    this.#client = client;
  }

  of(conversation: Drafted): Composer {
    const known = this.#byConversation.get(conversation.id);
    if (known !== undefined) return known;
    const composer = new Composer(this.#client, conversation);
    this.#byConversation.set(conversation.id, composer);
    return composer;
  }

  /** Saves what was typed a moment ago, everywhere: the window may be about to go. */
  save(): void {
    for (const composer of this.#byConversation.values()) void composer.save();
  }
}
