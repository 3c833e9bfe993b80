import type { EngineContext } from '../context.ts';
import { WorkPump } from '../work-pump.ts';
import { pushDueReceipts } from './receipts.ts';

/** Writes owed receipts, one round after the other: when they are owed, and again when one that failed is due. */
export class ReceiptPump {
  readonly #context: EngineContext;
  readonly #pump: WorkPump;
  #abort = new AbortController();
  #busy = false;
  #hurried = false;

  constructor(context: EngineContext) {
    this.#context = context;
    const { clock, logger } = context;
    this.#pump = new WorkPump({ clock, logger, startDue: () => this.#startDue() });
  }

  /** Begins, or goes on after `stop`. */
  start(): void {
    if (this.#abort.signal.aborted) this.#abort = new AbortController();
    this.#pump.start();
  }

  /** Resolves when nothing is under way; what is still owed stays owed. */
  async stop(): Promise<void> {
    this.#pump.stop();
    this.#abort.abort();
    await this.#pump.idle();
  }

  /** Writes what is owed; with `hurry` (a registry is back) also what waits for another try. Never throws. */
  pump({ hurry = false } = {}): void {
    this.#hurried ||= hurry;
    this.#pump.pump();
  }

  #startDue(): number | null {
    const { receipts } = this.#context.store;
    if (this.#busy) return null;
    if (this.#hurried) receipts.hurry();
    this.#hurried = false;
    const now = this.#context.clock.now();
    const due = receipts.due(now);
    if (due.length === 0) return receipts.nextRetryAt();
    this.#busy = true;
    this.#pump.run(async () => {
      try {
        await pushDueReceipts(this.#context, due, this.#abort.signal);
      } finally {
        this.#busy = false;
      }
    });
    return null;
  }
}
