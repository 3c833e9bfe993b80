import type { Clock } from '../base/clock.ts';
import type { Logger } from './logger.ts';

/** Milliseconds without a new try after something that should not fail did (a full disk, a locked database). */
const restMilliseconds = 5_000;
/**
 * Milliseconds that two looks at what is due are at least apart when only the time leads to them: a time that has passed
 * while there was no room costs ten looks a second and not a busy processor.
 */
const shortestPause = 100;
/** Milliseconds that they are apart at most, a day: a timer of more than 24 days would fire at once, and others choose how long messages live. */
const longestPause = 86_400_000;

export interface WorkPumpOptions {
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'error'>;
  /**
   * Starts, with `WorkPump.run`, whatever is due and has room. Answers when something may be due next (milliseconds
   * since 1970), or null when only `pump` will tell. What it throws is logged, and it is asked again after a rest.
   */
  readonly startDue: () => number | null;
  /** Makes what waits for another try due now, for `WorkPump.hurry`. Left out: nothing here waits for that. */
  readonly hurryWaiting?: () => void;
}

/**
 * Keeps work that waits in rows going: at once when told, later by itself, again after each piece of work. It runs in
 * timers and behind answered calls, where nobody catches anything: so nothing that fails here ends the process, and a
 * store that cannot be written is tried now and then instead of at every turn.
 */
export class WorkPump {
  readonly #options: WorkPumpOptions;
  readonly #work = new Set<Promise<void>>();
  #cancelTimer: () => void = () => undefined;
  #stopped = true;
  #resting = false;
  #hurried = false;

  constructor(options: WorkPumpOptions) {
    this.#options = options;
  }

  /** Begins, or goes on after `stop`. */
  start(): void {
    this.#stopped = false;
    this.pump();
  }

  /** Starts nothing more; what is under way goes on, unless `LiveTransfers.stopAll` stops it. */
  stop(): void {
    this.#stopped = true;
    this.#resting = false;
    this.#cancelTimer();
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  /** What waits for another try is due now, or as soon as this runs: whatever it waited for is there again. */
  hurry(): void {
    this.#hurried = true;
    this.pump();
  }

  /** Starts whatever is due. Safe to call at any time; never throws. */
  pump(): void {
    if (this.#stopped || this.#resting) return;
    this.#cancelTimer();
    try {
      if (this.#hurried) this.#options.hurryWaiting?.();
      this.#hurried = false;
      const next = this.#options.startDue();
      if (next !== null) this.#after(next - this.#options.clock.now());
    } catch (error) {
      this.#rest(error);
    }
  }

  /** For `startDue`: runs `work` beside the rest; when it is done, whatever else is due has its turn. */
  run(work: () => Promise<void>): void {
    const running: Promise<void> = work()
      .catch((error: unknown) => this.#rest(error))
      .finally(() => {
        this.#work.delete(running);
        this.pump();
      });
    this.#work.add(running);
  }

  #after(milliseconds: number): void {
    const { clock } = this.#options;
    const pause = Math.min(longestPause, Math.max(shortestPause, milliseconds));
    this.#cancelTimer = clock.after(pause, () => this.pump());
  }

  #rest(error: unknown): void {
    const { clock, logger } = this.#options;
    logger.error({ err: error }, 'work that waits could not go on; it is tried again soon');
    if (this.#stopped) return;
    this.#resting = true;
    this.#cancelTimer();
    this.#cancelTimer = clock.after(restMilliseconds, () => {
      this.#resting = false;
      this.pump();
    });
  }
}
