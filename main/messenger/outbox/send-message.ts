import { DockerCommsError, isDockerCommsError, toDockerCommsError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { parseDigest } from '../../base/digest.ts';
import type { OciRepository } from '../../oci/repository.ts';
import { wholeSeconds } from '../../protocol/annotations.ts';
import { chunkBytesFor } from '../../protocol/chunking.ts';
import { textContentType } from '../../protocol/constants.ts';
import type { Account } from '../../store/accounts.ts';
import type { Conversation } from '../../store/conversations.ts';
import type { Message, MessageFile } from '../../store/message.ts';
import type { Person } from '../../store/people.ts';
import { bytesSource, fileSource, folderSource, type PayloadSource } from '../../transfer/payload.ts';
import type { TransferProgress } from '../../transfer/progress.ts';
import type { EngineContext } from '../context.ts';
import { passesByItself } from '../errors.ts';
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
  const { person } = conversation;
  if (prepared && (await announceAgain(context, { message, person, repository }, options.signal))) return;
  if (isLate(context, message)) {
    throw new DockerCommsError(
      'conflict',
      'This waited for longer than messages live. Send it as written now?',
    );
  }
  const recipientKey = await introduce(
    context,
    { conversation, account, repository, mailbox },
    options.signal,
  );
  await publish(context, { message, conversation, account, repository, mailbox, recipientKey }, options);
}

/**
 * Before anything is said: my own profile lies where they look for it, and theirs is looked at. Answers the key that the
 * message is for; null while none of theirs is known. Fails `untrusted` when their keys have to be looked at first.
 */
async function introduce(
  context: EngineContext,
  { conversation, account, repository, mailbox }: Omit<Publishing, 'message' | 'recipientKey'>,
  signal: AbortSignal,
): Promise<string | null> {
  const { knownKeys, ownProfiles } = context;
  const { person } = conversation;
  await orWithout(context, ownProfiles.ensureIn(account, mailbox, signal));
  if (knownKeys.isWorthALook(person.id)) {
    await orWithout(context, knownKeys.look(person, repository, { from: 'mailbox', signal }));
  }
  knownKeys.requireNoAlarm(person);
  // Of who invited the key is known before their profile is.
  return knownKeys.policyFor(person.id)?.keys[0]?.fingerprint ?? person.invitedKey;
}

/** A registry that keeps no profiles is no reason to say nothing; one that does not answer is asked again. */
async function orWithout({ logger }: EngineContext, step: Promise<void>): Promise<void> {
  try {
    await step;
  } catch (thrown) {
    const error = toDockerCommsError(thrown);
    const { reason } = error.detail;
    // Nobody believes what is signed without the one, or by the other.
    const isNobody = reason === 'key-lost' || reason === 'device-removed';
    if (error.code === 'cancelled' || passesByItself(error) || isNobody) throw error;
    logger.warn({ err: error }, 'a profile could not be seen to');
  }
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

interface Announcing {
  readonly message: Message;
  readonly person: Person;
  readonly repository: OciRepository;
}

/**
 * Announces what an earlier attempt prepared. False when the registry has lost its parts meanwhile: then it has to be
 * sent from the beginning.
 */
async function announceAgain(
  context: EngineContext,
  { message, person, repository }: Announcing,
  signal: AbortSignal,
): Promise<boolean> {
  const { store, knownKeys } = context;
  const manifest = store.messages.manifest(message.id);
  if (manifest === null || message.tag === null || message.digest === null) return false;
  const prepared = { manifest, tag: message.tag, digest: parseDigest(message.digest) };
  try {
    if (await isAnnounced(repository, prepared, signal)) return true;
    if (isLate(context, message)) return false;
    // What was written before an alarm waits like what is written after it.
    knownKeys.requireNoAlarm(person);
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
  /** Fingerprint; null: addressed to no key. */
  readonly recipientKey: string | null;
}

async function publish(context: EngineContext, parts: Publishing, options: SendOneOptions): Promise<void> {
  const { message, account, repository } = parts;
  const signer = await context.ownKeys.signer(account.id);
  const publicSigner = await context.publicSigners.signerFor(account.id);
  const source = await sourceOf(message, options.signal);
  await publishMessage(repository, draftOf(parts, context.localNetwork), source, {
    chunkBytes: chunkBytesFor(source.totalBytes),
    parallel: limits.chunksAtOnce,
    budget: context.budget,
    inlineSmallPayload: true,
    signer,
    ...(publicSigner && { publicSigner }),
    ...options,
    onPrepared: (prepared) => notePrepared(context, parts, prepared, source.totalBytes),
  });
}

/** What is on the registry from now on, announced or not: in the message's row, and in the book of what is ours there. */
function notePrepared(
  { store }: EngineContext,
  { message, account, mailbox }: Publishing,
  { digest, tag, manifest, chunks, storedBytes, signature, publicSignature }: PreparedMessage,
  bytes: number,
): void {
  const place = { repository: mailbox, digest, tag };
  const ours = {
    accountId: account.id,
    repository: mailbox,
    expiresAt: (message.writtenAt ?? message.at) + message.ttlSeconds * 1000,
  };
  store.transaction(() => {
    store.messages.update(message.id, {
      ...place,
      manifest,
      chunks,
      compression: 'zstd',
      ...(signature !== null && { trust: 'signed' }),
      ...(message.file && { file: { bytes } }),
    });
    store.published.record({ ...ours, ...place, subject: null, kind: 'message', bytes: storedBytes });
    for (const signed of [signature, publicSignature]) {
      if (signed !== null) store.published.record({ ...ours, ...signed, subject: digest, kind: 'signature' });
    }
  });
}

function draftOf(
  { message, conversation, account, mailbox, recipientKey }: Publishing,
  network: LocalNetwork,
): MessageDraft {
  const answersGoTo = announcedMailbox(account, mailbox, network);
  const writtenAt = message.writtenAt ?? message.at;
  return {
    sender: account.identity,
    recipient: conversation.person.identity,
    createdAt: wholeSeconds(writtenAt),
    createdAtMilliseconds: writtenAt % 1000,
    ttlSeconds: message.ttlSeconds,
    messageId: message.wireId,
    sessionId: message.sessionId,
    compression: 'zstd',
    contentType: message.file?.mediaType ?? textContentType,
    ...(message.batch && { batch: message.batch }),
    ...(message.inReplyTo !== null && { inReplyTo: message.inReplyTo }),
    ...(answersGoTo !== null && { mailbox: answersGoTo }),
    ...(recipientKey !== null && { recipientKey }),
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
