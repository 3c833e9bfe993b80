import { randomUUID } from 'node:crypto';
import { DockerCommsError } from '../../../base/errors.ts';
import { limits } from '../../../base/limits.ts';
import { publishMessage } from '../../../messenger/wire/publish.ts';
import { parseIdentity } from '../../../protocol/identity.ts';
import { MemoryBudget } from '../../../transfer/memory-budget.ts';
import { fileSource } from '../../../transfer/payload.ts';
import type { CliContext, RepositoryChoice } from '../context.ts';
import { progressLine, readableBytes } from '../terminal.ts';

export interface SendOptions extends RepositoryChoice {
  readonly recipient: string;
  readonly sender: string;
  readonly session?: string;
  readonly chunkBytes: number;
  readonly parallel: number;
  readonly compress: 'zstd' | 'gzip';
  readonly ttlSeconds: number;
  readonly json: boolean;
}

/** `dockercomms send`: writes exactly a v1 message, nothing more, so that any v1 peer sees what it expects. */
export async function send(context: CliContext, path: string, options: SendOptions): Promise<void> {
  const source = await fileSource(path);
  const repository = await context.repository(options);
  const onProgress = progressLine(source.name, context.terminal.interactive && !options.json);
  const published = await publishMessage(
    repository,
    {
      sender: options.sender === 'unknown' ? 'unknown' : parseIdentity(options.sender),
      recipient: parseIdentity(options.recipient),
      createdAt: wholeSeconds(new Date()),
      ttlSeconds: options.ttlSeconds,
      messageId: randomUUID(),
      sessionId: sessionId(options.session),
      compression: options.compress,
    },
    source,
    {
      chunkBytes: options.chunkBytes,
      parallel: options.parallel,
      budget: new MemoryBudget(limits.transferMemoryBytes),
      inlineSmallPayload: false,
      signal: context.signal,
      ...(onProgress && { onProgress }),
    },
  );
  const { digest, tag, bytes, chunks } = published;
  context.terminal.out(
    options.json
      ? JSON.stringify({ digest, tag, bundle: null, bytes, chunks })
      : `Sent ${source.name} (${readableBytes(bytes)}, ${chunks} chunks), unsigned.\n${digest}\n${tag}`,
  );
}

function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}

function sessionId(text: string | undefined): string {
  if (text === undefined) return randomUUID();
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu.test(text)) {
    throw new DockerCommsError('invalid', 'The session is not a UUID.', {
      detail: { session: text.slice(0, 64) },
    });
  }
  return text.toLowerCase();
}
