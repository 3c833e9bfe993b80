import type { NotificationView } from '../../../preload/contract/events.ts';
import type { Conversation } from '../../store/conversations.ts';
import type { Message } from '../../store/message.ts';

/** Characters of a text in a notification: no system shows more than some lines. */
const shownCharacters = 240;

/** What is new in one conversation and nobody was told yet: never empty, oldest first. */
export interface News {
  readonly conversation: Conversation;
  readonly messages: readonly [Message, ...Message[]];
  /** Whether an answer would go out without another look at the person. */
  readonly answerable: boolean;
}

/** A notification, and the conversations that it tells of: it is withdrawn when none of them is news any more. */
export interface Telling {
  readonly view: NotificationView;
  readonly about: readonly string[];
}

/**
 * What is said of `news` in `room` notifications at most (at least 1). One for each conversation; all that strangers want is
 * one; what does not fit is one for all. A mailbox that filled up overnight is no flood in the morning. Pure.
 */
export function tell(
  news: readonly News[],
  { room, showContent }: { readonly room: number; readonly showContent: boolean },
): readonly Telling[] {
  const requests = news.filter(({ conversation }) => conversation.standing === 'request');
  const known = news.filter(({ conversation }) => conversation.standing === 'accepted');
  const single = known.map((one) => ofConversation(one, showContent));
  const all = requests.length === 0 ? single : [...single, ofRequests(requests)];
  return all.length <= room ? all : [ofAll(known, requests)];
}

function ofConversation({ conversation, messages, answerable }: News, showContent: boolean): Telling {
  const [first] = messages;
  const { id: conversationId } = conversation;
  return {
    view: {
      key: conversationId,
      title: nameOf(conversation),
      body: messages.length > 1 ? `${messages.length} new messages` : contentOf(first, showContent),
      // Reading begins where it was left.
      to: { kind: 'conversation', conversationId, messageId: first.id },
      answers: answerable ? conversationId : null,
    },
    about: [conversationId],
  };
}

/** Not a word of theirs: nobody let them in yet. */
function ofRequests(requests: readonly News[]): Telling {
  const [first] = requests;
  const body =
    first === undefined || requests.length > 1
      ? `${requests.length} people want to write to you`
      : `${nameOf(first.conversation)} wants to write to you`;
  return {
    view: { key: 'requests', title: 'Message request', body, to: { kind: 'requests' }, answers: null },
    about: idsOf(requests),
  };
}

function ofAll(known: readonly News[], requests: readonly News[]): Telling {
  const messages = known.reduce((sum, one) => sum + one.messages.length, 0);
  const lines = [
    known.length === 0 ? null : `${count(messages, 'new message')} in ${count(known.length, 'conversation')}`,
    requests.length === 0 ? null : count(requests.length, 'message request'),
  ];
  const newest = known.at(-1);
  return {
    view: {
      key: 'all',
      title: 'DockerComms',
      body: lines.filter((line) => line !== null).join(', '),
      to:
        newest === undefined
          ? { kind: 'requests' }
          : {
              kind: 'conversation',
              conversationId: newest.conversation.id,
              messageId: newest.messages[0].id,
            },
      answers: null,
    },
    about: idsOf([...known, ...requests]),
  };
}

function contentOf({ kind, text, file }: Message, showContent: boolean): string {
  if (!showContent) return kind === 'text' ? 'New message' : 'New file';
  return kind === 'text' ? (text ?? '').slice(0, shownCharacters) : (file?.name ?? '');
}

const idsOf = (news: readonly News[]) => news.map(({ conversation }) => conversation.id);
const nameOf = ({ person }: Conversation) => person.name ?? person.identity;
const count = (value: number, one: string) => `${value} ${one}${value === 1 ? '' : 's'}`;
