import type { Digest } from '../../../base/digest.ts';
import type { DockerCommsError } from '../../../base/errors.ts';
import { fetchMessages, fetchReceipts } from '../../../messenger/wire/mailbox.ts';
import type { OciRepository } from '../../../oci/repository.ts';
import { parseIdentity } from '../../../protocol/identity.ts';
import { anyInboxPrefix, anyReceiptPrefix, inboxPrefix } from '../../../protocol/tags.ts';
import type { CliContext, RepositoryChoice } from '../context.ts';
import { type ExitCode, exitCodeOf, worstExitCode } from '../exit-codes.ts';
import { describeError, printable, readableBytes } from '../terminal.ts';

export interface ListOptions extends RepositoryChoice {
  readonly me?: string;
  readonly receipts: boolean;
  readonly json: boolean;
}

interface Unreadable {
  readonly tag: string;
  readonly error: DockerCommsError;
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

/**
 * `dockercomms list`: what lies in the repository, without fetching a payload or marking anything as seen. What cannot be
 * read is said and counts for the exit code, and hides nothing else.
 */
export async function list(context: CliContext, options: ListOptions): Promise<ExitCode> {
  const repository = await context.repository(options);
  const prefix = options.me === undefined ? anyInboxPrefix : inboxPrefix(parseIdentity(options.me));
  const tags = await tagsByKind(repository, prefix, context.signal);
  const unreadable: Unreadable[] = [];
  const messages = await readMessages(repository, tags.messages, unreadable, context.signal);
  const receipts = options.receipts
    ? await readReceipts(repository, tags.receipts, unreadable, context.signal)
    : [];
  if (options.json) context.terminal.out(JSON.stringify({ messages, receipts }));
  else printListing(context, messages, receipts);
  for (const { tag, error } of unreadable) context.terminal.err(`Unreadable ${tag}: ${describeError(error)}`);
  if (messages.length + receipts.length + unreadable.length === 0) context.terminal.err('Nothing here.');
  return worstExitCode(unreadable.map(({ error }) => exitCodeOf(error)));
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
  unreadable: Unreadable[],
  signal: AbortSignal,
): Promise<ListedMessage[]> {
  const messages: ListedMessage[] = [];
  for await (const found of fetchMessages(repository, tags, signal)) {
    if (found.kind === 'failure') {
      unreadable.push(found);
      continue;
    }
    const { sender, recipient, filename, totalBytes: bytes } = found.value;
    const { digest, tag } = found;
    const createdAt = found.value.createdAt.toISOString();
    messages.push({ digest, tag, sender, recipient, filename, bytes, createdAt });
  }
  return messages.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

async function readReceipts(
  repository: OciRepository,
  tags: readonly string[],
  unreadable: Unreadable[],
  signal: AbortSignal,
): Promise<ListedReceipt[]> {
  const receipts: ListedReceipt[] = [];
  for await (const found of fetchReceipts(repository, tags, signal)) {
    if (found.kind === 'failure') {
      unreadable.push(found);
      continue;
    }
    const { status, verified, reason, sender } = found.value;
    receipts.push({
      for: found.value.for,
      status,
      verified,
      reason: reason ?? null,
      sender,
      confirmed: false,
    });
  }
  return receipts;
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
}
