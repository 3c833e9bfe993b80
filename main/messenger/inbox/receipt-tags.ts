import type { Digest } from '../../base/digest.ts';
import { limits } from '../../base/limits.ts';
import { receiptPrefix } from '../../protocol/tags.ts';
import type { EngineContext } from '../context.ts';

/** Milliseconds after a message has outlived its time in which its receipt is still looked for. */
const graceMilliseconds = limits.expiryGraceSeconds * 1000;

/** Messages of ours in `repository` whose receipt may still come. */
export function awaitedIn({ store, clock }: EngineContext, repository: string) {
  return store.messages.awaitingReceipts(repository, clock.now() - graceMilliseconds);
}

/** Collects, out of a listing, the tags that answer what we sent; everybody else's are not even remembered. */
export class ReceiptTags {
  readonly #context: EngineContext;
  readonly #repository: string;
  readonly #prefixes: ReadonlySet<string>;
  readonly #tags: string[] = [];

  constructor(context: EngineContext, repository: string) {
    this.#context = context;
    this.#repository = repository;
    this.#prefixes = new Set(
      awaitedIn(context, repository).map(({ digest }) => receiptPrefix(digest as Digest)),
    );
  }

  offer(tag: string): void {
    const end = tag.indexOf('-', 'receipt-'.length);
    if (end > 0 && this.#prefixes.has(tag.slice(0, end + 1))) this.#tags.push(tag);
  }

  unseen(): readonly string[] {
    return this.#context.store.receipts.unseenTags(this.#repository, this.#tags);
  }
}
