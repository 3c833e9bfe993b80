import type { Accounts } from './accounts.ts';
import type { Cleanup } from './cleanup/cleanup.ts';
import type { EngineContext } from './context.ts';
import type { Downloads } from './inbox/downloads.ts';
import type { ReceiptPump } from './inbox/receipt-pump.ts';
import type { Notifier } from './notifications/notifier.ts';
import type { Outbox } from './outbox/outbox.ts';
import { pausedUntil, type QuietTimes } from './quiet-times.ts';
import type { Updates } from './updates/updates.ts';
import { Wakefulness } from './wakefulness.ts';

export interface EngineParts {
  readonly context: EngineContext;
  readonly accounts: Accounts;
  readonly outbox: Outbox;
  readonly downloads: Downloads;
  readonly receipts: ReceiptPump;
  readonly cleanup: Cleanup;
  readonly quietTimes: QuietTimes;
  readonly updates: Updates;
  readonly notifier: Notifier;
  /** Closes the store and gives the home up. */
  readonly closeHome: () => Promise<void>;
}

/** When the moving parts of the engine run: begun, held by a person or without a network, woken, closed for good. */
export class EngineLife {
  readonly #parts: EngineParts;
  readonly #wakefulness: Wakefulness;
  #running = false;
  #closing: Promise<void> | null = null;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#wakefulness = new Wakefulness({ clock: parts.context.clock, onWake: () => this.wake() });
    parts.quietTimes.whenPauseChanges(() => this.#followPause());
  }

  /** Never fails: accounts show what is wrong. One that is closed stays so. */
  async start(): Promise<void> {
    if (this.#closing !== null) return;
    this.#wakefulness.start();
    this.#parts.quietTimes.start();
    await this.#run();
  }

  async #run(): Promise<void> {
    const { context, accounts, outbox, downloads, receipts, cleanup, updates } = this.#parts;
    // What lies on this computer is there for others also while nothing is looked for here.
    if (pausedUntil(context) !== null) return accounts.serve();
    this.#running = true;
    // First of all the registry of this computer: whoever has taken its port since must not be sent its messages.
    await accounts.start();
    if (!this.#isRunning()) return;
    outbox.start();
    downloads.start();
    receipts.start();
    cleanup.start();
    updates.start();
  }

  /** The computer woke up, its clock was put back, or the network is back: nothing waits for an hour any more. */
  wake(): void {
    if (this.#closing !== null) return;
    const { accounts, outbox, downloads, receipts } = this.#parts;
    accounts.noteActivityEverywhere();
    void this.start();
    outbox.hurry();
    downloads.hurry();
    receipts.pump({ hurry: true });
  }

  /** A person pauses: what is under way may end, nothing more begins. Or goes on: as after sleep. */
  #followPause(): void {
    if (this.#closing !== null) return;
    if (pausedUntil(this.#parts.context) !== null) void this.#stop();
    else this.wake();
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
    const { accounts, outbox, downloads, receipts, cleanup, updates } = this.#parts;
    outbox.stop();
    downloads.stop();
    await Promise.all([accounts.stop(), receipts.stop(), cleanup.stop(), updates.stop()]);
  }

  async #close(): Promise<void> {
    const { context, outbox, downloads, updates, closeHome } = this.#parts;
    this.#wakefulness.stop();
    this.#parts.quietTimes.stop();
    this.#parts.notifier.stop();
    const stopped = this.#stop();
    context.transfers.stopAll();
    try {
      await Promise.all([stopped, outbox.idle(), downloads.idle()]);
      await context.repositories.close();
      await context.embeddedRegistry?.stop();
      await updates.replaceAtEnd();
    } finally {
      await closeHome();
    }
  }
}
