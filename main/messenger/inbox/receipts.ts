import { parseDigest } from '../../base/digest.ts';
import { toDockerCommsError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { Receipt } from '../../protocol/receipt.ts';
import type { Account } from '../../store/accounts.ts';
import type { Message } from '../../store/message.ts';
import type { DueReceipt } from '../../store/receipts.ts';
import type { EngineContext } from '../context.ts';
import { passesByItself } from '../errors.ts';
import { retryDelay } from '../schedule.ts';
import { fetchReceipts } from '../wire/mailbox.ts';
import { publishReceipt } from '../wire/receipt.ts';

/** Reads the receipts behind `tags` and moves the messages that they answer. True when anything changed. */
export async function applyReceipts(
  context: EngineContext,
  account: Account,
  repository: string,
  tags: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  if (tags.length === 0) return false;
  const { store, clock } = context;
  let changed = false;
  for (const fetched of await fetchReceipts(context.repositories.for(account, repository), tags, signal)) {
    const { tag } = fetched;
    if (fetched.kind === 'failure') {
      if (!fetched.transient) {
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

/** Writes the receipts that are owed; one that fails waits its turn and stops no other. */
export async function pushDueReceipts(context: EngineContext, signal: AbortSignal): Promise<void> {
  for (const due of context.store.receipts.due(context.clock.now())) {
    const account = context.store.accounts.get(due.accountId);
    if (account === null) {
      context.store.receipts.settle(due.id);
      continue;
    }
    await pushReceipt(context, account, due, signal);
  }
}

async function pushReceipt(
  context: EngineContext,
  account: Account,
  due: DueReceipt,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, logger } = context;
  const repository = context.repositories.for(account, due.repository);
  try {
    const subject = await repository.resolve(due.forDigest, signal);
    await publishReceipt(
      repository,
      {
        for: parseDigest(due.forDigest),
        status: due.status,
        verified: due.verified,
        ...(due.reason !== null && { reason: due.reason }),
        sender: account.identity,
        recipient: due.recipient,
        createdAt: new Date(Math.floor(clock.now() / 1000) * 1000),
        ttlSeconds: limits.timeToLiveSeconds,
        ...(subject && { subject }),
      },
      signal,
    );
    store.receipts.settle(due.id);
  } catch (thrown) {
    const error = toDockerCommsError(thrown);
    if (error.code === 'cancelled') return;
    logger.warn({ code: error.code, repository: due.repository }, 'a receipt could not be written');
    // A registry that lets one read but not write (a permission) may change its mind: slowly, and not for ever.
    const waits = passesByItself(error) || due.attempts < 20;
    if (waits) store.receipts.postpone(due.id, clock.now() + retryDelay(due.attempts + 1));
    else store.receipts.settle(due.id);
  }
}
