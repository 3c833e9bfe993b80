import { randomUUID } from 'node:crypto';
import { MiB } from '../../../main/base/limits.ts';
import { publishMessage } from '../../../main/messenger/wire/publish.ts';
import type { OciRepository } from '../../../main/oci/repository.ts';
import { MemoryBudget } from '../../../main/transfer/memory-budget.ts';
import { bytesSource } from '../../../main/transfer/payload.ts';
import type { Signer } from '../../../main/trust/signer.ts';

/** A message that differs from every other one. */
export function say(repository: OciRepository, by?: Signer) {
  const draft = {
    ...{ sender: 'alice@example.com', recipient: 'bob@example.com', createdAt: new Date() },
    ...{
      ttlSeconds: 604_800,
      messageId: randomUUID(),
      sessionId: randomUUID(),
      compression: 'zstd' as const,
    },
  };
  return publishMessage(repository, draft, bytesSource('message.txt', Buffer.from(draft.messageId)), {
    ...{ chunkBytes: MiB, parallel: 1, budget: new MemoryBudget(MiB), inlineSmallPayload: true },
    ...(by && { signer: by }),
  });
}
