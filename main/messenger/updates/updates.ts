import type {
  ReadyUpdateView,
  UpdateInstalledBy,
  UpdatesView,
  UpdateStep,
} from '../../../preload/contract/updates.ts';
import { DockerCommsError, toDockerCommsError } from '../../base/errors.ts';
import { parseRepositoryReference } from '../../oci/reference.ts';
import type { OciRepository } from '../../oci/repository.ts';
import { ProgressMeter } from '../../transfer/progress.ts';
import { decide, type Decision } from '../../updates/decide.ts';
import { findRelease } from '../../updates/find-release.ts';
import type { Release } from '../../updates/release.ts';
import type { PackageKind } from '../../updates/target.ts';
import { placeInRollout } from '../../updates/rollout.ts';
import type { EngineContext } from '../context.ts';
import { errorView } from '../errors.ts';
import { required } from '../requests/required.ts';
import { jittered } from '../schedule.ts';
import { WorkPump } from '../work-pump.ts';
import { changeUpdateMemory, readUpdateMemory } from './memory.ts';
import type { UpdateSource } from './origin.ts';
import { ReadyUpdate, type Offer } from './ready-update.ts';

/** Milliseconds after the start before anything is asked: the mailboxes come first. */
const firstAfter = 60_000;
/** Milliseconds between two checks by itself: a release is news within a quarter of a day. */
const between = 6 * 60 * 60 * 1000;

/** How a file of each kind becomes the running program. */
const installedBy: Readonly<Record<PackageKind, UpdateInstalledBy>> = {
  appimage: 'restart',
  deb: 'installer',
  rpm: 'installer',
  dmg: 'installer',
  nsis: 'installer',
};

type Doing = Extract<UpdateStep, { kind: 'checking' | 'downloading' }>;

/**
 * Newer versions of this program, from an OCI repository: found, proven to be by who makes releases, downloaded when a person
 * or the settings say so, and handed over. What was downloaded is verified again right before it is run.
 */
export class Updates {
  readonly #context: EngineContext;
  readonly #source: UpdateSource | null;
  readonly #ready: ReadyUpdate;
  readonly #pump: WorkPump;
  #nextAt: number;
  #offer: Offer | null = null;
  #doing: Doing | null = null;
  #failure: DockerCommsError | null = null;
  #abort = new AbortController();

  constructor(context: EngineContext) {
    const { updates, clock, logger, events } = context;
    this.#context = context;
    this.#source = typeof updates === 'string' ? null : updates;
    this.#ready = new ReadyUpdate(context);
    this.#nextAt = clock.now() + jittered(firstAfter, Math.random());
    this.#pump = new WorkPump({ clock, logger, startDue: () => this.#startDue() });
    // A switch that is thrown counts at once.
    events.subscribe(({ type }) => {
      if (type === 'settings.changed') this.#pump.pump();
    });
  }

  start(): void {
    if (this.#source !== null) this.#pump.start();
  }

  /** No network, or the engine closes. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#pump.stop();
    this.cancel();
    await this.#pump.idle();
  }

  status(): UpdatesView {
    const { updates, store } = this.#context;
    const step: UpdateStep = this.#source === null ? { kind: 'idle' } : this.#step();
    return {
      from: typeof updates === 'string' ? updates : 'registry',
      repository: this.#source?.repository ?? null,
      checkedAt: this.#source === null ? null : readUpdateMemory(store).checkedAt,
      step,
      isNews: this.#isNews(step),
      failure: this.#failure === null ? null : errorView(this.#failure),
    };
  }

  /** What only has to be installed; null: nothing. */
  ready(): ReadyUpdateView | null {
    const ready = this.#source === null ? null : this.#ready.get();
    return ready === null ? null : { version: ready.version, by: installedBy[ready.kind] };
  }

  /** Somebody was told of what is offered or ready, and answered. */
  dismiss(): void {
    const { step } = this.status();
    if (step.kind !== 'offered' && step.kind !== 'ready') return;
    changeUpdateMemory(this.#context.store, { dismissed: step.version });
    this.#changed();
  }

  /** A person wants to know. Fails `unsupported` where updates come from elsewhere. */
  check(): void {
    const source = this.#requireSource();
    if (this.#doing === null) this.#run({ kind: 'checking' }, (signal) => this.#check(source, signal));
  }

  /** Fails `unsupported`, and `conflict` when nothing is offered. */
  download(): void {
    const source = this.#requireSource();
    const offer = this.#offer;
    if (offer === null) throw nothingThere();
    if (this.#doing === null) this.#download(source, offer);
  }

  cancel(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  /**
   * Restarts, which replaces the program (`replaceAtEnd`), or lets the system open the installer. Fails `conflict` when
   * nothing is ready, `verification-failed` when it was changed meanwhile.
   */
  async install(): Promise<void> {
    this.#requireSource();
    const ready = this.#ready.get();
    if (ready === null) throw nothingThere();
    const path = await this.#ready.verified(ready).finally(() => this.#changed());
    const { host } = this.#context;
    if (installedBy[ready.kind] === 'restart') await required(host.restart)();
    else await required(host.openInstaller)(path);
  }

  /** While the engine closes: a program that is one file is replaced, and the next start is the new one. Never fails. */
  async replaceAtEnd(): Promise<void> {
    const ready = this.#source === null ? null : this.#ready.get();
    if (ready === null || installedBy[ready.kind] !== 'restart') return;
    try {
      await required(this.#context.host.replaceProgram)(await this.#ready.verified(ready));
    } catch (error) {
      this.#context.logger.warn({ err: error }, 'the update could not take the place of the program');
    }
  }

  #step(): UpdateStep {
    if (this.#doing !== null) return this.#doing;
    if (this.#offer !== null) {
      const { version, file } = this.#offer;
      return { kind: 'offered', version, bytes: file.size };
    }
    const ready = this.ready();
    return ready === null ? { kind: 'idle' } : { kind: 'ready', ...ready };
  }

  /** What is fetched without asking is no news before it is there. */
  #isNews(step: UpdateStep): boolean {
    const { settings, store } = this.#context;
    if (step.kind !== 'ready' && step.kind !== 'offered') return false;
    if (step.kind === 'offered' && settings.get().updates.mode === 'automatic') return false;
    return readUpdateMemory(store).dismissed !== step.version;
  }

  #startDue(): number | null {
    const { mode } = this.#context.settings.get().updates;
    if (this.#doing !== null || mode === 'off') return null;
    // What failed is begun again by the next check, and not at every turn.
    if (mode === 'automatic' && this.#offer !== null && this.#failure === null) {
      this.download();
      return null;
    }
    if (this.#nextAt > this.#context.clock.now()) return this.#nextAt;
    this.check();
    return null;
  }

  async #check(source: UpdateSource, signal: AbortSignal): Promise<void> {
    const { clock, store } = this.#context;
    this.#nextAt = clock.now() + jittered(between, Math.random());
    const release = await findRelease(this.#repository(source), source, signal);
    const decision = release === null ? null : this.#decide(release, source);
    changeUpdateMemory(store, { checkedAt: clock.now() });
    this.#offer = null;
    if (release === null || decision === null) return;
    changeUpdateMemory(store, {
      seen: { version: release.version, createdAt: release.createdAt.getTime() },
    });
    const ready = this.#ready.get();
    if (decision.kind === 'offer') {
      const { file } = decision;
      if (ready?.digest !== file.digest) this.#offer = { version: release.version, file };
    } else if (ready?.version === release.version) {
      // Its roll-out was stopped: what nobody installed yet is given up.
      await this.#ready.forget();
    }
    // What was begun of a release that is offered no more, or what was installed.
    if (this.#offer === null && this.#ready.get() === null) await this.#ready.forget();
  }

  #decide(release: Release, { target }: UpdateSource): Decision {
    const { version, clock, store } = this.#context;
    const { draw, seen } = readUpdateMemory(store);
    const place = (of: string) => placeInRollout(draw, of);
    return decide(release, { version, target, seen, place, now: clock.now() });
  }

  #download(source: UpdateSource, offer: Offer): void {
    const { version, file } = offer;
    const begun: Doing = { kind: 'downloading', version, bytes: file.size, done: 0 };
    this.#run(begun, async (signal) => {
      const meter = new ProgressMeter({
        ...{ bytesTotal: file.size, phase: 'downloading', clock: this.#context.clock },
        report: ({ bytesDone }) => {
          this.#doing = { ...begun, done: bytesDone };
          this.#changed();
        },
      });
      const onBytes = (bytes: number) => meter.add(bytes);
      await this.#ready.fetch(this.#repository(source), offer, { signal, onBytes });
      this.#offer = null;
    });
  }

  /** One thing at a time; how it failed is shown until the next begins. */
  #run(doing: Doing, work: (signal: AbortSignal) => Promise<void>): void {
    const { signal } = this.#abort;
    this.#doing = doing;
    this.#failure = null;
    this.#changed();
    this.#pump.run(async () => {
      try {
        await work(signal);
      } catch (error) {
        const failure = toDockerCommsError(error);
        if (failure.code !== 'cancelled') this.#failure = failure;
        this.#context.logger.warn({ code: failure.code, detail: failure.detail }, 'no update was fetched');
      } finally {
        this.#doing = null;
        this.#changed();
      }
    });
  }

  #repository({ repository }: UpdateSource): OciRepository {
    return this.#context.repositories.beside(parseRepositoryReference(repository));
  }

  #changed(): void {
    this.#context.events.emit({ type: 'updates.changed' });
  }

  #requireSource(): UpdateSource {
    if (this.#source !== null) return this.#source;
    throw new DockerCommsError('unsupported', 'Updates of this program do not come from a registry.');
  }
}

function nothingThere(): DockerCommsError {
  return new DockerCommsError('conflict', 'There is no update to install. Check for one first.');
}
