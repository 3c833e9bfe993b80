import { retryDelay } from '../schedule.ts';

/**
 * When to ask again for messages and receipts that could not be read yet (their parts are not there, the registry fails for them
 * alone): ever more seldom, so that one of them does not cost a request at every look. Kept in memory: after a restart
 * everything is worth a try.
 */
export class PendingTags {
  readonly #waiting = new Map<string, { readonly tries: number; readonly notBefore: number }>();

  /** How often this tag was postponed in a row. */
  tries(tag: string): number {
    return this.#waiting.get(tag)?.tries ?? 0;
  }

  isDue(tag: string, now: number): boolean {
    return (this.#waiting.get(tag)?.notBefore ?? 0) <= now;
  }

  postpone(tag: string, now: number): void {
    const tries = this.tries(tag) + 1;
    this.#waiting.set(tag, { tries, notBefore: now + retryDelay(tries) });
  }

  settle(tag: string): void {
    this.#waiting.delete(tag);
  }
}
