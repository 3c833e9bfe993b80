import { DockerCommsError } from '../../base/errors.ts';
import { parseIdentity } from '../../protocol/identity.ts';
import type { Conversation } from '../../store/conversations.ts';
import { emptyWaitingRoom } from '../inbox/request-seats.ts';
import { removeConversation, removeConversations } from '../removal.ts';
import { acceptRequest, block } from '../trust/standing.ts';
import { conversationView } from '../views.ts';
import { canonicalMailbox } from './people.ts';
import type { EngineServices, HandlersOf } from './services.ts';

export function conversationsRequests(services: EngineServices): HandlersOf<'conversations'> {
  const { context, accounts, notifier, quietTimes } = services;
  const { store, events, knownKeys } = context;
  const view = (conversation: Conversation) => conversationView(conversation, knownKeys.trustOf);
  return {
    'conversations.list': () => {
      const trustOf = knownKeys.trustOfEverybody();
      return store.conversations.list().map((conversation) => conversationView(conversation, trustOf));
    },
    'conversations.get': ({ conversationId }) => view(conversationOf(services, conversationId)),
    'conversations.start': ({ accountId, identity, mailbox }) => {
      const account = accounts.get(accountId);
      const now = context.clock.now();
      const person = store.people.ensure(parseIdentity(identity), now);
      if (mailbox !== undefined) store.people.update(person.id, { mailbox: canonicalMailbox(mailbox) });
      const conversation = store.conversations.ensure(account.id, person.id, now);
      accounts.noteActivity(account.id);
      events.emit({ type: 'people.changed' });
      events.conversationChanged(conversation.id);
      // Whoever writes to somebody has answered them.
      if (conversation.standing === 'request') acceptRequest(services, conversation);
      return view(store.conversations.get(conversation.id) ?? conversation);
    },
    'conversations.markRead': ({ conversationId }) => {
      if (store.conversations.markRead(conversationId)) {
        events.conversationChanged(conversationId);
        notifier.withdraw(conversationId);
      }
      return null;
    },
    'conversations.saveDraft': ({ conversationId, text, inReplyTo }) => {
      // The list shows drafts, and other windows of this home do too.
      if (store.conversations.saveDraft(conversationId, text, inReplyTo))
        events.conversationChanged(conversationId);
      return null;
    },
    'conversations.mute': ({ conversationId, length }) => {
      quietTimes.muteConversation(conversationId, length);
      if (length !== null) notifier.withdraw(conversationId);
      return null;
    },
    'conversations.stand': ({ conversationId, standing }) => {
      const conversation = conversationOf(services, conversationId);
      if (standing === 'accepted') acceptRequest(services, conversation);
      else block(services, conversation);
      return null;
    },
    'conversations.remove': async ({ conversationId }) => {
      await removeConversation(context, conversationId);
      events.conversationChanged(conversationId);
      notifier.withdraw(conversationId);
      return null;
    },
    'conversations.removeRequests': async () => {
      const all = accounts.list();
      const requests = all.flatMap(({ id }) => store.conversations.requests(id).map((request) => request.id));
      for (const account of all) emptyWaitingRoom(context, account);
      await removeConversations(context, requests);
      for (const id of requests) {
        events.conversationChanged(id);
        notifier.withdraw(id);
      }
      events.emit({ type: 'accounts.changed' });
      return null;
    },
  };
}

/** Fails `not-found`. */
export function conversationOf({ context }: EngineServices, conversationId: string): Conversation {
  const conversation = context.store.conversations.get(conversationId);
  if (conversation === null) throw new DockerCommsError('not-found', 'This conversation is no longer here.');
  return conversation;
}
