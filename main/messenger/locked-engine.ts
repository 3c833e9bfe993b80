import type { Clock } from '../base/clock.ts';
import { DockerCommsError, toDockerCommsError } from '../base/errors.ts';
import type { Answer } from '../../preload/contract/answer.ts';
import type { AppStatus, LockView } from '../../preload/contract/app.ts';
import type { EngineEvent } from '../../preload/contract/events.ts';
import { answerCall, locked, type LockedHandlers } from './call.ts';
import type { AttachmentIntake, Engine } from './engine.ts';
import { EventHub } from './events.ts';
import type { Logger } from './logger.ts';

/** Wrong passphrases that cost nothing: a slip, the capitals, the layout of another keyboard. */
const freeTries = 3;
/** Milliseconds before the next try after the first wrong one that is not free, doubled for each further one: as long as typing it. */
const firstWaitMilliseconds = 2_000;
/**
 * Milliseconds that anybody waits at most: 120 tries an hour guess nothing (`limits.passphraseCharacters`), and the owner, who
 * waits too when somebody else tried, is in again before giving up.
 */
const longestWaitMilliseconds = 30_000;

/** How a locked home is to be opened. */
export type Opening =
  | { readonly by: 'passphrase'; readonly passphrase: string }
  /** By whatever opens it without a person: it may be there again. */
  | { readonly by: 'slots' }
  /** With a new vault in place of the one that nobody opens. */
  | { readonly by: 'new-vault' };

/** A home whose vault nothing opens by itself. This program owns it already. */
export interface LockedHome {
  /** Why it is locked, as `lockOf` says, and how its window looks. */
  readonly lock: Omit<LockView, 'nextTryAt'>;
  readonly status: (lock: LockView) => AppStatus;
  /** The running engine. Fails as opening a vault and starting an engine do; the home stays as it is then. */
  readonly open: (opening: Opening) => Promise<Engine>;
  /** Gives the home up. */
  readonly close: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const reasons: readonly string[] = [
  'wrong-passphrase',
  'passphrase-needed',
  'no-slot-opens',
  'vault-damaged',
] satisfies LockView['reason'][];

/** What a failure says about a vault that is locked; null: it is about something else. */
export function lockOf(error: unknown): Pick<LockView, 'reason' | 'message'> | null {
  const { message, detail } = toDockerCommsError(error);
  const isReason = (reason: unknown): reason is LockView['reason'] => reasons.includes(String(reason));
  return isReason(detail.reason) ? { reason: detail.reason, message } : null;
}

/**
 * The engine of a home that is locked: it shows that it is, takes a passphrase or what else a person can do about
 * it, and is that home's engine from then on, for the same windows. Nothing else of the home is answered before.
 *
 * Threat: somebody at this screen, or a script in the window, tries passphrases. Wrong ones make the next wait, ever longer
 * and never for long; who has the files needs no window to try, against which only a good passphrase helps.
 */
export class LockedEngine implements Engine {
  readonly attachments: AttachmentIntake = {
    fromPath: async (path) => this.#unlocked().attachments.fromPath(path),
    fromStream: async (name, content) => this.#unlocked().attachments.fromStream(name, content),
    folder: async (name) => this.#unlocked().attachments.folder(name),
  };
  readonly #home: LockedHome;
  readonly #events: EventHub;
  readonly #handlers: LockedHandlers;
  #lock: LockView;
  #engine: Engine | null = null;
  #opening: Promise<void> | null = null;
  #closing: Promise<void> | null = null;
  #wrong = 0;
  #endWait: () => void = () => undefined;

  constructor(home: LockedHome) {
    this.#home = home;
    this.#events = new EventHub(home.logger);
    this.#lock = { ...home.lock, nextTryAt: null };
    this.#handlers = {
      'app.status': () => home.status(this.#lock),
      'app.lookingAt': () => null,
      'vault.unlock': ({ passphrase }) => this.#unlock(passphrase),
      'vault.tryAgain': () => this.#open({ by: 'slots' }),
      'vault.beginAnew': () => this.#open({ by: 'new-vault' }),
    };
  }

  call(method: string, input: unknown): Promise<Answer<unknown>> {
    return this.#engine?.call(method, input) ?? answerCall(this.#handlers, this.#home.logger, method, input);
  }

  subscribe(listener: (event: EngineEvent) => void): () => void {
    return this.#events.subscribe(listener);
  }

  wake(): void {
    this.#engine?.wake();
  }

  pause(): void {
    this.#engine?.pause();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#endWait();
    await this.#opening?.catch(() => undefined);
    await (this.#engine ?? this.#home).close();
  }

  #unlocked(): Engine {
    if (this.#engine === null) throw locked();
    return this.#engine;
  }

  #unlock(passphrase: string): Promise<null> {
    const { nextTryAt } = this.#lock;
    if (nextTryAt !== null) throw tooManyTries(nextTryAt - this.#home.clock.now());
    return this.#open({ by: 'passphrase', passphrase });
  }

  async #open(opening: Opening): Promise<null> {
    if (this.#closing !== null) throw new DockerCommsError('cancelled', 'DockerComms is being closed.');
    if (this.#opening !== null) throw new DockerCommsError('conflict', 'It is being opened already.');
    this.#opening = this.#carryOut(opening).finally(() => {
      this.#opening = null;
      this.#events.emit({ type: 'lock.changed' });
    });
    await this.#opening;
    return null;
  }

  async #carryOut(opening: Opening): Promise<void> {
    try {
      const engine = await this.#home.open(opening);
      engine.subscribe((event) => {
        this.#events.emit(event);
      });
      this.#endWait();
      this.#engine = engine;
    } catch (error) {
      const lock = lockOf(error);
      if (lock !== null) this.#lock = { ...this.#lock, ...lock };
      if (opening.by === 'passphrase' && lock?.reason === 'wrong-passphrase') this.#holdOff();
      throw error;
    }
  }

  /** One more wrong passphrase: how long the next one has to wait. */
  #holdOff(): void {
    this.#wrong += 1;
    const costly = this.#wrong - freeTries;
    if (costly <= 0) return;
    const wait = Math.min(firstWaitMilliseconds * 2 ** (costly - 1), longestWaitMilliseconds);
    const { clock } = this.#home;
    this.#lock = { ...this.#lock, nextTryAt: clock.now() + wait };
    // A timer and not the hour ends it: a clock that is set back would keep everybody out.
    this.#endWait = clock.after(wait, () => {
      this.#lock = { ...this.#lock, nextTryAt: null };
      this.#events.emit({ type: 'lock.changed' });
    });
  }
}

function tooManyTries(milliseconds: number): DockerCommsError {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return new DockerCommsError(
    'rate-limited',
    `Too many wrong passphrases. Wait ${seconds} seconds, then try again.`,
    { detail: { seconds } },
  );
}
