import type { FilePreview } from '../../preload/contract/messages.ts';
import type { Client } from './client.svelte.ts';

/** This many small renderings are kept, so that scrolling back does not ask again. */
const keptPreviews = 60;

/** Small renderings of received files, asked for once. */
export class Previews {
  readonly #client: Client;
  readonly #kept = new Map<string, Promise<FilePreview | null>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Null when there is none, or when it could not be made: a preview is a courtesy, never an error. */
  of(messageId: string): Promise<FilePreview | null> {
    const known = this.#kept.get(messageId);
    if (known !== undefined) return known;
    const asked = this.#client.call('messages.preview', { messageId }).catch(() => {
      this.#kept.delete(messageId);
      return null;
    });
    this.#kept.set(messageId, asked);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > keptPreviews && oldest.done !== true) this.#kept.delete(oldest.value);
    return asked;
  }
}
