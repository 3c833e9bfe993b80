import { tick } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { ErrorView } from '../../preload/contract/answer.ts';
import { fieldLimits } from '../../preload/contract/field-limits.ts';
import type { MessagePage, MessageView, TransferProgress } from '../../preload/contract/messages.ts';
import { asErrorView, ContractError, type Client } from './client.svelte.ts';
import {
  emptyWindow,
  idsOf,
  trimmedAtEnd,
  trimmedAtStart,
  windowOf,
  withNewer,
  withNewest,
  withOlder,
  withoutMessage,
  withRefreshed,
  type MessageWindow,
} from './message-window.ts';
import { rowsOf } from './rows.ts';

/** Changed messages outside the newest page are asked for one by one, up to this many; beyond, on scrolling back. */
const singleRefreshes = 10;

/** Messages kept for whoever follows a conversation at its end: three pages, so that a glance back asks for nothing. */
const mostFollowed = 3 * fieldLimits.messagesPerPage;

/** Where the list shall scroll to, as soon as it is drawn. */
export type ScrollWish =
  | { readonly kind: 'end' }
  | { readonly kind: 'message'; readonly messageId: string }
  | { readonly kind: 'unread' };

/** The conversation on the screen: a window of its messages, paging, and what moves in it. */
export class OpenConversation {
  readonly id: string;
  window = $state.raw<MessageWindow>(emptyWindow);
  loaded = $state(false);
  loading = $state<'older' | 'newer' | null>(null);
  error = $state.raw<ErrorView | null>(null);
  /** True while the person is at the end and stays there as messages arrive. The list says so. */
  following = $state(false);
  /** True while messages are added or dropped at the beginning: the list then keeps what is on the screen in place. */
  shift = $state(false);
  wish = $state.raw<ScrollWish | null>(null);
  /** The message that a search found, marked for a moment. */
  highlighted = $state<string | null>(null);
  firstUnreadId = $state<string | null>(null);
  /** Arrived while the person was reading further up. */
  missed = $state(0);
  readonly progress = new SvelteMap<string, TransferProgress>();

  readonly rows = $derived(rowsOf(this.window.messages, { firstUnreadId: this.firstUnreadId }));
  readonly atNewest = $derived(this.window.after === null);

  readonly #client: Client;
  #unread: number;
  #closed = false;

  constructor(client: Client, id: string, unread: number) {
    this.#client = client;
    this.id = id;
    this.#unread = unread;
  }

  close(): void {
    this.#closed = true;
  }

  messageOf(id: string): MessageView | null {
    return this.window.messages.find((message) => message.id === id) ?? null;
  }

  async showNewest(): Promise<void> {
    await this.#attempt(async () => {
      const limit = this.loaded ? fieldLimits.messagesPerPage : firstPageSize(this.#unread);
      const page = await this.#client.call('messages.list', { conversationId: this.id, limit });
      this.window = windowOf(page);
      this.missed = 0;
      if (!this.loaded) this.firstUnreadId = firstUnread(page.messages, this.#unread);
      this.loaded = true;
      this.wish = this.firstUnreadId === null ? { kind: 'end' } : { kind: 'unread' };
    });
  }

  /** Back to the end, without the mark of what was unread. */
  async showLatest(): Promise<void> {
    this.firstUnreadId = null;
    if (this.atNewest) this.wish = { kind: 'end' };
    else await this.showNewest();
    this.missed = 0;
  }

  /** As `showMessage`, of a message that may be gone: false where it is, and the list stays where it was. */
  async findMessage(messageId: string): Promise<boolean> {
    try {
      await this.#show(messageId);
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      if (!this.#closed) this.error = asErrorView(error);
      return true;
    }
  }

  async showMessage(messageId: string): Promise<void> {
    await this.#attempt(() => this.#show(messageId));
  }

  async #show(messageId: string): Promise<void> {
    if (this.messageOf(messageId) === null) {
      const page = await this.#client.call('messages.list', {
        conversationId: this.id,
        around: messageId,
        limit: fieldLimits.messagesPerPage,
      });
      this.window = windowOf(page);
    }
    this.loaded = true;
    this.highlighted = messageId;
    this.wish = { kind: 'message', messageId };
  }

  async loadOlder(): Promise<void> {
    const { before } = this.window;
    if (before === null || this.loading !== null || this.error !== null) return;
    await this.#page('older', async () => {
      const page = await this.#client.call('messages.list', {
        conversationId: this.id,
        before,
        limit: fieldLimits.messagesPerPage,
      });
      if (this.window.before !== before) return;
      await this.#shifting(() => (this.window = withOlder(this.window, page)));
      this.window = trimmedAtEnd(this.window);
    });
  }

  async loadNewer(): Promise<void> {
    const { after } = this.window;
    if (after === null || this.loading !== null || this.error !== null) return;
    await this.#page('newer', async () => {
      const page = await this.#client.call('messages.list', {
        conversationId: this.id,
        after,
        limit: fieldLimits.messagesPerPage,
      });
      if (this.window.after !== after) return;
      this.window = withNewer(this.window, page);
      await tick();
      await this.#shifting(() => (this.window = trimmedAtStart(this.window)));
    });
  }

  async retryLoading(): Promise<void> {
    this.error = null;
    await (this.loaded ? this.loadOlder() : this.showNewest());
  }

  #refreshing: Promise<void> | null = null;
  #changed: readonly string[] = [];
  #askedAgain = false;

  /** Asks again for what changed. A burst of events asks once more at its end. */
  async refresh(messageIds: readonly string[] = []): Promise<void> {
    this.#changed = [...this.#changed, ...messageIds];
    this.#askedAgain = true;
    this.#refreshing ??= this.#refreshUntilQuiet().finally(() => (this.#refreshing = null));
    await this.#refreshing;
  }

  async #refreshUntilQuiet(): Promise<void> {
    while (this.#askedAgain && !this.#closed) {
      this.#askedAgain = false;
      const changed = this.#changed;
      this.#changed = [];
      await this.#attempt(() => this.#refreshOnce(changed));
    }
  }

  async #refreshOnce(changed: readonly string[]): Promise<void> {
    if (!this.loaded) return;
    let covered: ReadonlySet<string> = idsOf([]);
    if (this.atNewest) {
      const page = await this.#client.call('messages.list', {
        conversationId: this.id,
        limit: fieldLimits.messagesPerPage,
      });
      this.#count(page.messages);
      this.window = withNewest(this.window, page);
      covered = idsOf(page.messages);
      await this.#letOldestGo(page);
    }
    const elsewhere = changed.filter((id) => !covered.has(id) && this.messageOf(id) !== null);
    for (const id of elsewhere.slice(0, singleRefreshes)) await this.#refreshSingle(id);
    for (const message of this.window.messages) {
      if (changed.includes(message.id) && !isMoving(message)) this.progress.delete(message.id);
    }
  }

  /** An hour of talk must not stay in memory for whoever only follows it; what is further up is asked for again there. */
  async #letOldestGo(newest: MessagePage): Promise<void> {
    if (this.window.messages.length <= mostFollowed) return;
    // What has just come is drawn first: a list that grows at its end and shrinks at its beginning at once would lose its place.
    await tick();
    if (this.following && this.atNewest) await this.#shifting(() => (this.window = windowOf(newest)));
  }

  async #refreshSingle(id: string): Promise<void> {
    try {
      const page = await this.#client.call('messages.list', {
        conversationId: this.id,
        around: id,
        limit: 1,
      });
      const found = page.messages.some((message) => message.id === id);
      this.window = found ? withRefreshed(this.window, page.messages) : withoutMessage(this.window, id);
    } catch (error) {
      if (!isGone(error)) throw error;
      this.window = withoutMessage(this.window, id);
    }
  }

  #count(messages: readonly MessageView[]): void {
    const known = idsOf(this.window.messages);
    this.missed += messages.filter(({ id, direction }) => direction === 'incoming' && !known.has(id)).length;
  }

  /** Changes the window at its beginning, with the list told to hold what is on the screen. */
  async #shifting(change: () => void): Promise<void> {
    this.shift = true;
    change();
    await tick();
    this.shift = false;
  }

  async #page(direction: 'older' | 'newer', work: () => Promise<void>): Promise<void> {
    this.loading = direction;
    await this.#attempt(work);
    this.loading = null;
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    this.error = null;
    try {
      await work();
    } catch (error) {
      if (!this.#closed) this.error = asErrorView(error);
    }
  }
}

function isGone(error: unknown): boolean {
  return error instanceof ContractError && error.view.code === 'not-found';
}

/** Messages above what was not read: some that were, to know what it is about. */
const readBefore = 20;

/** Large enough to hold what was not read, and one's own between it, as far as the contract allows. */
function firstPageSize(unread: number): number {
  return Math.min(fieldLimits.pageRows, Math.max(fieldLimits.messagesPerPage, 2 * unread + readBefore));
}

/** Null also when it lies further back than what was loaded: a mark at the wrong place would mislead. */
function firstUnread(messages: readonly MessageView[], unread: number): string | null {
  if (unread === 0) return null;
  const incoming = messages.filter((message) => message.direction === 'incoming');
  return incoming.at(-unread)?.id ?? null;
}

function isMoving(message: MessageView): boolean {
  return message.content.kind === 'file' && message.content.progress !== null;
}
