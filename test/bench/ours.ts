/** Our send and receive, through the product's own client. */
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { limits } from '../../main/base/limits.ts';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { OciRepository } from '../../main/oci/repository.ts';
import type { Compression } from '../../main/protocol/constants.ts';
import { buildMessageManifest, parseMessageManifest } from '../../main/protocol/message.ts';
import { MemoryBudget } from '../../main/transfer/memory-budget.ts';
import { fileSource } from '../../main/transfer/payload.ts';
import { receivePayload } from '../../main/transfer/receive.ts';
import { sendPayload } from '../../main/transfer/send.ts';
import type { CaseInput } from './case-input.ts';

/** Sends the file and keeps its manifest for the receiving case. */
export async function send(
  { host, file, folder, parallel }: CaseInput,
  compression: Compression,
): Promise<void> {
  const repository = repositoryFor(host, compression);
  const source = await fileSource(file);
  const sent = await sendPayload(source, repository, {
    compression,
    chunkBytes: limits.chunkBytes,
    parallel,
    budget: new MemoryBudget(limits.transferMemoryBytes),
    onProgress: () => undefined,
  });
  const manifest = buildMessageManifest(
    {
      sender: 'alice@example.com',
      recipient: 'bob@example.com',
      createdAt: new Date(),
      ttlSeconds: limits.timeToLiveSeconds,
      messageId: randomUUID(),
      filename: source.name,
      totalBytes: sent.totalBytes,
      chunkBytes: sent.chunkBytes,
      compression,
    },
    sent.layers,
  );
  await repository.close();
  await writeFile(manifestPath(folder, compression), manifest);
}

export async function receive(
  { host, folder, parallel }: CaseInput,
  compression: Compression,
): Promise<void> {
  const repository = repositoryFor(host, compression);
  const message = parseMessageManifest(await readFile(manifestPath(folder, compression)));
  await receivePayload(message, repository, {
    folder,
    filename: `received-${compression}`,
    journalPath: `${folder}/journal-${compression}`,
    parallel,
    budget: new MemoryBudget(limits.transferMemoryBytes),
    onProgress: () => undefined,
  });
  await repository.close();
}

function repositoryFor(host: string, compression: Compression): OciRepository {
  return new OciRepository(parseRepositoryReference(`${host}/bench/${compression}`));
}

function manifestPath(folder: string, compression: Compression): string {
  return `${folder}/manifest-${compression}.json`;
}
