import { parseDigest } from '../../base/digest.ts';
import { type DockerCommsError, toDockerCommsError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { Receipt } from '../../protocol/receipt.ts';
import type { Account } from '../../store/accounts.ts';
import type { Message } from '../../store/message.ts';
import type { DueReceipt } from '../../store/receipts.ts';
import type { EngineContext } from '../context.ts';
import { passesByItself } from '../errors.ts';
import { waitAfter } from '../schedule.ts';
import { fetchReceipts } from '../wire/mailbox.ts';
import { messageDescriptor } from '../wire/publish.ts';
import { publishReceipt } from '../wire/receipt.ts';
import type { PendingTags } from './pending-tags.ts';

export interface ApplyReceiptsOptions {
  /** Where they lie. */
  readonly repository: string;
  readonly tags: readonly string[];
  /** Which of them could not be read, and when to ask again. */
  readonly pending: PendingTags;
  readonly signal: AbortSignal;
}

/**
 * Reads the receipts behind `tags` and moves the messages that they answer. True when anything changed. Where pulls are
 * counted each one costs a pull, so what could not be read is asked for ever more seldom.
 */
export async function applyReceipts(
  context: EngineContext,
  account: Account,
  { repository, tags: listed, pending, signal }: ApplyReceiptsOptions,
): Promise<boolean> {
  const { store, clock } = context;
  const tags = listed.filter((tag) => pending.isDue(tag, clock.now()));
  let changed = false;
  for await (const fetched of fetchReceipts(context.repositories.for(account, repository), tags, signal)) {
    const { tag } = fetched;
    if (fetched.kind === 'failure') {
      if (fetched.transient) pending.postpone(tag, clock.now());
      else {
        store.receipts.recordSeen({
          repository,
          tag,
          forDigest: null,
          status: null,
          firstSeenAt: clock.now(),
        });
      }
      continue;
    }
    pending.settle(tag);
    const receipt = fetched.value;
    changed = applyReceipt(context, repository, receipt) || changed;
    const { for: forDigest, status } = receipt;
    store.receipts.recordSeen({ repository, tag, forDigest, status, firstSeenAt: clock.now() });
  }
  return changed;
}

/** A receipt says whom it answers inside; the tag only led here. Nobody signed it, so it confirms nothing. */
function applyReceipt(context: EngineContext, repository: string, receipt: Receipt): boolean {
  const answered = context.store.messages
    .findByDigest(repository, receipt.for)
    .filter(({ direction }) => direction === 'outgoing');
  return answered.map((message) => applyTo(context, message, receipt)).some(Boolean);
}

function applyTo({ store, events }: EngineContext, message: Message, receipt: Receipt): boolean {
  const changed =
    receipt.status === 'accepted'
      ? store.messages.transition(message.id, ['sent', 'rejected'], {
          state: 'delivered-unconfirmed',
          failure: null,
        })
      : store.messages.transition(message.id, ['sent'], {
          state: 'rejected',
          failure: {
            code: 'conflict',
            message:
              receipt.reason === undefined ? 'The other side refused it.' : `Refused: ${receipt.reason}`,
            detail: {},
            retryable: false,
            retryAt: null,
          },
        });
  if (changed) events.messageChanged(message.conversationId, message.id);
  return changed;
}

/** Tries that a receipt is worth: some days where the registry does not answer, some hours where it refuses. */
const mostTries = { unreachable: 1_000, refused: 30 } as const;

/**
 * Writes the receipts that are owed. One that fails waits its turn and stops no other; where a registry does not
 * answer, those for the same mailbox are not tried one by one.
 */
export async function pushDueReceipts(
  context: EngineContext,
  due: readonly DueReceipt[],
  signal: AbortSignal,
): Promise<void> {
  const silent = new Map<string, DockerCommsError>();
  for (const receipt of due) {
    const failure = silent.get(receipt.repository) ?? (await pushReceipt(context, receipt, signal));
    if (signal.aborted) return;
    if (failure === null) {
      context.store.receipts.settle(receipt.id);
      continue;
    }
    if (passesByItself(failure)) silent.set(receipt.repository, failure);
    postpone(context, receipt, failure);
  }
}

function postpone({ store, clock, logger }: EngineContext, due: DueReceipt, error: DockerCommsError): void {
  logger.warn({ code: error.code, repository: due.repository }, 'a receipt could not be written');
  const tries = due.attempts + 1;
  // A registry that lets one read but not write (a permission) may change its mind: slowly, and not for ever.
  if (tries >= (passesByItself(error) ? mostTries.unreachable : mostTries.refused)) {
    store.receipts.settle(due.id);
  } else {
    store.receipts.postpone(due.id, clock.now() + waitAfter(error, tries, Math.random()));
  }
}

/** Null once it was written, or when its account is gone; else why it was not. */
async function pushReceipt(
  context: EngineContext,
  due: DueReceipt,
  signal: AbortSignal,
): Promise<DockerCommsError | null> {
  const account = context.store.accounts.get(due.accountId);
  if (account === null) return null;
  try {
    const fields = receiptFields(context, account, due);
    const { tag, digest, bytes } = await publishReceipt(
      context.repositories.for(account, due.repository),
      fields,
      signal,
    );
    context.store.published.record({
      ...{ accountId: account.id, repository: due.repository, digest, tag, bytes },
      subject: fields.for,
      kind: 'receipt',
      expiresAt: fields.createdAt.getTime() + fields.ttlSeconds * 1000,
    });
    return null;
  } catch (error) {
    return toDockerCommsError(error);
  }
}

function receiptFields({ store, clock }: EngineContext, account: Account, due: DueReceipt) {
  const manifest = due.messageId === null ? null : store.messages.manifest(due.messageId);
  return {
    for: parseDigest(due.forDigest),
    status: due.status,
    verified: due.verified,
    ...(due.reason !== null && { reason: due.reason }),
    sender: account.identity,
    recipient: due.recipient,
    createdAt: new Date(Math.floor(clock.now() / 1000) * 1000),
    ttlSeconds: limits.timeToLiveSeconds,
    // From the bytes that were read, not from what the registry says that it has.
    ...(manifest && { subject: messageDescriptor(manifest) }),
  };
}
