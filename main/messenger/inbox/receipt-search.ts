import pLimit from 'p-limit';
import { toDockerCommsError } from '../../base/errors.ts';
import type { Account } from '../../store/accounts.ts';
import type { EngineContext } from '../context.ts';
import { mailboxFor } from '../routing.ts';
import { waitAfter } from '../schedule.ts';
import { Judge } from '../trust/judge.ts';
import { ListedTags } from './listed-tags.ts';
import { PendingTags } from './pending-tags.ts';
import { awaitedIn, ReceiptTags } from './receipt-tags.ts';
import { applyReceipts } from './receipts.ts';

/**
 * Other people's mailboxes that are looked at side by side: few, because nobody waits for these looks and one's own mailbox
 * may be on the same host; not one alone, because one that does not answer would hold up all others for a minute.
 */
const mailboxesAtOnce = 2;

interface Place {
  /** How often looking there failed in a row. */
  failures: number;
  /** Not before this time. */
  notBefore: number;
  running: boolean;
  readonly pending: PendingTags;
}

/**
 * Looks for receipts in the mailboxes of others, where something of ours waits for one (protocol, "Routing"). Each
 * mailbox stands alone: one that does not answer is asked ever more seldom, and neither one's own mailbox nor anybody
 * else's waits for it.
 */
export class ReceiptSearch {
  readonly #context: EngineContext;
  readonly #onAnswered: () => void;
  readonly #places = new Map<string, Place>();
  readonly #limit = pLimit(mailboxesAtOnce);
  readonly #work = new Set<Promise<void>>();

  /** `onAnswered` is told when receipts changed anything. */
  constructor(context: EngineContext, onAnswered: () => void) {
    this.#context = context;
    this.#onAnswered = onAnswered;
  }

  /** Begins to look wherever it is time; what is under way goes on. */
  look(account: Account, signal: AbortSignal): void {
    const now = this.#context.clock.now();
    for (const repository of otherMailboxes(this.#context, account)) {
      const place = this.#placeOf(repository);
      if (place.running || now < place.notBefore) continue;
      place.running = true;
      const work: Promise<void> = this.#limit(() => this.#lookAt(account, repository, place, signal)).finally(
        () => this.#work.delete(work),
      );
      this.#work.add(work);
    }
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#work);
  }

  #placeOf(repository: string): Place {
    const place = this.#places.get(repository) ?? newPlace();
    this.#places.set(repository, place);
    return place;
  }

  async #lookAt(account: Account, repository: string, place: Place, signal: AbortSignal): Promise<void> {
    const { logger, clock } = this.#context;
    try {
      if (await this.#readReceipts(account, repository, signal)) this.#onAnswered();
      place.failures = 0;
    } catch (thrown) {
      const error = toDockerCommsError(thrown);
      if (error.code === 'cancelled') return;
      place.failures += 1;
      place.notBefore = clock.now() + waitAfter(error, place.failures, Math.random());
      logger.warn({ code: error.code, repository }, 'receipts could not be looked for');
    } finally {
      place.running = false;
    }
  }

  async #readReceipts(account: Account, repository: string, signal: AbortSignal): Promise<boolean> {
    const receipts = new ReceiptTags(this.#context, repository);
    const listed = new ListedTags();
    const client = this.#context.repositories.for(account, repository);
    for await (const tag of client.tags({ signal })) {
      receipts.offer(tag);
      listed.offer(tag);
    }
    const { pending } = this.#placeOf(repository);
    const judge = new Judge(this.#context, { account, repository, listed, signal });
    const options = { repository, tags: receipts.unseen(), judge, pending, signal };
    return applyReceipts(this.#context, account, options);
  }
}

function newPlace(): Place {
  return { failures: 0, notBefore: 0, running: false, pending: new PendingTags() };
}

/** Mailboxes of people in this account's conversations where a message of ours waits for its receipt. */
function otherMailboxes(context: EngineContext, account: Account): readonly string[] {
  const mailboxes = context.store.conversations
    .mailboxes(account.id)
    .map((theirs) => mailboxFor(account, theirs, context.localNetwork))
    .filter((mailbox) => mailbox !== account.repository);
  return [...new Set(mailboxes)].filter((mailbox) => awaitedIn(context, mailbox).length > 0);
}
