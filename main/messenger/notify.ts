import type { NotificationView } from '../../preload/contract/events.ts';
import type { Message } from '../store/message.ts';
import type { EngineContext } from './context.ts';
import type { Accepted } from './inbox/accept.ts';

/** Characters of a text in a notification: no system shows more than some lines. */
const shownCharacters = 240;

/**
 * Decides whom to tell what. One notification for each conversation and look, however many messages came, and one for all
 * new requests: a mailbox that fills up overnight is not a flood in the morning. Nothing for what the person is looking at.
 */
export class Notifier {
  readonly #context: EngineContext;
  #lookingAt: string | null = null;

  constructor(context: EngineContext) {
    this.#context = context;
  }

  /** The conversation in a window that has the focus; null: none. */
  setLookingAt(conversationId: string | null): void {
    this.#lookingAt = conversationId;
  }

  announce(accepted: readonly Accepted[]): void {
    const byConversation = Map.groupBy(accepted, ({ conversationId }) => conversationId);
    const [requests, known]: [NotificationView[], NotificationView[]] = [[], []];
    for (const [conversationId, arrived] of byConversation) {
      const messages = arrived.map(({ message }) => message);
      const notification = this.#notification(conversationId, messages);
      if (notification !== null) (this.#isRequest(conversationId) ? requests : known).push(notification);
    }
    for (const notification of [...known, ...inOne(requests)]) {
      this.#context.events.emit({ type: 'notification.show', notification });
    }
    if (byConversation.size > 0) this.tellUnread();
  }

  /** What was read needs no notification any more. */
  withdraw(conversationId: string): void {
    this.#context.events.emit({ type: 'notification.hide', conversationId });
    this.tellUnread();
  }

  tellUnread(): void {
    this.#context.events.emit({
      type: 'unread.changed',
      unread: this.#context.store.conversations.unreadTotal(),
    });
  }

  #isRequest(conversationId: string): boolean {
    return this.#context.store.conversations.get(conversationId)?.standing === 'request';
  }

  #notification(conversationId: string, messages: readonly Message[]): NotificationView | null {
    const settings = this.#context.settings.get().notifications;
    const conversation = this.#context.store.conversations.get(conversationId);
    const last = messages.at(-1);
    if (!settings.enabled || conversation === null || last === undefined) return null;
    if (conversation.muted || conversationId === this.#lookingAt) return null;
    const title = conversation.person.name ?? conversation.person.identity;
    return { conversationId, messageId: last.id, title, body: bodyOf(messages, last, settings.showContent) };
  }
}

/** Many strangers at once are one piece of news: it leads to the last of them. */
function inOne(requests: readonly NotificationView[]): readonly NotificationView[] {
  const last = requests.at(-1);
  if (last === undefined || requests.length === 1) return requests;
  return [{ ...last, title: 'Requests', body: `${requests.length} people want to write to you` }];
}

function bodyOf(messages: readonly Message[], last: Message, showContent: boolean): string {
  const count = messages.length;
  if (count > 1) return `${count} new messages`;
  if (!showContent) return 'New message';
  return last.kind === 'text' ? (last.text ?? '').slice(0, shownCharacters) : (last.file?.name ?? '');
}
