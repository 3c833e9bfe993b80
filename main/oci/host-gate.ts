import type { Clock } from '../base/clock.ts';
import { DockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { backoffMs, keepProcessAlive, longestWaitMs, parseRetryAfter } from './retry.ts';

/** Failures one after the other that are bad luck; more are a host in trouble. */
const toleratedFailures = 3;
/** The longest rest that nobody asked for: who plans the work waits longer by itself. */
const longestOwnRestMs = 3_000;

export interface HostGateOptions {
  /** `host:port`, for failures. */
  readonly host: string;
  readonly clock: Clock;
  /** Requests in flight at once. */
  readonly limit: number;
}

/** One request's stay behind the gate. */
export interface Passage {
  /** The host answered. What its status and `Retry-After` say of the host concerns everybody's requests. */
  answered(status: number, retryAfter: string | undefined): void;
  /** It did not answer. */
  failed(): void;
  /** The answer was read to its end, or given up: the next may enter. Only the first call counts. */
  leave(): void;
}

interface Waiter {
  enter(): void;
  refuse(error: DockerCommsError): void;
}

/**
 * How all of us together talk to one host: at most `limit` requests in flight, in the order in which they came, and a
 * rest for everybody when the host asked one of us for it (429, `Retry-After`) or failed several times in a row. A
 * request is in flight until its answer's body was read or given up.
 *
 * Nobody may wait here while holding a place here, or all places could be held by those who wait. Logins and redirects
 * therefore let go of one answer before the next request begins; who reads a listing or a blob as a stream must be able
 * to end it without another request to that host.
 */
export class HostGate {
  readonly #options: HostGateOptions;
  readonly #waiting = new Set<Waiter>();
  #inFlight = 0;
  #restUntil = Number.NEGATIVE_INFINITY;
  /** Milliseconds that the rest was to last when it began. */
  #restLength = 0;
  #cancelAlarm: (() => void) | null = null;
  /** Requests that began before the last rest tell nothing about the time after it. */
  #rests = 0;
  #failuresInARow = 0;
  /** Rests in a row after which nothing went well. */
  #troubles = 0;

  constructor(options: HostGateOptions) {
    this.#options = options;
  }

  /** Nothing is under way, and nothing has to be remembered. */
  get isIdle(): boolean {
    return this.#inFlight === 0 && this.#waiting.size === 0 && this.#restLeft() <= 0;
  }

  /**
   * Waits for a place, and for the end of a rest. Fails `cancelled`, and `rate-limited` with `retryAfterMs` when the rest
   * is longer than a held request should wait.
   */
  enter(signal?: AbortSignal): Promise<Passage> {
    return new Promise((resolve, reject) => {
      const settle = (action: () => void): void => {
        signal?.removeEventListener('abort', giveUp);
        this.#waiting.delete(waiter);
        action();
      };
      const waiter: Waiter = {
        enter: () => settle(() => resolve(this.#passage())),
        refuse: (error) => settle(() => reject(error)),
      };
      const giveUp = (): void => {
        waiter.refuse(new DockerCommsError('cancelled', 'Cancelled.'));
        this.#serve();
      };
      if (signal?.aborted === true) {
        giveUp();
        return;
      }
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(waiter);
      this.#serve();
    });
  }

  #passage(): Passage {
    this.#inFlight += 1;
    const begun = this.#rests;
    let left = false;
    return {
      answered: (status, retryAfter) => this.#noteAnswer(begun, status, retryAfter),
      failed: () => this.#noteFailure(begun),
      leave: () => {
        if (left) return;
        left = true;
        this.#inFlight -= 1;
        this.#serve();
      },
    };
  }

  #noteAnswer(begun: number, status: number, retryAfter: string | undefined): void {
    const askedMs = parseRetryAfter(retryAfter, this.#options.clock.now());
    if (status === 429 || (status === 503 && askedMs !== null)) this.#noteWish(begun, askedMs);
    // 501 is an answer: this host never does that.
    else if (status >= 500 && status !== 501) this.#noteFailure(begun);
    else this.#noteSuccess(begun);
  }

  #noteSuccess(begun: number): void {
    this.#failuresInARow = 0;
    if (begun === this.#rests) this.#troubles = 0;
  }

  #noteFailure(begun: number): void {
    if (begun !== this.#rests) return;
    this.#failuresInARow += 1;
    if (this.#failuresInARow >= toleratedFailures) this.#restByOurselves();
  }

  #noteWish(begun: number, askedMs: number | null): void {
    if (askedMs === null) {
      if (begun === this.#rests) this.#restByOurselves();
      return;
    }
    // Never earlier than asked, and not all clients at the same moment.
    this.#rest(Math.min(askedMs, limits.longestAskedRestMilliseconds) * (1 + Math.random() / 10));
  }

  #restByOurselves(): void {
    this.#troubles += 1;
    this.#rest(Math.min(backoffMs(this.#troubles, Math.random()), longestOwnRestMs));
  }

  #rest(milliseconds: number): void {
    this.#rests += 1;
    this.#failuresInARow = 0;
    this.#restLength = Math.max(this.#restLeft(), milliseconds);
    this.#restUntil = this.#options.clock.now() + this.#restLength;
    this.#serve();
  }

  /** Never more than it was to last: a clock that is put back, as at many a start without a network, makes no rest longer. */
  #restLeft(): number {
    const now = this.#options.clock.now();
    this.#restUntil = Math.min(this.#restUntil, now + this.#restLength);
    return this.#restUntil - now;
  }

  #serve(): void {
    const rest = this.#restLeft();
    if (rest > longestWaitMs) this.#refuseAll(rest);
    if (this.#waiting.size === 0) this.#disarm();
    else if (rest > 0) this.#arm(rest);
    else this.#admit();
  }

  #admit(): void {
    for (const waiter of this.#waiting) {
      if (this.#inFlight >= this.#options.limit) return;
      waiter.enter();
    }
  }

  #refuseAll(rest: number): void {
    const { host } = this.#options;
    for (const waiter of this.#waiting) {
      waiter.refuse(
        new DockerCommsError('rate-limited', `${host} asks to slow down. Try again in a while.`, {
          detail: { host, retryAfterMs: Math.ceil(rest) },
        }),
      );
    }
  }

  #arm(rest: number): void {
    if (this.#cancelAlarm !== null) return;
    const until = this.#restUntil;
    const letEnd = keepProcessAlive();
    const stop = this.#options.clock.after(rest, () => {
      this.#disarm();
      // By the alarm and not by the hour: clocks are set, and computers sleep.
      if (this.#restUntil === until) this.#restUntil = Number.NEGATIVE_INFINITY;
      this.#serve();
    });
    this.#cancelAlarm = () => {
      stop();
      letEnd();
    };
  }

  #disarm(): void {
    this.#cancelAlarm?.();
    this.#cancelAlarm = null;
  }
}
