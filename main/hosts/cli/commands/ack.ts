import { parseDigest } from '../../../base/digest.ts';
import { messageDescriptor } from '../../../messenger/wire/publish.ts';
import { parseMessageManifest } from '../../../protocol/message.ts';
import { Authorship, type BelieveOptions, requireFrom } from '../authorship.ts';
import type { CliContext, RepositoryChoice } from '../context.ts';
import { ReceiptWriter } from '../receipt-writer.ts';

export interface AckOptions extends RepositoryChoice, BelieveOptions {
  readonly for: string;
  readonly status: 'accepted' | 'rejected';
  readonly verified: boolean;
  readonly reason?: string;
  readonly json: boolean;
}

/**
 * `dockercomms ack`: answers a message with a receipt. The message must be there, or nobody could read the answer, and
 * what the receipt calls verified is verified first.
 */
export async function ack(context: CliContext, options: AckOptions): Promise<void> {
  requireFrom(options);
  const { verified, status, reason } = options;
  const repository = await context.repository(options);
  const { bytes } = await repository.fetchManifest(parseDigest(options.for), context.signal);
  const message = parseMessageManifest(bytes);
  if (verified) {
    const authorship = await Authorship.open(context, repository, { believe: options });
    await authorship.ofMessage(message, bytes);
  }
  const subject = messageDescriptor(bytes);
  const answer = { status, verified, ...(reason !== undefined && { reason }) };
  const { tag } = await new ReceiptWriter(context, repository).write(message, subject, answer);
  const { digest } = subject;
  context.terminal.out(
    options.json ? JSON.stringify({ for: digest, tag }) : `Answered ${digest}: ${options.status}`,
  );
}
