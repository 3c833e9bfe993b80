import type { Conversation } from '../../store/conversations.ts';
import type { EngineServices } from '../requests/services.ts';

/** Somebody who wrote first is answered: small files of theirs are fetched, and they are told what arrived. */
export function acceptRequest({ context, downloads, receipts }: EngineServices, { id }: Conversation): void {
  const { store, settings, events } = context;
  const { automaticLimitBytes } = settings.get().downloads;
  store.transaction(() => {
    if (!store.conversations.stand(id, 'accepted')) return;
    store.outbox.wantWaiting(id, automaticLimitBytes);
  });
  events.conversationChanged(id);
  downloads.pump();
  receipts.pump();
}

/** Nothing of this person is taken in from now on; what is here stays, but for files that are not whole. */
export function block({ context, notifier }: EngineServices, { id }: Conversation): void {
  context.store.conversations.stand(id, 'blocked');
  context.transfers.cancelConversation(id);
  void context.partials.tidy();
  context.events.conversationChanged(id);
  notifier.withdraw(id);
}
