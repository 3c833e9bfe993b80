import type { ConversationView } from '../../preload/contract/conversations.ts';

/** Conversations whose newest message is a new one from the other side: what a live region says. */
export function arrivals(
  before: readonly ConversationView[],
  after: readonly ConversationView[],
): readonly ConversationView[] {
  const known = new Map(before.map((conversation) => [conversation.id, conversation.lastMessage?.messageId]));
  return after.filter(
    ({ id, muted, lastMessage }) =>
      !muted && lastMessage?.direction === 'incoming' && known.get(id) !== lastMessage.messageId,
  );
}

/** Conversations with somebody whose keys have just begun to stop all sending: what a live region says. */
export function newAlarms(
  before: readonly ConversationView[],
  after: readonly ConversationView[],
): readonly ConversationView[] {
  const known = new Map(before.map(({ id, person }) => [id, person.trust.change?.at]));
  return after.filter(({ id, person: { trust } }) => {
    return trust.change?.blocking === true && known.has(id) && known.get(id) !== trust.change.at;
  });
}

/** Unread messages in conversations that are not muted: for the window's title. */
export function unreadTotal(conversations: readonly ConversationView[]): number {
  const counted = conversations.filter(({ muted, standing }) => !muted && standing !== 'blocked');
  return counted.reduce((sum, { unread }) => sum + unread, 0);
}
