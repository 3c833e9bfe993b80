import { parseDigest } from '../../base/digest.ts';
import { type DockerCommsError, toDockerCommsError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { wholeSeconds } from '../../protocol/annotations.ts';
import type { Receipt } from '../../protocol/receipt.ts';
import type { Account } from '../../store/accounts.ts';
import type { Message } from '../../store/message.ts';
import type { DueReceipt } from '../../store/receipts.ts';
import type { EngineContext } from '../context.ts';
import { passesByItself } from '../errors.ts';
import { waitAfter } from '../schedule.ts';
import type { Judge } from '../trust/judge.ts';
import { fetchReceipts } from '../wire/mailbox.ts';
import { messageDescriptor } from '../wire/publish.ts';
import { publishReceipt } from '../wire/receipt.ts';
import type { PendingTags } from './pending-tags.ts';

export interface ReceiptsToApply {
  /** Where they lie. */
  readonly repository: string;
  /** Of receipts that were not read yet. */
  readonly tags: readonly string[];
  /** Of this repository. */
  readonly judge: Judge;
  /** Which of them could not be read or judged, and when to ask again. */
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
  { repository, tags: listed, judge, pending, signal }: ReceiptsToApply,
): Promise<boolean> {
  const { store, clock } = context;
  const tags = listed.filter((tag) => pending.isDue(tag, clock.now()));
  let changed = false;
  for await (const fetched of fetchReceipts(context.repositories.for(account, repository), tags, signal)) {
    const { tag } = fetched;
    const seen = { repository, tag, firstSeenAt: clock.now() };
    if (fetched.kind === 'failure') {
      if (fetched.transient) pending.postpone(tag, clock.now());
      else store.receipts.recordSeen({ ...seen, forDigest: null, status: null });
      continue;
    }
    const { value: receipt, bytes } = fetched;
    const isLast = pending.tries(tag) >= triesOfUnsigned;
    const applied = await orLater(
      applyReceipt(context, { repository, receipt, manifest: bytes, judge, isLast }),
    );
    if (applied === 'later') {
      pending.postpone(tag, clock.now());
      continue;
    }
    pending.settle(tag);
    changed = applied || changed;
    store.receipts.recordSeen({ ...seen, forDigest: receipt.for, status: receipt.status });
  }
  return changed;
}

/** Whose signature cannot be looked at now stops no other. */
async function orLater(work: Promise<boolean | 'later'>): Promise<boolean | 'later'> {
  try {
    return await work;
  } catch (thrown) {
    const error = toDockerCommsError(thrown);
    if (error.code === 'cancelled' || error.code === 'rate-limited') throw error;
    return 'later';
  }
}

/**
 * Tries for a receipt whose signature may not be seen yet: listings are not of one moment. With the pauses between them
 * (`retryDelay`: 2, 4, 8, 16 and 32 seconds) a signature had a minute to show up; then it counts as unsigned.
 */
const triesOfUnsigned = 5;

interface ReadReceipt {
  readonly repository: string;
  readonly receipt: Receipt;
  readonly manifest: Uint8Array;
  readonly judge: Judge;
  /** Whether it is not looked at again, however little is known of it. */
  readonly isLast: boolean;
}

/** A receipt says whom it answers inside; the tag only led here. What it is worth is what its signature is worth. */
async function applyReceipt(
  context: EngineContext,
  { repository, receipt, manifest, judge, isLast }: ReadReceipt,
): Promise<boolean | 'later'> {
  const { store } = context;
  let changed = false;
  for (const message of store.messages.findByDigest(repository, receipt.for)) {
    const person = store.conversations.get(message.conversationId)?.person;
    if (message.direction !== 'outgoing' || person === undefined) continue;
    const { trust } = await judge.judge(person.identity, manifest);
    // Whoever signs signs receipts too: one without is somebody else's.
    const isForged = trust !== 'signed' && context.knownKeys.policyFor(person.id) !== null;
    if (isForged && trust === 'unsigned' && !isLast) return 'later';
    if (!isForged) changed = applyTo(context, message, receipt, trust === 'signed') || changed;
  }
  return changed;
}

function applyTo(
  { store, events }: EngineContext,
  message: Message,
  { status, reason }: Receipt,
  signed: boolean,
): boolean {
  const changed =
    status === 'accepted'
      ? store.messages.transition(message.id, unconfirmed, {
          state: signed ? 'delivered' : 'delivered-unconfirmed',
          failure: null,
        })
      : store.messages.transition(message.id, signed ? unconfirmed : ['sent'], {
          state: 'rejected',
          failure: {
            code: 'conflict',
            message: reason === undefined ? 'The other side refused it.' : `Refused: ${reason}`,
            detail: {},
            retryable: false,
            retryAt: null,
          },
        });
  if (changed) events.messageChanged(message.conversationId, message.id);
  return changed;
}

/** Where a message may stand before somebody's key has answered it. */
const unconfirmed = ['sent', 'rejected', 'delivered-unconfirmed'] as const;

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
    const signer = await context.ownKeys.signer(account.id);
    const { tag, digest, bytes, signature } = await publishReceipt(
      context.repositories.for(account, due.repository),
      fields,
      { signer, signal },
    );
    const ours = {
      accountId: account.id,
      repository: due.repository,
      expiresAt: fields.createdAt.getTime() + fields.ttlSeconds * 1000,
    };
    const { published } = context.store;
    published.record({ ...ours, digest, tag, bytes, subject: fields.for, kind: 'receipt' });
    if (signature !== null) published.record({ ...ours, ...signature, subject: digest, kind: 'signature' });
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
    createdAt: wholeSeconds(clock.now()),
    ttlSeconds: limits.timeToLiveSeconds,
    // From the bytes that were read, not from what the registry says that it has.
    ...(manifest && { subject: messageDescriptor(manifest) }),
  };
}
