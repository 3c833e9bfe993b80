import { type DockerCommsError, toDockerCommsError } from '../../base/errors.ts';
import type { CleanupRecord } from '../../store/cleanups.ts';
import type { PublishedPlace } from '../../store/published.ts';
import type { EngineContext } from '../context.ts';
import { errorView, passesByItself } from '../errors.ts';
import { jittered } from '../schedule.ts';
import { forgetEntry, removeManifest } from '../wire/remove.ts';
import { cleanupRules, expiredBy, isRefusal, untilNextRound } from './rules.ts';

export interface RoundOptions {
  readonly signal: AbortSignal;
  /** Milliseconds to rest between two removals; 0: a person waits. */
  readonly pause: number;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Removes expired things of this account from one repository, one after the other, and writes down how it went. Never
 * fails: what is in the way is in the record.
 */
export async function cleanUpPlace(
  context: EngineContext,
  place: PublishedPlace,
  options: RoundOptions,
): Promise<CleanupRecord> {
  const { store, clock } = context;
  const round = await removeExpired(context, place, options);
  const before = store.cleanups.get(place)?.failuresInARow ?? 0;
  const failuresInARow = round.endedEarly ? before + 1 : 0;
  const now = clock.now();
  const { expired } = store.published.counts(place, expiredBy(now));
  const wait = untilNextRound({
    failure: round.endedEarly ? round.error : null,
    failuresInARow,
    more: expired > round.failed,
  });
  const { removed, gone, failed, bytes, error } = round;
  const record: CleanupRecord = {
    ...{ ...place, removed, gone, failed, bytes, failuresInARow },
    at: now,
    nextAt: now + jittered(wait, Math.random()),
    failure: error && errorView(error),
  };
  store.cleanups.save(record);
  return record;
}

interface Round {
  removed: number;
  gone: number;
  failed: number;
  bytes: number;
  error: DockerCommsError | null;
  endedEarly: boolean;
}

async function removeExpired(
  context: EngineContext,
  place: PublishedPlace,
  { signal, pause, onProgress }: RoundOptions,
): Promise<Round> {
  const { store, clock, repositories } = context;
  const round: Round = { removed: 0, gone: 0, failed: 0, bytes: 0, error: null, endedEarly: false };
  const account = store.accounts.get(place.accountId);
  if (account === null) return round;
  const now = clock.now();
  const due = store.published.expired(place, {
    expiredBy: expiredBy(now),
    now,
    limit: cleanupRules.perRound,
  });
  let failuresInARow = 0;
  for (const [index, manifest] of due.entries()) {
    onProgress(index, due.length);
    if (index > 0) await rest(context, pause, signal);
    try {
      signal.throwIfAborted();
      const client = repositories.for(account, place.repository);
      // A person asks once more, also where it is known to be refused; the rest of the round goes by the answer.
      const insist = pause === 0 && index === 0;
      round[await removeManifest(client, manifest, { signal, insist })] += 1;
      round.bytes += manifest.bytes;
      store.published.settle(place.repository, manifest.digest);
      failuresInARow = 0;
      await forgetEntry(client, manifest, signal);
    } catch (thrown) {
      round.error = toDockerCommsError(thrown);
      failuresInARow += 1;
      round.endedEarly = endsRound(round.error) || failuresInARow >= cleanupRules.failuresInARow;
      if (!endsRound(round.error)) {
        round.failed += 1;
        store.published.postpone(place.repository, manifest.digest, now + cleanupRules.stubbornAfter);
      }
      if (round.endedEarly) break;
    }
  }
  return round;
}

/** About the registry, the login or the connection, and not about this one manifest. */
function endsRound(error: DockerCommsError): boolean {
  return isRefusal(error) || passesByItself(error) || error.code === 'cancelled';
}

/** Waits, unless the round is stopped meanwhile. */
function rest({ clock }: EngineContext, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds === 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = () => {
      cancel();
      resolve();
    };
    const cancel = clock.after(milliseconds, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}
