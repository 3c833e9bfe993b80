import { fieldLimits } from '../../preload/contract/field-limits.ts';
import type { SearchResults } from '../../preload/contract/search.ts';
import type { Client } from '../state/client.svelte.ts';

/** From the last key to the search: shorter than a person notices, longer than between two keys. */
const delayMilliseconds = 80;
/** People, conversations and messages, of each: more are no longer overlooked at a glance, and the next letter leaves fewer. */
const resultsOfEach = 12;
const nothing: SearchResults = { people: [], conversations: [], messages: [] };

/** Asks while somebody types; only the answer to the last question counts. */
export class PaletteSearch {
  text = $state('');
  results = $state.raw<SearchResults>(nothing);
  readonly #client: Client;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  ask(text: string): void {
    this.text = text;
    clearTimeout(this.#timer);
    if (text.trim() === '' || text.length > fieldLimits.search) this.results = nothing;
    else this.#timer = setTimeout(() => void this.#query(text), delayMilliseconds);
  }

  async #query(text: string): Promise<void> {
    try {
      const results = await this.#client.call('search.query', { text, limit: resultsOfEach });
      if (text === this.text) this.results = results;
    } catch {
      // Actions and recent conversations stay usable while the engine is away; the banner says that it is.
      if (text === this.text) this.results = nothing;
    }
  }
}
