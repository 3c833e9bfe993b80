import { randomUUID } from 'node:crypto';
import { DockerCommsError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { chunkBytesFor } from '../../protocol/chunking.ts';
import type { Conversation } from '../../store/conversations.ts';
import type { Message, NewMessage } from '../../store/message.ts';
import type { Attachment } from '../attachments.ts';
import type { EngineContext } from '../context.ts';

export interface Composed {
  readonly conversation: Conversation;
  readonly author: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** Wire id of the message that is answered. */
  readonly inReplyTo: string | null;
}

/**
 * Writes what a person sent as rows, all or none, before anything goes out. Several parts become a batch, the text
 * first, so that they stay together on the other side. Fails `invalid` when there is nothing, `too-large` before
 * anything is stored.
 */
export function composeMessages({ store, clock }: EngineContext, composed: Composed): readonly Message[] {
  const { text, attachments } = composed;
  if (text === '' && attachments.length === 0)
    throw new DockerCommsError('invalid', 'There is nothing to send.');
  if (Buffer.byteLength(text) > limits.textBytes) {
    throw new DockerCommsError('too-large', 'This text is too long for a message. Send it as a file.');
  }
  for (const { bytes } of attachments) chunkBytesFor(bytes);
  // Later than everything here, even within one millisecond: the other side sorts by it.
  const at = Math.max(clock.now(), (composed.conversation.lastMessage?.at ?? 0) + 1);
  const parts: Pick<NewMessage, 'kind' | 'text' | 'file'>[] = [
    ...(text === '' ? [] : [{ kind: 'text' as const, text }]),
    ...attachments.map((attachment) => ({ kind: 'file' as const, file: fileOf(attachment) })),
  ];
  const sessionId = randomUUID();
  const batchId = randomUUID();
  return store.messages.insert(
    parts.map((part, index) => ({
      ...part,
      conversationId: composed.conversation.id,
      direction: 'outgoing',
      wireId: randomUUID(),
      sessionId,
      author: composed.author,
      at: at + index,
      writtenAt: at + index,
      state: 'queued',
      inReplyTo: composed.inReplyTo,
      ttlSeconds: limits.timeToLiveSeconds,
      expiresAt: at + limits.timeToLiveSeconds * 1000,
      batch: parts.length > 1 ? { id: batchId, index, count: parts.length } : null,
    })),
  );
}

function fileOf(attachment: Attachment): NonNullable<NewMessage['file']> {
  const { name, bytes, mediaType, folder, path, temporary, sourceSize, sourceModifiedAt } = attachment;
  return {
    ...{ name, bytes, mediaType, folder, sourceSize, sourceModifiedAt },
    sourcePath: path,
    sourceTemporary: temporary,
    savedPath: null,
  };
}
