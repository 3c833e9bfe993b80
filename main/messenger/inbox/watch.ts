import type { ConnectionState } from '../../../preload/contract/connection.ts';
import { DockerCommsError, isDockerCommsError, toDockerCommsError } from '../../base/errors.ts';
import { isLoopbackHost, parseRepositoryReference } from '../../oci/reference.ts';
import type { Account } from '../../store/accounts.ts';
import type { EngineContext } from '../context.ts';
import { errorView, passesByItself } from '../errors.ts';
import { hasNetwork } from '../wakefulness.ts';
import { askedToWait, jittered, pollingInterval } from '../schedule.ts';
import type { Accepted } from './accept.ts';
import { lookAtMailbox } from './look.ts';
import { PendingTags } from './pending-tags.ts';
import { ReceiptSearch } from './receipt-search.ts';

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
  readonly #pending = new PendingTags();
  readonly #elsewhere: ReceiptSearch;
  #connection: ConnectionState = { state: 'connecting' };
  #cancelTimer: () => void = () => undefined;
  #abort = new AbortController();
  #running: Promise<void> | null = null;
  #again = false;
  #lookedAt: number | null = null;
  #nextLookAt: number | null = null;
  #failures = 0;
  #askedToWait = 0;
  #loopback = false;
  #activeAt: number;
  #paused = true;

  constructor(options: MailboxWatchOptions) {
    this.#options = options;
    this.#activeAt = options.context.clock.now();
    this.#elsewhere = new ReceiptSearch(options.context, () => this.noteActivity());
  }

  get connection(): ConnectionState {
    return this.#connection;
  }

  /** When a look last worked; null: not yet. */
  get lookedAt(): number | null {
    return this.#lookedAt;
  }

  /** When the next look is due; null while one is under way, and while nothing is looked at. */
  get nextLookAt(): number | null {
    return this.#nextLookAt;
  }

  start(): void {
    this.#paused = false;
    void this.lookNow();
  }

  /** No network, or the engine closes: nothing more is tried until `start`. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#paused = true;
    this.#cancelTimer();
    this.#nextLookAt = null;
    this.#abort.abort();
    // At once, not when the look has ended: who starts meanwhile looks with this one.
    this.#abort = new AbortController();
    await Promise.all([this.#running, this.#elsewhere.idle()]);
  }

  /** Somebody is there: look often for a while. */
  noteActivity(): void {
    this.#activeAt = this.#options.context.clock.now();
  }

  /** Looks at once; when a look is under way, once more right after it. Resolves when the mailbox was looked at. */
  lookNow(): Promise<void> {
    if (this.#paused) return Promise.resolve();
    this.#cancelTimer();
    this.#nextLookAt = null;
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
      await this.#look(this.#abort.signal).catch((error: unknown) => this.#noteFailure(error));
    } while (this.#askedAgain());
    this.#plan();
  }

  /** Whether somebody wanted another look while this one was under way. */
  #askedAgain(): boolean {
    return this.#again && !this.#paused;
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { context, accountId, onLooked } = this.#options;
    const account = context.store.accounts.get(accountId);
    if (account === null) return;
    this.#loopback = isLoopbackHost(parseRepositoryReference(account.repository).host);
    await this.#seeToKey(account);
    // Without a network every request would wait for its time-out; the engine is woken when there is one.
    if (!this.#loopback && !hasNetwork()) {
      throw new DockerCommsError('network', 'This computer has no network right now.');
    }
    await this.#takeIn(account, signal);
    await this.#showWhoWeAre(account, signal);
    const recovered = this.#connection.state !== 'online';
    this.#failures = 0;
    this.#askedToWait = 0;
    this.#lookedAt = context.clock.now();
    this.#setConnection({ state: 'online', syncedAt: this.#lookedAt });
    onLooked(recovered);
    this.#elsewhere.look(account, signal);
  }

  /** That one's own key is lost is said whether or not the registry can be reached. Anything else is told by what needs the key. */
  async #seeToKey({ id, signingKey }: Account): Promise<void> {
    if (signingKey === null) return;
    await this.#options.context.ownProfiles.signingKey(id).catch(() => undefined);
  }

  /** People find one's keys in the mailbox; where that cannot be, mail comes in all the same. */
  async #showWhoWeAre(account: Account, signal: AbortSignal): Promise<void> {
    const { ownProfiles, logger } = this.#options.context;
    try {
      await ownProfiles.ensureIn(account, account.repository, signal);
    } catch (error) {
      if (isDockerCommsError(error, 'cancelled')) throw error;
      logger.warn({ err: toDockerCommsError(error) }, 'the profile could not be published');
    }
  }

  async #takeIn(account: Account, signal: AbortSignal): Promise<void> {
    const { context, onAccepted } = this.#options;
    const accepted: Accepted[] = [];
    try {
      const options = { accepted, pending: this.#pending, signal };
      if (await lookAtMailbox(context, account, options)) this.noteActivity();
    } finally {
      // What came before a failure came all the same.
      if (accepted.length > 0) {
        this.noteActivity();
        onAccepted(accepted);
      }
    }
  }

  #noteFailure(thrown: unknown): void {
    const { context, accountId } = this.#options;
    const error = toDockerCommsError(thrown);
    if (error.code === 'cancelled') return;
    this.#failures += 1;
    this.#askedToWait = askedToWait(error);
    if (error.code === 'internal') context.logger.error({ err: error, accountId }, 'looking for mail failed');
    this.#setConnection({
      state: passesByItself(error) ? 'offline' : 'trouble',
      error: errorView(error),
      retryAt: context.clock.now() + this.#interval(),
    });
  }

  #plan(): void {
    if (this.#paused) return;
    const delay = Math.max(this.#askedToWait, jittered(this.#interval(), Math.random()));
    const { clock, events } = this.#options.context;
    this.#cancelTimer = clock.after(delay, () => void this.lookNow());
    this.#nextLookAt = clock.now() + delay;
    events.emit({ type: 'connectivity.changed' });
  }

  #interval(): number {
    return pollingInterval({
      quietMilliseconds: this.#options.context.clock.now() - this.#activeAt,
      failures: this.#failures,
      loopback: this.#loopback,
      askedToWaitMilliseconds: this.#askedToWait,
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
