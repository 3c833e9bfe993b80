import { randomUUID } from 'node:crypto';
import { sha256 } from '../../main/base/hash.ts';
import { limits } from '../../main/base/limits.ts';
import { chunkLayer } from '../../main/protocol/layers.ts';
import { buildMessageManifest } from '../../main/protocol/message.ts';
import { inboxTag } from '../../main/protocol/tags.ts';

/**
 * Tags and manifests of `count` messages to `recipient`, oldest first: one a day, each with a file `<number>.bin` that
 * nobody fetches.
 */
export function inboxContent(
  count: number,
  sender: string,
  recipient: string,
): ReadonlyMap<string, Uint8Array> {
  const layers = [chunkLayer(0, sha256('a chunk'), 100, 'zstd')];
  return new Map(
    Array.from({ length: count }, (_, index) => {
      const fields = {
        sender,
        recipient,
        createdAt: new Date(Date.UTC(2024, 1, 1 + index)),
        ttlSeconds: limits.timeToLiveSeconds,
        messageId: randomUUID(),
        filename: `${index}.bin`,
        totalBytes: 10,
        chunkBytes: 10,
        compression: 'zstd' as const,
      };
      return [inboxTag({ ...fields, sessionId: randomUUID() }), buildMessageManifest(fields, layers)];
    }),
  );
}
