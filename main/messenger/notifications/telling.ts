import type { NotificationView } from '../../../preload/contract/events.ts';
import type { Conversation } from '../../store/conversations.ts';
import type { Message } from '../../store/message.ts';
import { notificationWords as words } from '../locales/en.ts';

/** Characters of a text in a notification: no system shows more than some lines. */
const shownCharacters = 240;

/** Messages of a conversation that a person was told of and has not read. */
export interface Told {
  readonly first: Message;
  readonly count: number;
}

/** What is new in one conversation and nobody was told yet. */
export interface News {
  readonly conversation: Conversation;
  /** Never empty, oldest first. */
  readonly messages: readonly [Message, ...Message[]];
  /** What came before; null: nothing that is still unread. */
  readonly earlier: Told | null;
  /** Whether an answer would go out without another look at the person. */
  readonly answerable: boolean;
}

/** A conversation that the notification for all speaks of already. */
export interface Gathered {
  readonly conversationId: string;
  readonly standing: Conversation['standing'];
  readonly count: number;
}

/** A notification, and the conversations that it tells of: it is withdrawn when none of them is news any more. */
export interface Telling {
  readonly view: NotificationView;
  readonly about: readonly string[];
}

export interface TellOptions {
  /** Notifications that may be shown: at least 1. */
  readonly room: number;
  readonly showContent: boolean;
  readonly gathered: readonly Gathered[];
}

/**
 * What is said of `news`. One notification for each conversation; all that strangers want is one; what does not fit is one for
 * all. A mailbox that filled up overnight is no flood in the morning. Pure.
 */
export function tell(
  news: readonly News[],
  { room, showContent, gathered }: TellOptions,
): readonly Telling[] {
  const requests = news.filter(({ conversation }) => conversation.standing === 'request');
  const known = news.filter(({ conversation }) => conversation.standing === 'accepted');
  const single = known.map((one) => ofConversation(one, showContent));
  const all = requests.length === 0 ? single : [...single, ofRequests(requests)];
  return all.length <= room ? all : [ofAll(known, requests, gathered)];
}

/** How many messages of a conversation a person was told of, once they are told of its news. */
export function toldCount({ messages, earlier }: Pick<News, 'messages' | 'earlier'>): number {
  return messages.length + (earlier?.count ?? 0);
}

function ofConversation(news: News, showContent: boolean): Telling {
  const { conversation, messages, earlier, answerable } = news;
  const [first] = messages;
  const { id: conversationId } = conversation;
  const told = toldCount(news);
  const name = nameOf(conversation);
  // Several of one look, or of which nothing is shown, are counted; the next one of a talk that goes on is shown.
  const countsOnly = told > 1 && (messages.length > 1 || !showContent);
  return {
    view: {
      key: conversationId,
      title: countsOnly ? name : words.from(name, told),
      body: countsOnly ? words.newMessages(told) : contentOf(first, showContent),
      // Reading begins where it was left.
      to: { kind: 'conversation', conversationId, messageId: (earlier?.first ?? first).id },
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
      ? words.wantToWrite(requests.length)
      : words.wantsToWrite(nameOf(first.conversation));
  return {
    view: { key: 'requests', title: words.request, body, to: { kind: 'requests' }, answers: null },
    about: idsOf(requests),
  };
}

/** The key of the notification for all. */
export const keyForAll = 'all';

function ofAll(known: readonly News[], requests: readonly News[], gathered: readonly Gathered[]): Telling {
  const ids = idsOf([...known, ...requests]);
  const others = gathered.filter(({ conversationId }) => !ids.includes(conversationId));
  const otherTalks = others.filter(({ standing }) => standing === 'accepted');
  const messages = [...known.map(toldCount), ...otherTalks.map(({ count }) => count)];
  const newest = known.at(-1);
  return {
    view: {
      key: keyForAll,
      title: words.product,
      body: words.everything({
        messages: messages.reduce((sum, value) => sum + value, 0),
        talks: known.length + otherTalks.length,
        requests: requests.length + others.length - otherTalks.length,
      }),
      to:
        newest === undefined
          ? { kind: 'requests' }
          : {
              kind: 'conversation',
              conversationId: newest.conversation.id,
              messageId: (newest.earlier?.first ?? newest.messages[0]).id,
            },
      answers: null,
    },
    about: [...ids, ...others.map(({ conversationId }) => conversationId)],
  };
}

function contentOf({ kind, text, file }: Message, showContent: boolean): string {
  if (!showContent) return kind === 'text' ? words.newMessage : words.newFile;
  return kind === 'text' ? (text ?? '').slice(0, shownCharacters) : (file?.name ?? '');
}

const idsOf = (news: readonly News[]) => news.map(({ conversation }) => conversation.id);
const nameOf = ({ person }: Conversation) => person.name ?? person.identity;
