import type { CleanupPlaceView, CleanupStatus } from '../../../preload/contract/cleanup.ts';
import { DockerCommsError } from '../../base/errors.ts';
import { isLoopbackHost, parseRepositoryReference } from '../../oci/reference.ts';
import type { PublishedPlace } from '../../store/published.ts';
import type { EngineContext } from '../context.ts';
import { jittered } from '../schedule.ts';
import { hasNetwork } from '../wakefulness.ts';
import { WorkPump } from '../work-pump.ts';
import { cleanUpPlace } from './round.ts';
import { cleanupRules, expiredBy } from './rules.ts';

/**
 * Removes from registries what this home wrote there and what has outlived its time: seldom, one after the other, and
 * never what others wrote. What is ours is in the store's book, which no registry can write to.
 */
export class Cleanup {
  readonly #context: EngineContext;
  readonly #pump: WorkPump;
  #firstAt: number;
  #running: CleanupStatus['running'] = null;
  #abort = new AbortController();

  constructor(context: EngineContext) {
    this.#context = context;
    const { clock, logger } = context;
    this.#firstAt = clock.now() + jittered(cleanupRules.firstAfter, Math.random());
    this.#pump = new WorkPump({ clock, logger, startDue: () => this.#startDue() });
    // A switch that is thrown counts at once.
    context.events.subscribe(({ type }) => {
      if (type === 'settings.changed') this.#pump.pump();
    });
  }

  start(): void {
    this.#pump.start();
  }

  /** No network, or the engine closes. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#pump.stop();
    this.cancel();
    await this.#pump.idle();
  }

  /** Ends the round that is under way; what was removed is removed. */
  cancel(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  /** A person wants it now, everywhere, also where it was refused before. Fails `conflict` while a round runs. */
  run(): void {
    if (this.#running !== null) throw new DockerCommsError('conflict', 'A clean-up is under way already.');
    const now = this.#context.clock.now();
    const due = this.#places().filter((place) => this.#counts(place, now).expired > 0);
    this.#start(due, 0);
  }

  status(): CleanupStatus {
    const now = this.#context.clock.now();
    return { running: this.#running, places: this.#places().map((place) => this.#view(place, now)) };
  }

  /** Where something of ours lies, or lay when we last looked. */
  #places(): readonly PublishedPlace[] {
    const { published, cleanups } = this.#context.store;
    const all = [...published.places(), ...cleanups.list()];
    return [...new Map(all.map((place) => [`${place.accountId} ${place.repository}`, place])).values()];
  }

  #counts(place: PublishedPlace, now: number) {
    return this.#context.store.published.counts(place, expiredBy(now));
  }

  #view(place: PublishedPlace, now: number): CleanupPlaceView {
    const { accountId, repository } = place;
    const { expired, living } = this.#counts(place, now);
    const record = this.#context.store.cleanups.get(place);
    return {
      ...{ accountId, repository, expired, living },
      report: record && {
        ...{ at: record.at, nextAt: record.nextAt, removed: record.removed, gone: record.gone },
        ...{ failed: record.failed, bytes: record.bytes, failure: record.failure },
      },
    };
  }

  #startDue(): number | null {
    const { settings, transfers, clock } = this.#context;
    const now = clock.now();
    if (this.#running !== null || !settings.get().cleanup.enabled) return null;
    if (transfers.busy) return now + cleanupRules.busyAfter;
    const waiting = this.#places().map((place) => ({ place, at: this.#dueAt(place, now) }));
    const due = waiting.find(({ place, at }) => at <= now && canReach(place));
    if (due === undefined) return now + cleanupRules.backlogAfter;
    this.#start([due.place], cleanupRules.pause);
    return null;
  }

  /** When the next round may begin there; never, while nothing of ours has expired. */
  #dueAt(place: PublishedPlace, now: number): number {
    if (this.#counts(place, now).expired === 0) return Infinity;
    return Math.max(this.#firstAt, this.#context.store.cleanups.get(place)?.nextAt ?? 0);
  }

  #start(places: readonly PublishedPlace[], pause: number): void {
    const { signal } = this.#abort;
    this.#show({ repository: places[0]?.repository ?? '', done: 0, total: 0 });
    this.#pump.run(async () => {
      try {
        for (const place of places) {
          if (signal.aborted) break;
          const onProgress = (done: number, total: number) =>
            this.#show({ repository: place.repository, done, total });
          await cleanUpPlace(this.#context, place, { signal, pause, onProgress });
        }
      } finally {
        this.#show(null);
      }
    });
  }

  #show(running: CleanupStatus['running']): void {
    this.#running = running;
    this.#context.events.emit({ type: 'cleanup.changed' });
  }
}

/** Without a network every request would wait for its time-out. */
function canReach({ repository }: PublishedPlace): boolean {
  return isLoopbackHost(parseRepositoryReference(repository).host) || hasNetwork();
}
