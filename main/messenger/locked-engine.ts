import type { Clock } from '../base/clock.ts';
import { DockerCommsError, isDockerCommsError } from '../base/errors.ts';
import type { Answer } from '../../preload/contract/answer.ts';
import type { AppStatus, LockView } from '../../preload/contract/app.ts';
import type { EngineEvent } from '../../preload/contract/events.ts';
import { answerCall, locked, type LockedHandlers } from './call.ts';
import type { AttachmentIntake, Engine } from './engine.ts';
import { EventHub } from './events.ts';
import type { Logger } from './logger.ts';

/** Wrong passphrases that cost nothing: everybody mistypes. */
const freeTries = 3;
/** Milliseconds before the next try after the first wrong one that is not free; doubled for each further one. */
const firstWaitMilliseconds = 2_000;
/** Milliseconds that anybody waits at most: the owner is never kept out for long. */
const longestWaitMilliseconds = 30_000;

/** A home whose vault only a passphrase opens. This program owns it already. */
export interface LockedHome {
  readonly reason: LockView['reason'];
  readonly status: (lock: LockView) => AppStatus;
  /** The running engine. Fails as opening a vault and starting an engine do; the home stays as it is then. */
  readonly open: (passphrase: string) => Promise<Engine>;
  /** Gives the home up. */
  readonly close: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The engine of a home that is locked: it shows that it is, takes a passphrase, and is that home's engine from then on, for
 * the same windows. Nothing else of the home is answered before.
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
    this.#lock = { reason: home.reason, nextTryAt: null };
    this.#handlers = {
      'app.status': () => home.status(this.#lock),
      'app.lookingAt': () => null,
      'vault.unlock': ({ passphrase }) => this.#unlock(passphrase),
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

  async #unlock(passphrase: string): Promise<null> {
    if (this.#closing !== null) throw new DockerCommsError('cancelled', 'DockerComms is being closed.');
    if (this.#lock.nextTryAt !== null) throw tooManyTries(this.#lock.nextTryAt - this.#home.clock.now());
    if (this.#opening !== null)
      throw new DockerCommsError('conflict', 'A passphrase is being tried already.');
    this.#opening = this.#open(passphrase).finally(() => (this.#opening = null));
    await this.#opening;
    return null;
  }

  async #open(passphrase: string): Promise<void> {
    try {
      const engine = await this.#home.open(passphrase);
      engine.subscribe((event) => {
        this.#events.emit(event);
      });
      this.#engine = engine;
    } catch (error) {
      if (isDockerCommsError(error, 'auth') && error.detail.reason === 'wrong-passphrase') this.#noteWrong();
      throw error;
    }
    this.#events.emit({ type: 'lock.changed' });
  }

  #noteWrong(): void {
    this.#wrong += 1;
    const costly = this.#wrong - freeTries;
    const wait =
      costly <= 0 ? 0 : Math.min(firstWaitMilliseconds * 2 ** (costly - 1), longestWaitMilliseconds);
    const { clock } = this.#home;
    this.#lock = { reason: 'wrong-passphrase', nextTryAt: wait === 0 ? null : clock.now() + wait };
    if (wait === 0) return;
    // A timer and not the hour ends it: a clock that is set back would keep everybody out.
    this.#endWait = clock.after(wait, () => {
      this.#lock = { ...this.#lock, nextTryAt: null };
      this.#events.emit({ type: 'lock.changed' });
    });
    this.#events.emit({ type: 'lock.changed' });
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
