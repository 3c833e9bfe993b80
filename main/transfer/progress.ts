import { systemClock, type Clock } from '../base/clock.ts';

/** Structurally the window's `TransferProgress`: this floor does not know the window. */
export interface TransferProgress {
  readonly phase: 'preparing' | 'uploading' | 'downloading' | 'saving';
  /** Bytes of the file (before compression) that are done. */
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** Over the last seconds; null while unknown. */
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
}

export interface ProgressMeterOptions {
  readonly bytesTotal: number;
  /** Bytes that were done before; none, unless told. */
  readonly bytesDone?: number;
  readonly phase: TransferProgress['phase'];
  readonly report: (progress: TransferProgress) => void;
  readonly clock?: Clock;
}

interface Sample {
  readonly at: number;
  readonly bytesDone: number;
}

/** Milliseconds between two reports: ten in a second are as many as anybody sees. */
const reportInterval = 100;
/** Milliseconds over which the rate is taken: long enough to be calm, short enough to follow a line that changes. */
const rateWindow = 5_000;
/** Milliseconds of history below which a rate would be a guess. */
const shortestRate = 500;

/** Counts a transfer's bytes and reports at most ten times a second, each change of phase and the end always. */
export class ProgressMeter {
  readonly #clock: Clock;
  readonly #report: (progress: TransferProgress) => void;
  readonly #bytesTotal: number;
  #phase: TransferProgress['phase'];
  #bytesDone: number;
  #reportedAt = Number.NEGATIVE_INFINITY;
  readonly #samples: Sample[] = [];

  constructor({ bytesTotal, bytesDone = 0, phase, report, clock = systemClock }: ProgressMeterOptions) {
    this.#clock = clock;
    this.#report = report;
    this.#bytesTotal = bytesTotal;
    this.#bytesDone = bytesDone;
    this.#phase = phase;
    this.#tell();
  }

  /** Counts `bytes` more; fewer with a negative number (an upload that starts over). */
  add(bytes: number): void {
    this.#bytesDone += bytes;
    const since = this.#clock.now() - this.#reportedAt;
    // Below nothing: the clock was put back.
    if (since >= reportInterval || since < 0) this.#tell();
  }

  enter(phase: TransferProgress['phase']): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#tell();
  }

  /** The last report: what was counted, whatever the interval. */
  finish(): void {
    this.#tell();
  }

  #tell(): void {
    const at = this.#clock.now();
    this.#reportedAt = at;
    const bytesDone = Math.min(Math.max(Math.round(this.#bytesDone), 0), this.#bytesTotal);
    const bytesPerSecond = this.#rate({ at, bytesDone });
    this.#report({
      phase: this.#phase,
      bytesDone,
      bytesTotal: this.#bytesTotal,
      bytesPerSecond,
      secondsLeft:
        bytesPerSecond === null ? null : Math.ceil((this.#bytesTotal - bytesDone) / bytesPerSecond),
    });
  }

  /** Bytes a second since the oldest sample of the last seconds; null while nothing moves. */
  #rate(now: Sample): number | null {
    this.#samples.push(now);
    const oldest = this.#samples.findIndex(({ at }) => at <= now.at && now.at - at <= rateWindow);
    this.#samples.splice(0, oldest);
    const since = this.#samples[0] ?? now;
    const milliseconds = now.at - since.at;
    const bytes = now.bytesDone - since.bytesDone;
    return milliseconds < shortestRate || bytes <= 0 ? null : (bytes * 1000) / milliseconds;
  }
}
