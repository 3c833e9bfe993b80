import type { ErrorView } from '../../preload/contract/answer.ts';
import type { LinkView } from '../../preload/contract/brought.ts';
import { asErrorView, type Client } from '../state/client.svelte.ts';

/** Whether a text was meant as a link of DockerComms: everything else may be somebody's identity. */
export function looksLikeLink(text: string): boolean {
  return /^\s*dockercomms:/iu.test(text);
}

/** Whether a link was meant as an invitation, and not as one to a conversation. */
export function isInvitationLink(link: string): boolean {
  return link.startsWith('dockercomms:invite?');
}

/** What a pasted or typed link says; only the answer about the last text counts. */
export class ReadingLink {
  view = $state.raw<LinkView | null>(null);
  error = $state.raw<ErrorView | null>(null);
  readonly #client: Client;
  #asked = '';

  constructor(client: Client) {
    this.#client = client;
  }

  async read(text: string): Promise<void> {
    this.#asked = text;
    this.view = null;
    this.error = null;
    if (!looksLikeLink(text)) return;
    try {
      const view = await this.#client.call('links.read', { link: text.trim() });
      if (text === this.#asked) this.view = view;
    } catch (error) {
      if (text === this.#asked) this.error = asErrorView(error);
    }
  }
}
