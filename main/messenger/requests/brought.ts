import type { LinkView } from '../../../preload/contract/brought.ts';
import { formatRepositoryReference, isLoopbackHost, parseRepositoryReference } from '../../oci/reference.ts';
import type { Conversation } from '../../store/conversations.ts';
import { buildConversationLink, parseConversationLink } from '../../trust/conversation-link.ts';
import { isLinkTo } from '../../trust/link-fields.ts';
import { parseInvite } from '../../trust/invite.ts';
import { outsideMailbox } from '../routing.ts';
import { conversationOf } from './conversations.ts';
import { inviteView } from './identity.ts';
import type { EngineServices, HandlersOf } from './services.ts';
import { takeFiles } from './take-files.ts';

export function broughtRequests(services: EngineServices): HandlersOf<'brought'> & HandlersOf<'links'> {
  const { host } = services.context;
  return {
    'brought.takeFiles': () => takeFiles(services.context, host.brought?.takeFiles() ?? []),
    'brought.takeLink': () => host.brought?.takeLink() ?? null,
    'links.read': ({ link }) => readLink(services, link),
    'links.ofConversation': ({ conversationId }) => ({
      link: linkOf(services, conversationOf(services, conversationId)),
    }),
  };
}

function readLink(services: EngineServices, text: string): LinkView {
  if (!isLinkTo('conversation', text)) {
    return { kind: 'invitation', invitation: inviteView(services, parseInvite(text)) };
  }
  const { identity, repository } = parseConversationLink(text);
  const there = services.context.store.conversations
    .list()
    .find(({ person }) => person.identity === identity);
  return {
    kind: 'conversation',
    identity,
    mailbox: repository === undefined ? null : formatRepositoryReference(repository),
    conversationId: there?.id ?? null,
  };
}

/** One on this computer alone is not named: elsewhere it would be somebody else's. */
function linkOf({ accounts, context }: EngineServices, conversation: Conversation): string {
  const { identity, mailbox } = conversation.person;
  const account = accounts.get(conversation.accountId);
  const repository = parseRepositoryReference(mailbox ?? outsideMailbox(account, context.localNetwork));
  return buildConversationLink({ identity, ...(!isLoopbackHost(repository.host) && { repository }) });
}
