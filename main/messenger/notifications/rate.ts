/** Notifications that may follow each other at once: a few people write at the same time. */
const burst = 4;
/** Milliseconds after which one more may be shown: who is written to without an end looks up now and then. */
const refillMilliseconds = 15_000;

/** How many notifications may be shown: a token bucket. Pure but for what it remembers; times in milliseconds. */
export class NotificationRate {
  #tokens = burst;
  #filledAt = 0;

  /** How many may be shown at `now`. */
  available(now: number): number {
    // A clock that was set back must not silence anybody until it is right again.
    const passed = now < this.#filledAt ? Infinity : now - this.#filledAt;
    const refilled = Math.floor(passed / refillMilliseconds);
    if (this.#tokens + refilled >= burst) {
      this.#tokens = burst;
      this.#filledAt = now;
    } else if (refilled > 0) {
      this.#tokens += refilled;
      this.#filledAt += refilled * refillMilliseconds;
    }
    return this.#tokens;
  }

  take(count: number): void {
    this.#tokens -= count;
  }

  /** Milliseconds from `now` until one may be shown. */
  wait(now: number): number {
    return this.available(now) > 0 ? 0 : this.#filledAt + refillMilliseconds - now;
  }
}
