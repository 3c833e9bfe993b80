import type { ConversationView } from '../../preload/views.ts';

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

/** Unread messages in conversations that are not muted: for the window's title. */
export function unreadTotal(conversations: readonly ConversationView[]): number {
  return conversations.reduce((sum, { muted, unread }) => sum + (muted ? 0 : unread), 0);
}
