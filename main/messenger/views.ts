import type { AccountView } from '../../preload/contract/accounts.ts';
import type { ConversationView } from '../../preload/contract/conversations.ts';
import type { AccountLogin } from '../../preload/contract/login.ts';
import type {
  FileContent,
  MessageView,
  OriginalView,
  TextContent,
  TextLink,
} from '../../preload/contract/messages.ts';
import type { PersonTrust, PersonView } from '../../preload/contract/people.ts';
import type { Account } from '../store/accounts.ts';
import type { Conversation } from '../store/conversations.ts';
import type { Message, MessageFile } from '../store/message.ts';
import type { Original } from '../store/originals.ts';
import type { Person } from '../store/people.ts';
import { linksIn } from './links.ts';
import { previewKind } from './media-type.ts';

/** Rows as the window sees them. Pure; paths and manifests stay behind. */
export function accountView(
  account: Account,
  about: Pick<
    AccountView,
    | 'connection'
    | 'addresses'
    | 'acceptedCertificate'
    | 'unencrypted'
    | 'waitingRequests'
    | 'newDevices'
    | 'keyAlarm'
  >,
): AccountView {
  const { id, identity, repository, kind } = account;
  return { id, identity, repository, kind, login: loginView(account), ...about };
}

function loginView({ loginKind, username }: Account): AccountLogin {
  return loginKind === 'password' ? { kind: loginKind, username: username ?? '' } : { kind: loginKind };
}

/** How it stands with a person's keys. */
export type TrustOf = (person: Pick<Person, 'id'>) => PersonTrust;

export function personView(person: Person, trustOf: TrustOf): PersonView {
  const { id, identity, name, mailbox, proposedMailbox } = person;
  return { id, identity, name, mailbox, proposedMailbox, trust: trustOf({ id }) };
}

export function conversationView(conversation: Conversation, trustOf: TrustOf): ConversationView {
  const { id, accountId, unread, muted, mutedUntil, standing, draft, activityAt, lastMessage } = conversation;
  const person = personView(conversation.person, trustOf);
  const draftAnswers = conversation.draftAnswers === null ? null : originalView(conversation.draftAnswers);
  return {
    ...{ id, accountId, person, unread, muted, mutedUntil, standing },
    ...{ draft, draftAnswers, activityAt, lastMessage },
  };
}

/** How far the file of a message came. */
export type Moved = Pick<FileContent, 'progress' | 'keptBytes'>;

/** `original`: the message that this one answers, if it is here. */
export function messageView(message: Message, moved: Moved, original: Original | null): MessageView {
  const { id, conversationId, direction, author, at, writtenAt, state, failure, batch } = message;
  return {
    ...{ id, conversationId, direction, author, at, writtenAt, state, failure, batch },
    trust: message.trust,
    trustReason: message.trustReason,
    inReplyTo: message.inReplyTo === null ? null : original === null ? 'not-here' : originalView(original),
    content: contentOf(message, moved),
    details: {
      messageId: message.wireId,
      repository: message.repository,
      tag: message.tag,
      digest: message.digest,
      compression: message.compression,
      chunks: message.chunks,
      expiresAt: message.expiresAt,
    },
  };
}

function originalView({ id, direction, kind, excerpt }: Original): OriginalView {
  return { messageId: id, direction, kind, excerpt };
}

function contentOf(message: Message, moved: Moved): TextContent | FileContent {
  const { file, text } = message;
  if (file !== null) return fileContent(file, moved);
  return { kind: 'text', text: text ?? '', links: linksOf(message) };
}

/** The pages that a message leads to: none from somebody who only claims to be its author. */
export function linksOf({
  direction,
  trust,
  text,
}: Pick<Message, 'direction' | 'trust' | 'text'>): readonly TextLink[] {
  return direction === 'outgoing' || trust === 'signed' ? linksIn(text ?? '') : [];
}

function fileContent(file: MessageFile, moved: Moved): FileContent {
  const { name, bytes, mediaType, folder } = file;
  const available = pathOf(file) !== null;
  return {
    kind: 'file',
    name,
    bytes,
    mediaType,
    folder,
    preview: folder ? null : previewKind(mediaType),
    available,
    ...moved,
  };
}

/** Where the file of a message lies on this computer, if it does: saved when it came, or where it was sent from. */
export function pathOf(file: MessageFile): string | null {
  return file.savedPath ?? file.sourcePath;
}
