import type { ErrorView } from '../../preload/contract/answer.ts';
import type { UnderstoodRepository } from '../../preload/contract/connection.ts';
import type { InviteView } from '../../preload/contract/identity.ts';
import { looksLikeLink } from '../people/reading-link.svelte.ts';
import { asErrorView, type Client } from '../state/client.svelte.ts';

/** From the last key to the question: not for each letter, and before a person wonders. */
const delayMilliseconds = 150;

/** What is typed as a repository, and what the engine understands of it, while it is typed. */
export class Understanding {
  text = $state('');
  repository = $state.raw<UnderstoodRepository | null>(null);
  error = $state.raw<ErrorView | null>(null);
  /** What was typed is an invitation, to this mailbox. */
  invitation = $state.raw<InviteView | null>(null);
  readonly #client: Client;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  write(text: string): void {
    this.text = text;
    this.repository = null;
    this.invitation = null;
    clearTimeout(this.#timer);
    if (text.trim() === '') this.error = null;
    else this.#timer = setTimeout(() => void this.#ask(text), delayMilliseconds);
  }

  /** The beginning of a repository that a person goes on to type: nothing is wrong with it yet. */
  begin(text: string): void {
    this.write('');
    this.text = text;
  }

  /** Asks again when the network’s settings change, which say how a registry is reached; until the returned function is called. */
  follow(): () => void {
    return this.#client.subscribe(({ type }) => {
      if (type === 'accounts.changed' && this.repository !== null) void this.#ask(this.text);
    });
  }

  async #ask(text: string): Promise<void> {
    try {
      const invitation = looksLikeLink(text)
        ? await this.#client.call('invites.read', { link: text.trim() })
        : null;
      const reference = invitation?.repository ?? text.trim();
      const repository = await this.#client.call('connection.understand', { reference });
      if (text !== this.text) return;
      this.invitation = invitation;
      this.repository = repository;
      this.error = null;
    } catch (error) {
      if (text === this.text) this.error = asErrorView(error);
    }
  }
}
