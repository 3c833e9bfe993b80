import { cancellation } from './cancellation.ts';

/** Gives back all but `kept` bytes (by default everything) of what was taken. What was given back stays so. */
export type Release = (kept?: number) => void;

interface Waiter {
  readonly bytes: number;
  grant(): void;
}

/**
 * Bytes that all transfers together may hold. Requests are served strictly in order: a large one is never overtaken
 * for ever by small ones. One that is larger than the whole budget waits until it has the budget for itself.
 */
export class MemoryBudget {
  readonly #total: number;
  #free: number;
  readonly #waiting: Waiter[] = [];

  /** `bytes`: what may be held at once; at least 1. */
  constructor(bytes: number) {
    this.#total = bytes;
    this.#free = bytes;
  }

  /**
   * Waits until `bytes` are free and takes them, until the returned function gives them back. Throws `cancelled` when `signal` aborts first.
   */
  acquire(bytes: number, signal?: AbortSignal): Promise<Release> {
    const wanted = Math.min(bytes, this.#total);
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(cancellation(signal));
        return;
      }
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        this.#serve();
        if (signal !== undefined) reject(cancellation(signal));
      };
      const grant = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve(this.#releaser(wanted));
      };
      const waiter: Waiter = { bytes: wanted, grant };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(waiter);
      this.#serve();
    });
  }

  #serve(): void {
    for (
      let next = this.#waiting[0];
      next !== undefined && next.bytes <= this.#free;
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#free -= next.bytes;
      next.grant();
    }
  }

  #releaser(bytes: number): Release {
    let held = bytes;
    return (kept = 0) => {
      const back = Math.max(held - kept, 0);
      held -= back;
      this.#free += back;
      this.#serve();
    };
  }
}
