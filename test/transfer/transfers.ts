import { limits } from '../../main/base/limits.ts';
import type { Compression } from '../../main/protocol/constants.ts';
import {
  buildMessageManifest,
  parseMessageManifest,
  type ReceivedMessage,
} from '../../main/protocol/message.ts';
import { MemoryBudget } from '../../main/transfer/memory-budget.ts';
import type { PayloadSource } from '../../main/transfer/payload.ts';
import { sendPayload, type SendOptions, type SentPayload } from '../../main/transfer/send.ts';
import type { BlobTarget } from '../../main/transfer/blobs.ts';
import { someFields } from '../protocol/messages.ts';

export const budget = () => new MemoryBudget(limits.transferMemoryBytes);

export function sendOptions(options: Partial<SendOptions> = {}): SendOptions {
  return { compression: 'zstd', chunkBytes: limits.chunkBytes, parallel: 4, budget: budget(), ...options };
}

/** The message that a receiver reads for what was sent. */
export function messageFor(
  sent: SentPayload,
  compression: Compression,
  filename = 'file.bin',
): ReceivedMessage {
  const { totalBytes, chunkBytes, layers } = sent;
  const fields = { ...someFields, totalBytes, chunkBytes, compression, filename };
  return parseMessageManifest(buildMessageManifest(fields, layers));
}

/** Sends, and gives what a receiver then reads. */
export async function sendMessage(
  source: PayloadSource,
  target: BlobTarget,
  options: Partial<SendOptions> = {},
): Promise<ReceivedMessage> {
  const resolved = sendOptions(options);
  return messageFor(await sendPayload(source, target, resolved), resolved.compression, source.name);
}
