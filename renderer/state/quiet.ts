import type { ConversationView } from '../../preload/contract/conversations.ts';
import type { QuietLength } from '../../preload/contract/quiet-lengths.ts';
import type { Settings } from '../../preload/contract/settings.ts';
import type { Client } from './client.svelte.ts';
import type { Notices } from './notices.svelte.ts';

export interface QuietOptions {
  readonly client: Client;
  readonly notices: Notices;
  readonly settings: () => Settings | null;
}

/** Quiet times: until when they last, and how they begin and end. A failure becomes a notice. */
export class Quiet {
  readonly #options: QuietOptions;

  constructor(options: QuietOptions) {
    this.#options = options;
  }

  /** Until when no notifications are shown; null: as usual. */
  get mutedUntil(): number | null {
    return this.#options.settings()?.notifications.mutedUntil ?? null;
  }

  /** Until when nothing is sent or fetched; null: as usual. */
  get pausedUntil(): number | null {
    return this.#options.settings()?.syncing.pausedUntil ?? null;
  }

  /** No notifications for so long; null: again. */
  async mute(length: QuietLength | null): Promise<void> {
    const { client, notices } = this.#options;
    await notices.attempt(() => client.call('quiet.mute', { length }));
  }

  /** Nothing is sent or fetched for so long; null: again. */
  async pause(length: QuietLength | null): Promise<void> {
    const { client, notices } = this.#options;
    await notices.attempt(() => client.call('quiet.pause', { length }));
  }

  /** No notifications of one conversation for so long; null: again. */
  async muteConversation({ id }: ConversationView, length: QuietLength | 'for-ever' | null): Promise<void> {
    const { client, notices } = this.#options;
    await notices.attempt(() => client.call('conversations.mute', { conversationId: id, length }));
  }
}
