import type { Digest } from '../../base/digest.ts';
import { receiptPrefix } from '../../protocol/tags.ts';
import type { Account } from '../../store/accounts.ts';
import type { EngineContext } from '../context.ts';
import { readInbox } from '../wire/inbox-listing.ts';
import { acceptListing, type Accepted } from './accept.ts';
import { applyReceipts } from './receipts.ts';

export interface LookResult {
  /** Messages that were new to this account, oldest first. */
  readonly accepted: readonly Accepted[];
  /** Whether receipts changed anything. */
  readonly answered: boolean;
}

/**
 * One look at the registry for one account: a single listing of its mailbox for messages and receipts, then the other
 * mailboxes where something it sent still waits for its receipt.
 */
export async function lookForMail(
  context: EngineContext,
  account: Account,
  signal: AbortSignal,
): Promise<LookResult> {
  const accepted: Accepted[] = [];
  const receipts = new ReceiptTags(context, account.repository);
  const inbox = readInbox(context.repositories.for(account), account.identity, {
    wanted: (tags) => context.store.inbox.unseenTags(account.repository, tags),
    other: (tag) => receipts.offer(tag),
    signal,
  });
  for await (const listing of inbox)
    accepted.push(...(await acceptListing(context, account, listing, signal)));
  let answered = await applyReceipts(context, account, account.repository, receipts.unseen(), signal);
  for (const repository of otherMailboxes(context, account)) {
    const elsewhere = new ReceiptTags(context, repository);
    const client = context.repositories.for(account, repository);
    for await (const tag of client.tags({ signal })) elsewhere.offer(tag);
    answered = (await applyReceipts(context, account, repository, elsewhere.unseen(), signal)) || answered;
  }
  return { accepted, answered };
}

/** Collects the tags that answer what we sent; everybody else's are not even remembered. */
class ReceiptTags {
  readonly #context: EngineContext;
  readonly #repository: string;
  readonly #prefixes: ReadonlySet<string>;
  readonly #tags: string[] = [];

  constructor(context: EngineContext, repository: string) {
    this.#context = context;
    this.#repository = repository;
    const awaited = context.store.messages.awaitingReceipts(repository);
    this.#prefixes = new Set(awaited.map(({ digest }) => receiptPrefix(digest as Digest)));
  }

  offer(tag: string): void {
    const end = tag.indexOf('-', 'receipt-'.length);
    if (end > 0 && this.#prefixes.has(tag.slice(0, end + 1))) this.#tags.push(tag);
  }

  unseen(): readonly string[] {
    return this.#context.store.receipts.unseenTags(this.#repository, this.#tags);
  }
}

/** Mailboxes of people in this account's conversations where a message of ours waits for its receipt. */
function otherMailboxes({ store }: EngineContext, account: Account): readonly string[] {
  const mailboxes = store.conversations
    .list()
    .filter(({ accountId }) => accountId === account.id)
    .map(({ person }) => person.mailbox)
    .filter((mailbox) => mailbox !== null && mailbox !== account.repository);
  return [...new Set(mailboxes)]
    .filter((mailbox) => mailbox !== null)
    .filter((mailbox) => store.messages.awaitingReceipts(mailbox).length > 0);
}
