import type { Digest } from '../../../base/digest.ts';
import { type DockerCommsError, type ErrorCode, toDockerCommsError } from '../../../base/errors.ts';
import { ListedTags } from '../../../messenger/inbox/listed-tags.ts';
import { type Fetched, fetchMessages, fetchReceipts } from '../../../messenger/wire/mailbox.ts';
import type { OciRepository } from '../../../oci/repository.ts';
import { parseIdentity } from '../../../protocol/identity.ts';
import { parseMessageManifest } from '../../../protocol/message.ts';
import type { Receipt } from '../../../protocol/receipt.ts';
import { anyInboxPrefix, anyReceiptPrefix, inboxPrefix } from '../../../protocol/tags.ts';
import { Authorship, type BelieveOptions, requireFrom } from '../authorship.ts';
import type { CliContext, RepositoryChoice } from '../context.ts';
import { type ExitCode, exitCodeOf, worstExitCode } from '../exit-codes.ts';
import { describeError, printable, readableBytes } from '../terminal.ts';

export interface ListOptions extends RepositoryChoice, BelieveOptions {
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
  /** Whether the addressee of the message signed it; receipts without a signature are only hearsay. */
  readonly confirmed: boolean;
}

/**
 * `dockercomms list`: what lies in the repository, without fetching a payload or marking anything as seen. What cannot be
 * read is said and counts for the exit code, and hides nothing else.
 */
export async function list(context: CliContext, options: ListOptions): Promise<ExitCode> {
  requireFrom(options);
  const repository = await context.repository(options);
  const prefix = options.me === undefined ? anyInboxPrefix : inboxPrefix(parseIdentity(options.me));
  const tags = await tagsByKind(repository, prefix, context.signal);
  const unreadable: Unreadable[] = [];
  const messages = await readMessages(repository, tags.messages, unreadable, context.signal);
  const receipts = options.receipts
    ? await readReceipts(
        repository,
        tags,
        unreadable,
        await Authorship.open(context, repository, { believe: options }),
        context.signal,
      )
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
  const proofs = new ListedTags();
  for await (const tag of repository.tags({ signal })) {
    if (tag.startsWith(prefix)) messages.push(tag);
    else if (tag.startsWith(anyReceiptPrefix)) receipts.push(tag);
    else proofs.offer(tag);
  }
  return { messages: messages.sort(), receipts: receipts.sort(), proofs };
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
  tags: { readonly receipts: readonly string[]; readonly proofs: ListedTags },
  unreadable: Unreadable[],
  authorship: Authorship,
  signal: AbortSignal,
): Promise<ListedReceipt[]> {
  const receipts: ListedReceipt[] = [];
  for await (const found of fetchReceipts(repository, tags.receipts, signal)) {
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
      confirmed: await isConfirmed(repository, found, { authorship, proofs: tags.proofs, signal }),
    });
  }
  return receipts;
}

type FoundReceipt = Extract<Fetched<Receipt>, { kind: 'found' }>;

interface Confirming {
  readonly authorship: Authorship;
  readonly proofs: ListedTags;
  readonly signal: AbortSignal;
}

/** Signed by whoever it names, who is the one that the message was written to. Fails as the registry does. */
async function isConfirmed(
  repository: OciRepository,
  { digest, bytes, value: receipt }: FoundReceipt,
  { authorship, proofs, signal }: Confirming,
): Promise<boolean> {
  try {
    await authorship.of(receipt.sender, bytes, { tags: proofs.bundlesOf(digest) });
    const message = await repository.fetchManifest(receipt.for, signal);
    return parseMessageManifest(message.bytes).recipient === receipt.sender;
  } catch (thrown) {
    const { code } = toDockerCommsError(thrown);
    if (unproven.has(code)) return false;
    throw thrown;
  }
}

/** What a receipt is that proves nothing, or answers something that is no longer there or never was a message. */
const unproven: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'untrusted',
  'verification-failed',
  'not-found',
  'protocol',
]);

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
  for (const { for: digest, status, reason, sender, confirmed } of receipts) {
    const how = confirmed ? 'confirmed' : 'unconfirmed';
    const why = reason === null ? '' : `: ${printable(reason)}`;
    terminal.out(`receipt  ${digest}  ${status}${why}  by ${printable(sender)}, ${how}`);
  }
}
