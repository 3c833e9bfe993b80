import { limits } from '../../base/limits.ts';
import type { Message } from '../../store/message.ts';
import type { EngineContext } from '../context.ts';
import type { Accepted } from '../inbox/accept.ts';
import { mutedUntil } from '../quiet-times.ts';
import { NotificationRate } from './rate.ts';
import { type Gathered, keyForAll, type News, tell, type Telling, type Told, toldCount } from './telling.ts';

/** Milliseconds by which the clock of whoever wrote may be behind ours. */
const clockSkew = limits.clockSkewSeconds * 1000;

/**
 * Decides whom to tell what, and when to take it back. What cannot be shown yet waits and is told together with what comes
 * meanwhile, if it is still news by then. Nothing for what the person is looking at, for what was there before the account
 * was, and for what nobody proved (such a message is never `Accepted`).
 */
export class Notifier {
  readonly #context: EngineContext;
  readonly #rate = new NotificationRate();
  /** Messages that nobody was told of yet, by conversation. */
  readonly #untold = new Map<string, [Message, ...Message[]]>();
  /** Those that a person was told of and has not read, by conversation. */
  readonly #told = new Map<string, Told>();
  /** What a host shows, and the conversations that it is still about. */
  readonly #shown = new Map<string, Set<string>>();
  #cancelTimer: () => void = () => undefined;
  #lookingAt: string | null = null;

  constructor(context: EngineContext) {
    this.#context = context;
  }

  /** The conversation in a window that has the focus; null: none. */
  setLookingAt(conversationId: string | null): void {
    this.#lookingAt = conversationId;
  }

  announce(accepted: readonly Accepted[]): void {
    for (const { conversationId, message } of accepted.filter((one) => this.#isNew(one))) {
      const earlier = this.#untold.get(conversationId);
      if (earlier === undefined) this.#untold.set(conversationId, [message]);
      else earlier.push(message);
    }
    this.#tell();
    if (accepted.length > 0) this.tellUnread();
  }

  /** What was read, or is here no more, needs no notification. */
  withdraw(conversationId: string): void {
    this.#untold.delete(conversationId);
    this.#told.delete(conversationId);
    for (const [key, about] of this.#shown) {
      about.delete(conversationId);
      if (about.size > 0) continue;
      this.#shown.delete(key);
      this.#context.events.emit({ type: 'notification.hide', key });
    }
    this.tellUnread();
  }

  tellUnread(): void {
    this.#context.events.emit({
      type: 'unread.changed',
      unread: this.#context.store.conversations.unreadTotal(),
    });
  }

  /** Tells nothing more. */
  stop(): void {
    this.#cancelTimer();
    this.#untold.clear();
  }

  /** What a new account, or another device of one, finds in its mailbox is history. */
  #isNew({ conversationId, message }: Accepted): boolean {
    const { store } = this.#context;
    const conversation = store.conversations.get(conversationId);
    const account = conversation && store.accounts.get(conversation.accountId);
    return account !== null && message.at >= account.createdAt - clockSkew;
  }

  #tell(): void {
    const { clock, settings } = this.#context;
    this.#cancelTimer();
    const news = this.#news();
    const now = clock.now();
    const room = this.#rate.available(now);
    if (news.length > 0 && room === 0) {
      this.#cancelTimer = clock.after(this.#rate.wait(now), () => this.#tell());
      return;
    }
    this.#untold.clear();
    if (news.length === 0) return;
    const { showContent } = settings.get().notifications;
    const tellings = tell(news, { room, showContent, gathered: this.#gathered() });
    this.#rate.take(tellings.length);
    for (const telling of tellings) this.#show(telling);
    for (const { conversation, messages, earlier } of news) {
      const first = earlier?.first ?? messages[0];
      this.#told.set(conversation.id, { first, count: toldCount({ messages, earlier }) });
    }
  }

  #gathered(): readonly Gathered[] {
    return [...(this.#shown.get(keyForAll) ?? [])].flatMap((conversationId) => {
      const told = this.#told.get(conversationId);
      const standing = this.#context.store.conversations.get(conversationId)?.standing;
      return told === undefined || standing === undefined
        ? []
        : [{ conversationId, standing, count: told.count }];
    });
  }

  #show({ view, about }: Telling): void {
    this.#shown.set(view.key, new Set(about));
    this.#context.events.emit({ type: 'notification.show', notification: view });
  }

  /** What is still news: not read, muted, blocked, removed or in front of the person meanwhile. */
  #news(): readonly News[] {
    const { settings } = this.#context;
    if (!settings.get().notifications.enabled || mutedUntil(this.#context) !== null) return [];
    return [...this.#untold]
      .map(([id, messages]) => this.#newsOf(id, messages))
      .filter((one) => one !== null);
  }

  #newsOf(id: string, messages: News['messages']): News | null {
    const conversation = this.#context.store.conversations.get(id);
    if (conversation === null || conversation.standing === 'blocked' || conversation.unread === 0)
      return null;
    if (conversation.muted || id === this.#lookingAt) return null;
    const blocking = this.#context.knownKeys.trustOf(conversation.person).change?.blocking === true;
    return {
      ...{ conversation, messages, earlier: this.#told.get(id) ?? null },
      answerable: conversation.standing === 'accepted' && !blocking,
    };
  }
}
