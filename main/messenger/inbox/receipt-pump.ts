import type { EngineContext } from '../context.ts';
import { pushDueReceipts } from './receipts.ts';

/** Milliseconds in which further receipts may join a round. */
const gathering = 50;

/** Writes owed receipts one round at a time, soon after they are owed and again when a failed one is due. */
export class ReceiptPump {
  readonly #context: EngineContext;
  #abort = new AbortController();
  #cancelTimer: () => void = () => undefined;
  #running: Promise<void> | null = null;
  #stopped = true;

  constructor(context: EngineContext) {
    this.#context = context;
  }

  start(): void {
    this.#stopped = false;
    this.#abort = new AbortController();
    this.pump();
  }

  /** Resolves when nothing is under way; what is still owed stays owed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer();
    this.#abort.abort();
    await this.#running;
  }

  /** Writes what is owed soon; with `hurry` (a registry is back) also what waits for another try. */
  pump({ hurry = false } = {}): void {
    if (hurry) this.#context.store.receipts.hurry();
    this.#plan(gathering);
  }

  #plan(milliseconds: number): void {
    this.#cancelTimer();
    if (this.#stopped) return;
    this.#cancelTimer = this.#context.clock.after(milliseconds, () => {
      this.#running ??= this.#round().finally(() => {
        this.#running = null;
      });
    });
  }

  async #round(): Promise<void> {
    const { store, clock, logger } = this.#context;
    try {
      await pushDueReceipts(this.#context, this.#abort.signal);
    } catch (error) {
      logger.error({ err: error }, 'writing receipts failed unexpectedly');
    }
    const next = store.receipts.nextRetryAt();
    if (next !== null) this.#plan(Math.max(1000, next - clock.now()));
  }
}
