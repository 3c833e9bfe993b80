import type { Account } from '../../store/accounts.ts';
import type { EngineContext } from '../context.ts';
import { readInbox } from '../wire/inbox-listing.ts';
import { acceptListing, type Accepted } from './accept.ts';
import { Judge } from '../trust/judge.ts';
import { reexamine } from '../trust/reexamine.ts';
import { ListedTags } from './listed-tags.ts';
import type { PendingTags } from './pending-tags.ts';
import { ReceiptTags } from './receipt-tags.ts';
import { fillSeats, waitingRequests } from './request-seats.ts';
import { applyReceipts } from './receipts.ts';

export interface LookOptions {
  /** Gets the messages that were new to this account, oldest first; what is in it stays when the look fails later on. */
  readonly accepted: Accepted[];
  readonly pending: PendingTags;
  readonly signal: AbortSignal;
}

/**
 * One look at an account's mailbox: a single listing for messages and receipts. Answers whether receipts changed
 * anything.
 */
export async function lookAtMailbox(
  context: EngineContext,
  account: Account,
  { accepted, pending, signal }: LookOptions,
): Promise<boolean> {
  const { store, clock, repositories, events } = context;
  const { repository } = account;
  const receipts = new ReceiptTags(context, repository);
  const listed = new ListedTags();
  const judge = new Judge(context, { account, repository, listed, signal });
  const inbox = readInbox(repositories.for(account), account.identity, {
    wanted: (tags) =>
      store.inbox.unseenTags(account.repository, tags).filter((tag) => pending.isDue(tag, clock.now())),
    other: (tag) => {
      receipts.offer(tag);
      listed.offer(tag);
    },
    signal,
  });
  const waited = waitingRequests(context, account);
  fillSeats(context, account);
  const latest = new Map<string, number>();
  for await (const listing of inbox) {
    await acceptListing(context, account, listing, { accepted, pending, latest, judge, signal });
  }
  if (waitingRequests(context, account) !== waited) events.emit({ type: 'accounts.changed' });
  await reexamine(context, account, { accepted, judge, signal });
  return applyReceipts(context, account, { repository, tags: receipts.unseen(), judge, pending, signal });
}
