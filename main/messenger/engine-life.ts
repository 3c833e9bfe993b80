import type { Accounts } from './accounts.ts';
import type { Cleanup } from './cleanup/cleanup.ts';
import type { EngineContext } from './context.ts';
import type { Downloads } from './inbox/downloads.ts';
import type { ReceiptPump } from './inbox/receipt-pump.ts';
import type { Outbox } from './outbox/outbox.ts';
import { Wakefulness } from './wakefulness.ts';

export interface EngineParts {
  readonly context: EngineContext;
  readonly accounts: Accounts;
  readonly outbox: Outbox;
  readonly downloads: Downloads;
  readonly receipts: ReceiptPump;
  readonly cleanup: Cleanup;
  /** Closes the store and gives the home up. */
  readonly closeHome: () => Promise<void>;
}

/** When the moving parts of the engine run: begun, paused without a network, woken, closed for good. */
export class EngineLife {
  readonly #parts: EngineParts;
  readonly #wakefulness: Wakefulness;
  #running = false;
  #closing: Promise<void> | null = null;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#wakefulness = new Wakefulness({ clock: parts.context.clock, onWake: () => this.wake() });
  }

  /** Never fails: accounts show what is wrong. */
  async start(): Promise<void> {
    this.#running = true;
    this.#wakefulness.start();
    const { accounts, outbox, downloads, receipts, cleanup } = this.#parts;
    // First of all the registry of this computer: whoever has taken its port since must not be sent its messages.
    await accounts.start();
    if (!this.#isRunning()) return;
    outbox.start();
    downloads.start();
    receipts.start();
    cleanup.start();
  }

  /** The computer woke up, or the network is back. */
  wake(): void {
    if (this.#closing !== null) return;
    this.#parts.accounts.noteActivityEverywhere();
    void this.start();
    this.#parts.outbox.hurry();
  }

  /** No network: nothing more is begun until `wake`; uploads and downloads that are under way may end. */
  pause(): void {
    if (this.#closing === null) void this.#stop();
  }

  /** Resolves when nothing is under way any more and everything is closed. Closing twice is closing once. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Asked again after waiting: meanwhile somebody may have paused or closed. */
  #isRunning(): boolean {
    return this.#running;
  }

  async #stop(): Promise<void> {
    this.#running = false;
    const { accounts, outbox, downloads, receipts, cleanup } = this.#parts;
    outbox.stop();
    downloads.stop();
    await Promise.all([accounts.stop(), receipts.stop(), cleanup.stop()]);
  }

  async #close(): Promise<void> {
    const { context, outbox, downloads, closeHome } = this.#parts;
    this.#wakefulness.stop();
    const stopped = this.#stop();
    context.transfers.stopAll();
    try {
      await Promise.all([stopped, outbox.idle(), downloads.idle()]);
      await context.repositories.close();
      await context.embeddedRegistry?.stop();
    } finally {
      await closeHome();
    }
  }
}
