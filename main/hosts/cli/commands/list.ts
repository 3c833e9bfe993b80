import type { Digest } from '../../../base/digest.ts';
import { fetchMessages, fetchReceipts } from '../../../messenger/wire/mailbox.ts';
import type { OciRepository } from '../../../oci/repository.ts';
import { parseIdentity } from '../../../protocol/identity.ts';
import { anyInboxPrefix, anyReceiptPrefix, inboxPrefix } from '../../../protocol/tags.ts';
import type { CliContext } from '../context.ts';
import { printable, readableBytes } from '../terminal.ts';

export interface ListOptions {
  readonly repo: string;
  readonly me?: string;
  readonly receipts: boolean;
  readonly account?: string;
  readonly json: boolean;
}

interface ListedMessage {
  readonly digest: Digest;
  readonly tag: string;
  readonly sender: string;
  readonly recipient: string;
  readonly filename: string;
  readonly bytes: number;
  readonly createdAt: string;
}

interface ListedReceipt {
  readonly for: Digest;
  readonly status: 'accepted' | 'rejected';
  readonly verified: boolean;
  readonly reason: string | null;
  readonly sender: string;
  /** Whether the addressee's key signed it; receipts without a signature are only hearsay. */
  readonly confirmed: boolean;
}

/** `dockercomms list`: what lies in the repository, without fetching a payload or marking anything as seen. */
export async function list(context: CliContext, options: ListOptions): Promise<void> {
  const repository = context.repository(options.repo, options.account);
  const prefix = options.me === undefined ? anyInboxPrefix : inboxPrefix(parseIdentity(options.me));
  const tags = await tagsByKind(repository, prefix, context.signal);
  const messages = await readMessages(repository, tags.messages, context.signal);
  const receipts = options.receipts ? await readReceipts(repository, tags.receipts, context.signal) : [];
  if (options.json) context.terminal.out(JSON.stringify({ messages, receipts }));
  else printListing(context, messages, receipts);
}

async function tagsByKind(repository: OciRepository, prefix: string, signal: AbortSignal) {
  const messages: string[] = [];
  const receipts: string[] = [];
  for await (const tag of repository.tags({ signal })) {
    if (tag.startsWith(prefix)) messages.push(tag);
    else if (tag.startsWith(anyReceiptPrefix)) receipts.push(tag);
  }
  return { messages: messages.sort(), receipts: receipts.sort() };
}

async function readMessages(
  repository: OciRepository,
  tags: readonly string[],
  signal: AbortSignal,
): Promise<ListedMessage[]> {
  const found = await fetchMessages(repository, tags, signal);
  const messages = found.flatMap((item) => {
    if (item.kind === 'failure') return [];
    const { sender, recipient, filename, totalBytes, createdAt } = item.value;
    const { digest, tag } = item;
    return [
      { digest, tag, sender, recipient, filename, bytes: totalBytes, createdAt: createdAt.toISOString() },
    ];
  });
  return messages.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

async function readReceipts(
  repository: OciRepository,
  tags: readonly string[],
  signal: AbortSignal,
): Promise<ListedReceipt[]> {
  const found = await fetchReceipts(repository, tags, signal);
  return found.flatMap((item) => {
    if (item.kind === 'failure') return [];
    const { status, verified, reason, sender } = item.value;
    return [{ for: item.value.for, status, verified, reason: reason ?? null, sender, confirmed: false }];
  });
}

function printListing(
  { terminal }: CliContext,
  messages: readonly ListedMessage[],
  receipts: readonly ListedReceipt[],
): void {
  for (const { createdAt, sender, recipient, filename, bytes, digest } of messages) {
    terminal.out(
      `${createdAt}  ${printable(sender)} → ${printable(recipient)}  ${printable(filename)} (${readableBytes(bytes)})  ${digest}`,
    );
  }
  for (const { for: digest, status, reason, sender } of receipts) {
    const why = reason === null ? '' : `: ${printable(reason)}`;
    terminal.out(`receipt  ${digest}  ${status}${why}  by ${printable(sender)}, unconfirmed`);
  }
  if (messages.length + receipts.length === 0) terminal.err('Nothing here.');
}
