/** Requests about conversations. */
import { z } from 'zod';
import type { Direction, MessageState, MessageTrust, OriginalView } from './messages.ts';
import type { PersonView } from './people.ts';
import { quietLengths } from './quiet-lengths.ts';
import { id, identity, nothing, repository, request, textCharacters } from './request.ts';

export interface ConversationView {
  readonly id: string;
  readonly accountId: string;
  readonly person: PersonView;
  readonly unread: number;
  readonly muted: boolean;
  /** When that ends by itself; null: it is for ever, or not muted. */
  readonly mutedUntil: number | null;
  /**
   * `request`: somebody who was never written to began it, and nobody has answered yet. `blocked`: nothing of this person
   * is taken in.
   */
  readonly standing: 'accepted' | 'request' | 'blocked';
  readonly draft: string;
  /** What the draft answers. */
  readonly draftAnswers: OriginalView | null;
  /** When anything last happened here: sorts the list. */
  readonly activityAt: number;
  readonly lastMessage: LastMessage | null;
}

export interface LastMessage {
  readonly messageId: string;
  readonly direction: Direction;
  readonly kind: 'text' | 'file';
  /** The words, or the file's name. Cut to `limits.excerptCharacters`. */
  readonly excerpt: string;
  readonly state: MessageState;
  /** As `MessageView.trust`. */
  readonly trust: MessageTrust;
  readonly at: number;
}

export const conversationsRequests = {
  /** Newest activity first. */
  'conversations.list': request(nothing).returns<readonly ConversationView[]>(),
  'conversations.get': request(z.strictObject({ conversationId: id })).returns<ConversationView>(),
  /** Finds or starts the conversation of this account with this identity. Fails `invalid` on a malformed identity. */
  'conversations.start': request(
    z.strictObject({ accountId: id, identity, mailbox: repository.optional() }),
  ).returns<ConversationView>(),
  'conversations.markRead': request(z.strictObject({ conversationId: id })).returns<null>(),
  /** Keeps what was typed but not sent. */
  'conversations.saveDraft': request(
    z.strictObject({
      conversationId: id,
      text: z.string().max(textCharacters),
      /** Id of the message that it answers. */
      inReplyTo: id.nullable().default(null),
    }),
  ).returns<null>(),
  /** No notifications of this conversation from now on; null: again. */
  'conversations.mute': request(
    z.strictObject({ conversationId: id, length: z.enum([...quietLengths, 'for-ever']).nullable() }),
  ).returns<null>(),
  /** Answers a request, or blocks somebody, or takes that back. */
  'conversations.stand': request(
    z.strictObject({ conversationId: id, standing: z.enum(['accepted', 'blocked']) }),
  ).returns<null>(),
  /** Removes the conversation and its messages from this computer; files that were saved stay. */
  'conversations.remove': request(z.strictObject({ conversationId: id })).returns<null>(),
  /** Removes all requests of all accounts, also those that wait to be shown. */
  'conversations.removeRequests': request(nothing).returns<null>(),
};
