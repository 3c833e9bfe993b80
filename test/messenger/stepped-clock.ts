import type { Clock } from '../../main/base/clock.ts';

/** A clock that stands still until a test lets time pass. */
export class SteppedClock implements Clock {
  readonly #timers = new Set<{ at: number; readonly callback: () => void }>();
  #now: number;

  constructor(now = Date.parse('2026-11-23T12:00:00Z')) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Milliseconds until the next timer; null: none waits. */
  get next(): number | null {
    const times = [...this.#timers].map(({ at }) => at - this.#now);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Lets so many milliseconds pass and calls what is due, in order. */
  pass(milliseconds: number): void {
    const until = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = until;
  }

  /** Somebody corrects the clock, as computers do once they are on the network. Timers go on as they were. */
  putBack(milliseconds: number): void {
    this.#now -= milliseconds;
    for (const timer of this.#timers) timer.at -= milliseconds;
  }
}
