import { safeFileName } from '../../protocol/filename.ts';
import { textContentType } from '../../protocol/constants.ts';
import { limits } from '../../base/limits.ts';
import { type ReceivedMessage, writtenAt } from '../../protocol/message.ts';
import type { NewMessage } from '../../store/message.ts';
import { mediaTypeOf } from '../media-type.ts';
import type { Judgement } from '../trust/judge.ts';
import type { ListedMessage } from '../wire/inbox-listing.ts';

export interface IncomingFacts {
  readonly conversationId: string;
  readonly repository: string;
  readonly judgement: Judgement;
  /** The words, where they were fetched; null for a file, and for what nobody proved. */
  readonly text: string | null;
  /** Sorts the conversation. */
  readonly at: number;
  readonly firstSeenAt: number;
  /** Whether a file is fetched without asking. */
  readonly downloadWanted: boolean;
}

/** The words of a chat message; long ones are files, whatever they say. */
export function isText({ contentType, totalBytes }: ReceivedMessage): boolean {
  return contentType === textContentType && totalBytes <= limits.textBytes;
}

/** The row of a message that has arrived. Pure. */
export function incomingRow(
  { message, manifest, digest, tag }: ListedMessage,
  facts: IncomingFacts,
): NewMessage {
  const { conversationId, repository, judgement, at, firstSeenAt } = facts;
  const { trust, reason, signer } = judgement;
  const written = writtenAt(message);
  return {
    ...{ conversationId, repository, tag, digest, manifest, at, trust, signer },
    trustReason: reason,
    direction: 'incoming',
    wireId: message.messageId,
    sessionId: '',
    author: message.sender,
    writtenAt: written,
    inReplyTo: message.inReplyTo ?? null,
    ttlSeconds: message.ttlSeconds,
    expiresAt: Math.min(written, firstSeenAt) + message.ttlSeconds * 1000,
    compression: message.compression,
    chunks: message.chunkCount,
    batch: message.batch ?? null,
    ...contentOf(message, facts),
  };
}

/** Of what nobody proved nothing was fetched, and nothing is until a person says so. */
function contentOf(
  message: ReceivedMessage,
  { judgement, text, downloadWanted }: IncomingFacts,
): Pick<NewMessage, 'kind' | 'state' | 'text' | 'file' | 'downloadWanted'> {
  const proven = judgement.trust === 'signed';
  if (isText(message)) return { kind: 'text', state: proven ? 'received' : 'unverified', text, file: null };
  const name = safeFileName(message.filename);
  return {
    kind: 'file',
    state: proven ? 'waiting' : 'unverified',
    downloadWanted: proven && downloadWanted,
    file: {
      name,
      bytes: message.totalBytes,
      mediaType: mediaTypeOf(name),
      folder: message.contentType === 'application/x-tar' && name.endsWith('.tar'),
      sourcePath: null,
      sourceTemporary: false,
      sourceSize: null,
      sourceModifiedAt: null,
      savedPath: null,
    },
  };
}
