import type { FilePreview } from '../../preload/contract/messages.ts';
import type { Client } from './client.svelte.ts';

/** Previews that are kept, so that scrolling back does not ask again: as many as a page has messages, however small. */
const mostPreviews = 60;
/** Characters of them together, each a byte: a dozen photographs as phones take them. An image alone may have 16 million. */
const mostCharacters = 64 * 1024 * 1024;

interface Kept {
  readonly preview: Promise<FilePreview | null>;
  /** 0 until it is here. */
  characters: number;
}

/** Small renderings of received files, asked for once. */
export class Previews {
  readonly #client: Client;
  /** Those asked for first come first. */
  readonly #kept = new Map<string, Kept>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Null when there is none, or when it could not be made: a preview is a courtesy, never an error. */
  of(messageId: string): Promise<FilePreview | null> {
    const known = this.#kept.get(messageId);
    if (known !== undefined) return known.preview;
    const kept: Kept = { preview: this.#ask(messageId), characters: 0 };
    this.#kept.set(messageId, kept);
    void kept.preview.then((preview) => {
      kept.characters = charactersOf(preview);
      this.#forgetOldest();
    });
    return kept.preview;
  }

  async #ask(messageId: string): Promise<FilePreview | null> {
    try {
      return await this.#client.call('messages.preview', { messageId });
    } catch {
      this.#kept.delete(messageId);
      return null;
    }
  }

  #forgetOldest(): void {
    let characters = 0;
    for (const kept of this.#kept.values()) characters += kept.characters;
    for (const [id, kept] of this.#kept) {
      if (this.#kept.size <= mostPreviews && characters <= mostCharacters) return;
      this.#kept.delete(id);
      characters -= kept.characters;
    }
  }
}

function charactersOf(preview: FilePreview | null): number {
  if (preview === null) return 0;
  return preview.kind === 'image' ? preview.base64.length : preview.text.length;
}
