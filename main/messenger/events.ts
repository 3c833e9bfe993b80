import type { EngineEvent } from '../../preload/contract/events.ts';
import type { Logger } from './logger.ts';

/**
 * Carries events from the engine to its hosts. Changes of one turn are told once: a sync that stores a hundred messages
 * makes one `messages.changed` for each conversation, not a hundred.
 */
export class EventHub {
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  readonly #changedMessages = new Map<string, Set<string>>();
  readonly #changedConversations = new Set<string>();
  readonly #logger: Pick<Logger, 'error'>;
  #scheduled = false;

  constructor(logger: Pick<Logger, 'error'>) {
    this.#logger = logger;
  }

  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Tells every listener now. One that fails (a window that is just closing) stops neither the others nor the work. */
  emit(event: EngineEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#logger.error({ err: error, type: event.type }, 'an event could not be told');
      }
    }
  }

  /** Notes that a message changed (and with it its conversation); told at the end of this turn. */
  messageChanged(conversationId: string, messageId: string): void {
    const messages = this.#changedMessages.get(conversationId) ?? new Set<string>();
    messages.add(messageId);
    this.#changedMessages.set(conversationId, messages);
    this.conversationChanged(conversationId);
  }

  /** Notes that a conversation's line in the list changed; told at the end of this turn. */
  conversationChanged(conversationId: string): void {
    this.#changedConversations.add(conversationId);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#flush();
    });
  }

  #flush(): void {
    this.#scheduled = false;
    const conversationIds = [...this.#changedConversations];
    const messages = [...this.#changedMessages];
    this.#changedConversations.clear();
    this.#changedMessages.clear();
    for (const [conversationId, ids] of messages) {
      this.emit({ type: 'messages.changed', conversationId, messageIds: [...ids] });
    }
    this.emit({ type: 'conversations.changed', conversationIds });
  }
}
