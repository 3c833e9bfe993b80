import { parseDigest } from '../../../base/digest.ts';
import { publishReceipt } from '../../../messenger/wire/receipt.ts';
import { messageDescriptor } from '../../../messenger/wire/publish.ts';
import { parseMessageManifest } from '../../../protocol/message.ts';
import type { CliContext, RepositoryChoice } from '../context.ts';

export interface AckOptions extends RepositoryChoice {
  readonly for: string;
  readonly status: 'accepted' | 'rejected';
  readonly verified: boolean;
  readonly reason?: string;
  readonly json: boolean;
}

/** `dockercomms ack`: answers a message with a receipt. The message must be there, or nobody could read the answer. */
export async function ack(context: CliContext, options: AckOptions): Promise<void> {
  const repository = await context.repository(options);
  const { bytes } = await repository.fetchManifest(parseDigest(options.for), context.signal);
  const message = parseMessageManifest(bytes);
  const subject = messageDescriptor(bytes);
  const { tag } = await publishReceipt(
    repository,
    {
      sender: message.recipient,
      recipient: message.sender,
      createdAt: new Date(Math.floor(Date.now() / 1000) * 1000),
      ttlSeconds: message.ttlSeconds,
      for: subject.digest,
      status: options.status,
      verified: options.verified,
      ...(options.reason !== undefined && { reason: options.reason }),
      subject,
    },
    { signal: context.signal },
  );
  const { digest } = subject;
  context.terminal.out(
    options.json ? JSON.stringify({ for: digest, tag }) : `Answered ${digest}: ${options.status}`,
  );
}
