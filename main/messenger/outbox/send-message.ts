import { DockerCommsError, isDockerCommsError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { parseDigest } from '../../base/digest.ts';
import type { OciRepository } from '../../oci/repository.ts';
import { chunkBytesFor } from '../../protocol/chunking.ts';
import { textContentType } from '../../protocol/constants.ts';
import type { Account } from '../../store/accounts.ts';
import type { Conversation } from '../../store/conversations.ts';
import type { Message, MessageFile } from '../../store/message.ts';
import { bytesSource, fileSource, folderSource, type PayloadSource } from '../../transfer/payload.ts';
import type { TransferProgress } from '../../transfer/progress.ts';
import type { EngineContext } from '../context.ts';
import type { LocalNetwork } from '../local-network.ts';
import { announcedMailbox, mailboxFor } from '../routing.ts';
import {
  announcePrepared,
  type MessageDraft,
  type PreparedMessage,
  publishMessage,
} from '../wire/publish.ts';
import { snapshotOf } from './source-snapshot.ts';

export interface SendOneOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TransferProgress) => void;
}

/**
 * Sends the message of one row and writes down what it became on the wire. A row that carries a digest was prepared by
 * an attempt that did not finish: it is only announced.
 */
export async function sendOne(
  context: EngineContext,
  message: Message,
  options: SendOneOptions,
): Promise<void> {
  const { conversation, account } = partiesOf(context, message);
  const mailbox = mailboxFor(account, conversation.person.mailbox, context.localNetwork);
  const repository = context.repositories.for(account, mailbox);
  // What was prepared for a mailbox that was wrong, or is no more, says nothing about the one of today.
  const prepared = message.digest !== null && message.repository === mailbox;
  if (prepared && (await announceAgain(context, message, repository, options.signal))) return;
  if (isLate(context, message)) {
    throw new DockerCommsError(
      'conflict',
      'This waited for longer than messages live. Send it as written now?',
    );
  }
  await publish(context, { message, conversation, account, repository, mailbox }, options);
}

/** Whether nobody would be shown this message any more if it went out now. */
export function isLate({ clock }: Pick<EngineContext, 'clock'>, { expiresAt }: Message): boolean {
  return expiresAt !== null && clock.now() > expiresAt;
}

function partiesOf(
  context: EngineContext,
  message: Message,
): { conversation: Conversation; account: Account } {
  const conversation = context.store.conversations.get(message.conversationId);
  const account = conversation && context.store.accounts.get(conversation.accountId);
  if (!conversation || !account) {
    throw new DockerCommsError('not-found', 'The account of this message is no longer here.');
  }
  return { conversation, account };
}

/**
 * Announces what an earlier attempt prepared. False when the registry has lost its parts meanwhile: then it has to be
 * sent from the beginning.
 */
async function announceAgain(
  context: EngineContext,
  message: Message,
  repository: OciRepository,
  signal: AbortSignal,
): Promise<boolean> {
  const { store } = context;
  const manifest = store.messages.manifest(message.id);
  if (manifest === null || message.tag === null || message.digest === null) return false;
  const prepared = { manifest, tag: message.tag, digest: parseDigest(message.digest) };
  try {
    if (isLate(context, message)) return await isAnnounced(repository, prepared, signal);
    await announcePrepared(repository, prepared, signal);
    return true;
  } catch (error) {
    if (!isDockerCommsError(error, 'protocol') && !isDockerCommsError(error, 'not-found')) throw error;
    store.messages.update(message.id, { digest: null, tag: null, manifest: null });
    return false;
  }
}

async function isAnnounced(
  repository: OciRepository,
  { tag, digest }: { readonly tag: string; readonly digest: string },
  signal: AbortSignal,
): Promise<boolean> {
  return (await repository.resolve(tag, signal))?.digest === digest;
}

interface Publishing {
  readonly message: Message;
  readonly conversation: Conversation;
  readonly account: Account;
  readonly repository: OciRepository;
  readonly mailbox: string;
}

async function publish(context: EngineContext, parts: Publishing, options: SendOneOptions): Promise<void> {
  const { message, repository } = parts;
  const source = await sourceOf(message, options.signal);
  await publishMessage(repository, draftOf(parts, context.localNetwork), source, {
    chunkBytes: chunkBytesFor(source.totalBytes),
    parallel: limits.chunksAtOnce,
    budget: context.budget,
    inlineSmallPayload: true,
    ...options,
    onPrepared: (prepared) => notePrepared(context, parts, prepared, source.totalBytes),
  });
}

/** What is on the registry from now on, announced or not: in the message's row, and in the book of what is ours there. */
function notePrepared(
  { store }: EngineContext,
  { message, account, mailbox }: Publishing,
  { digest, tag, manifest, chunks, storedBytes }: PreparedMessage,
  bytes: number,
): void {
  const place = { repository: mailbox, digest, tag };
  store.transaction(() => {
    store.messages.update(message.id, {
      ...place,
      manifest,
      chunks,
      compression: 'zstd',
      ...(message.file && { file: { bytes } }),
    });
    store.published.record({
      ...place,
      accountId: account.id,
      subject: null,
      kind: 'message',
      bytes: storedBytes,
      expiresAt: (message.writtenAt ?? message.at) + message.ttlSeconds * 1000,
    });
  });
}

function draftOf(
  { message, conversation, account, mailbox }: Publishing,
  network: LocalNetwork,
): MessageDraft {
  const answersGoTo = announcedMailbox(account, mailbox, network);
  const writtenAt = message.writtenAt ?? message.at;
  return {
    sender: account.identity,
    recipient: conversation.person.identity,
    createdAt: new Date(Math.floor(writtenAt / 1000) * 1000),
    createdAtMilliseconds: writtenAt % 1000,
    ttlSeconds: message.ttlSeconds,
    messageId: message.wireId,
    sessionId: message.sessionId,
    compression: 'zstd',
    contentType: message.file?.mediaType ?? textContentType,
    ...(message.batch && { batch: message.batch }),
    ...(message.inReplyTo !== null && { inReplyTo: message.inReplyTo }),
    ...(answersGoTo !== null && { mailbox: answersGoTo }),
  };
}

async function sourceOf(message: Message, signal: AbortSignal): Promise<PayloadSource> {
  const { file } = message;
  if (file === null) {
    return bytesSource(`message-${message.wireId.slice(0, 8)}.txt`, Buffer.from(message.text ?? '', 'utf8'));
  }
  if (file.sourcePath === null) {
    throw new DockerCommsError('not-found', 'The file is no longer there. Attach it again.');
  }
  await refuseChanged(file, file.sourcePath);
  return file.folder ? folderSource(file.sourcePath, signal) : fileSource(file.sourcePath);
}

/** What is sent must be what the person dropped, not what the file became while it waited in the queue. */
async function refuseChanged(file: MessageFile, path: string): Promise<void> {
  const now = await snapshotOf(path);
  if (file.folder) return;
  if (now.sourceSize === file.sourceSize && now.sourceModifiedAt === file.sourceModifiedAt) return;
  throw new DockerCommsError(
    'conflict',
    'The file changed after it was attached. Send it again as it is now?',
  );
}
