import { access } from 'node:fs/promises';
import { DockerCommsError } from '../../base/errors.ts';
import { localFileName } from '../../transfer/local-name.ts';
import type { Message } from '../../store/message.ts';
import { saveCopy } from '../../transfer/save-copy.ts';
import type { SavedFile } from '../engine.ts';
import { composeMessages } from '../outbox/compose.ts';
import { snapshotOf } from '../outbox/source-snapshot.ts';
import { previewOf } from '../previews.ts';
import { removingCopies } from '../removal.ts';
import { publicSignaturesOf } from '../sigstore/message-signatures.ts';
import { releaseMessage } from '../trust/release.ts';
import { linksOf, messageView, pathOf } from '../views.ts';
import { conversationOf } from './conversations.ts';
import { required } from './required.ts';
import type { EngineServices, HandlersOf } from './services.ts';
import { takeFiles } from './take-files.ts';

export function messagesRequests(
  services: EngineServices,
): HandlersOf<'messages'> & HandlersOf<'attachments'> {
  const { context } = services;
  const { store, transfers, partials, host } = context;
  return {
    'messages.list': ({ conversationId, ...request }) => {
      const { messages, before, after } = store.messages.page(conversationId, request);
      const answered = messages.flatMap(({ inReplyTo }) => (inReplyTo === null ? [] : [inReplyTo]));
      const originals = store.messages.originals(conversationId, answered);
      const viewOf = (message: Message) => {
        const original = originals.get(message.inReplyTo ?? '') ?? null;
        const { id } = message;
        const moved = { progress: transfers.progress(id), keptBytes: partials.bytesOf(id) };
        return messageView(message, moved, original);
      };
      return { messages: messages.map(viewOf), before, after };
    },
    'messages.send': (input) => send(services, input),
    'messages.cancel': ({ messageId }) => {
      const { direction } = messageOf(services, messageId);
      if (direction === 'outgoing') services.outbox.cancel(messageId);
      else services.downloads.cancel(messageId);
      return null;
    },
    'messages.pause': ({ messageId }) => {
      const { direction } = messageOf(services, messageId);
      if (direction === 'outgoing') services.outbox.pause(messageId);
      else services.downloads.pause(messageId);
      return null;
    },
    'messages.resume': ({ messageId }) => {
      const { direction } = messageOf(services, messageId);
      if (direction === 'outgoing') services.outbox.resume(messageId);
      else services.downloads.want(messageId);
      return null;
    },
    'messages.retry': async ({ messageId }) => {
      await retry(services, messageOf(services, messageId));
      return null;
    },
    'messages.remove': async ({ messageId }) => {
      await remove(services, messageOf(services, messageId));
      return null;
    },
    'messages.download': ({ messageId }) => {
      services.downloads.want(messageId);
      return null;
    },
    'messages.release': async ({ messageId }) => {
      await releaseMessage(services, messageOf(services, messageId));
      return null;
    },
    'messages.open': async ({ messageId }) => {
      await required(host.openFile)((await savedFileOf(services, messageId)).path);
      return null;
    },
    'messages.saveAs': async ({ messageId }) => {
      const { path, name } = await receivedFileOf(services, messageId);
      const target = await required(host.chooseSavePath)(localFileName(name));
      if (target !== null) await saveCopy(path, target);
      return target !== null;
    },
    'messages.dragOut': async ({ messageId }) => {
      const { path, name } = await receivedFileOf(services, messageId);
      await required(host.startDrag)(await context.draggedFiles.named(path, name));
      return null;
    },
    'messages.showInFolder': async ({ messageId }) => {
      await required(host.showInFolder)((await savedFileOf(services, messageId)).path);
      return null;
    },
    'messages.openLink': async ({ messageId, link }) => {
      const found = linksOf(messageOf(services, messageId))[link];
      if (found === undefined) throw new DockerCommsError('not-found', 'This message leads to no such page.');
      await required(host.openPage)(new URL(found.address));
      return null;
    },
    'messages.downloadLink': async ({ messageId }) => ({
      url: await required(host.downloadLink)(await savedFileOf(services, messageId)),
    }),
    'messages.preview': ({ messageId }) => previewOf(messageOf(services, messageId)),
    'messages.publicSignatures': ({ messageId }) =>
      publicSignatures(services, messageOf(services, messageId)),
    'attachments.choose': async ({ what }) => takeFiles(context, await required(host.chooseFiles)(what)),
    'attachments.discard': async ({ tokens }) => {
      await Promise.all(tokens.map((token) => context.attachments.discard(token)));
      return null;
    },
  };
}

interface SendInput {
  readonly conversationId: string;
  readonly text?: string | undefined;
  readonly attachments: readonly string[];
  readonly inReplyTo?: string | undefined;
}

function send(services: EngineServices, input: SendInput): { readonly messageIds: readonly string[] } {
  const { context, accounts, outbox } = services;
  const conversation = conversationOf(services, input.conversationId);
  const attachments = [...new Set(input.attachments)].map((token) => context.attachments.get(token));
  const composed = {
    conversation,
    author: accounts.get(conversation.accountId).identity,
    text: input.text ?? '',
    attachments,
    inReplyTo: input.inReplyTo === undefined ? null : answeredOf(services, conversation.id, input.inReplyTo),
  };
  // All or nothing: who is told that it failed sends it again.
  const messages = context.store.transaction(() => {
    context.store.conversations.saveDraft(conversation.id, '');
    // Somebody is there: what waits in this conversation goes first, and now.
    context.store.outbox.hurry(conversation.id);
    return composeMessages(context, composed);
  });
  for (const { token } of attachments) context.attachments.release(token);
  for (const { id } of messages) context.events.messageChanged(conversation.id, id);
  accounts.noteActivity(conversation.accountId);
  outbox.pump();
  return { messageIds: messages.map(({ id }) => id) };
}

/** The wire id of what is answered. Fails `not-found`, also outside this conversation: its number is nobody else's. */
function answeredOf(services: EngineServices, conversationId: string, messageId: string): string {
  const message = messageOf(services, messageId);
  if (message.conversationId !== conversationId) throw noLongerHere();
  return message.wireId;
}

/** A person who asks to try again means the file as it is now. */
async function retry({ outbox, downloads }: EngineServices, message: Message): Promise<void> {
  if (message.direction === 'incoming') {
    downloads.want(message.id);
    return;
  }
  const path = message.file?.sourcePath ?? null;
  outbox.retry(message, path === null ? null : await snapshotOf(path));
}

async function remove({ context, notifier }: EngineServices, message: Message): Promise<void> {
  const { store, transfers, events } = context;
  await removingCopies(context, () => {
    // First the row: whatever is under way finds nothing to write to.
    store.messages.remove(message.id);
    transfers.cancel(message.id);
  });
  events.messageChanged(message.conversationId, message.id);
  if (message.direction === 'incoming') notifier.withdraw(message.conversationId);
}

async function publicSignatures({ context, accounts, signIns }: EngineServices, message: Message) {
  const conversation = context.store.conversations.get(message.conversationId);
  if (conversation === null) throw noLongerHere();
  const account = accounts.get(conversation.accountId);
  const author =
    message.author === account.identity
      ? await signIns.certificatesOf(account.id)
      : context.knownKeys.certificatesFor(conversation.person.id);
  return publicSignaturesOf(context, account, message, author);
}

/** Fails `not-found`. */
function messageOf({ context }: EngineServices, messageId: string): Message {
  const message = context.store.messages.get(messageId);
  if (message === null) throw noLongerHere();
  return message;
}

function noLongerHere(): DockerCommsError {
  return new DockerCommsError('not-found', 'This message is no longer here.');
}

/** As `savedFileOf`, of what was received and verified: what one sent is where one took it from. */
async function receivedFileOf(services: EngineServices, messageId: string): Promise<SavedFile> {
  const { direction, state } = messageOf(services, messageId);
  if (direction === 'incoming' && state === 'received') return savedFileOf(services, messageId);
  throw new DockerCommsError('not-found', 'This file was not received yet.');
}

/** The file of a message where it lies now. Fails `not-found` when the person moved or deleted it. */
async function savedFileOf(services: EngineServices, messageId: string): Promise<SavedFile> {
  const { file } = messageOf(services, messageId);
  const path = file && pathOf(file);
  const there =
    path !== null &&
    (await access(path).then(
      () => true,
      () => false,
    ));
  if (file === null || path === null || !there) {
    throw new DockerCommsError('not-found', 'The file is no longer where it was saved.');
  }
  return { path, name: file.name, bytes: file.bytes, mediaType: file.mediaType };
}
