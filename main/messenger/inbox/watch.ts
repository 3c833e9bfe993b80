import type { ConnectionState } from '../../../preload/views.ts';
import { toDockerCommsError } from '../../base/errors.ts';
import { isLoopbackHost, parseRepositoryReference } from '../../oci/reference.ts';
import type { EngineContext } from '../context.ts';
import { errorView, passesByItself } from '../errors.ts';
import { jittered, pollingInterval } from '../schedule.ts';
import type { Accepted } from './accept.ts';
import { lookForMail } from './look.ts';

export interface MailboxWatchOptions {
  readonly context: EngineContext;
  readonly accountId: string;
  /** Told the new messages of one look, together. */
  readonly onAccepted: (accepted: readonly Accepted[]) => void;
  /** Told after every look that worked; `recovered` when the one before had not, or there was none. */
  readonly onLooked: (recovered: boolean) => void;
}

/** Looks at one account's mailbox again and again: soon while people talk, seldom when it is quiet, not at all offline. */
export class MailboxWatch {
  readonly #options: MailboxWatchOptions;
  #connection: ConnectionState = { state: 'connecting' };
  #cancelTimer: () => void = () => undefined;
  #abort = new AbortController();
  #running: Promise<void> | null = null;
  #again = false;
  #failures = 0;
  #activeAt: number;
  #paused = true;

  constructor(options: MailboxWatchOptions) {
    this.#options = options;
    this.#activeAt = options.context.clock.now();
  }

  get connection(): ConnectionState {
    return this.#connection;
  }

  start(): void {
    this.#paused = false;
    void this.lookNow();
  }

  /** No network, or the engine closes: nothing more is tried until `start`. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#paused = true;
    this.#cancelTimer();
    this.#abort.abort();
    await this.#running;
    this.#abort = new AbortController();
  }

  /** Somebody is there: look often for a while. */
  noteActivity(): void {
    this.#activeAt = this.#options.context.clock.now();
  }

  /** Looks at once; when a look is under way, once more right after it. Resolves when the mailbox was looked at. */
  lookNow(): Promise<void> {
    if (this.#paused) return Promise.resolve();
    this.#cancelTimer();
    if (this.#running !== null) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#lookAndPlan().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #lookAndPlan(): Promise<void> {
    do {
      this.#again = false;
      await this.#look();
    } while (this.#askedAgain());
    this.#plan();
  }

  /** Whether somebody wanted another look while this one was under way. */
  #askedAgain(): boolean {
    return this.#again && !this.#paused && this.#failures === 0;
  }

  async #look(): Promise<void> {
    const { context, accountId, onAccepted, onLooked } = this.#options;
    const account = context.store.accounts.get(accountId);
    if (account === null) return;
    try {
      const { accepted, answered } = await lookForMail(context, account, this.#abort.signal);
      const recovered = this.#connection.state !== 'online';
      this.#failures = 0;
      if (accepted.length > 0 || answered) this.noteActivity();
      this.#setConnection({ state: 'online', syncedAt: context.clock.now() });
      if (accepted.length > 0) onAccepted(accepted);
      onLooked(recovered);
    } catch (error) {
      this.#noteFailure(error);
    }
  }

  #noteFailure(thrown: unknown): void {
    const { context, accountId } = this.#options;
    const error = toDockerCommsError(thrown);
    if (error.code === 'cancelled') return;
    this.#failures += 1;
    if (error.code === 'internal') context.logger.error({ err: error, accountId }, 'looking for mail failed');
    this.#setConnection({
      state: passesByItself(error) ? 'offline' : 'trouble',
      error: errorView(error),
      retryAt: context.clock.now() + this.#interval(),
    });
  }

  #plan(): void {
    if (this.#paused) return;
    const delay = jittered(this.#interval(), Math.random());
    this.#cancelTimer = this.#options.context.clock.after(delay, () => void this.lookNow());
  }

  #interval(): number {
    const { context, accountId } = this.#options;
    const account = context.store.accounts.get(accountId);
    return pollingInterval({
      quietMilliseconds: context.clock.now() - this.#activeAt,
      failures: this.#failures,
      loopback: account !== null && isLoopbackHost(parseRepositoryReference(account.repository).host),
    });
  }

  #setConnection(connection: ConnectionState): void {
    const before = this.#connection;
    this.#connection = connection;
    // Being online is told once; the time of the last look changes too often to be news.
    if (before.state === 'online' && connection.state === 'online') return;
    this.#options.context.events.emit({ type: 'accounts.changed' });
  }
}
