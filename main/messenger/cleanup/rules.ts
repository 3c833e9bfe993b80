import type { DockerCommsError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { passesByItself } from '../errors.ts';
import { askedToWait } from '../schedule.ts';

/** When expired things of ours are removed from registries, and how politely. Pure. Times are milliseconds. */
const hour = 60 * 60 * 1000;
const day = 24 * hour;

export const cleanupRules = {
  /** After the start: mail comes first, and what had come while this was off is mostly here by then. */
  firstAfter: 10 * 60 * 1000,
  /** Between two rounds in one repository: things live for days, so one day more or less is nothing. */
  between: day,
  /** Where more had expired than one round removes: 4,800 a day, more than anybody sends, and no flood. */
  backlogAfter: hour,
  /** Manifests in one round: with the pauses between them, some four minutes. */
  perRound: 200,
  /** Between two removals of a round that nobody asked for: nobody waits for it, and the registry has others to serve. */
  pause: 1000,
  /** While messages are on their way: most transfers are over by then, and looking costs no request. */
  busyAfter: 5 * 60 * 1000,
  /**
   * Until a registry that does not allow it, or a login that may not, is asked again: rights change seldom, and each
   * question is a refusal in somebody's log.
   */
  refusedAfter: 30 * day,
  /** Until one manifest that could not be removed is tried again: what is wrong with it alone takes somebody to mend it. */
  stubbornAfter: 7 * day,
  /** Manifests that may fail one after the other before the round ends: one or two are about themselves, three are not. */
  failuresInARow: 3,
} as const;

/** What had expired by this time may go: nobody delivers it any more, not even with a clock that is wrong by hours. */
export function expiredBy(now: number): number {
  return now - limits.expiryGraceSeconds * 1000;
}

/** Whether this says that nothing can be removed here, rather than something about one manifest. */
export function isRefusal({ code }: DockerCommsError): boolean {
  return code === 'unsupported' || code === 'auth';
}

/** Until the next round, before jitter. `failuresInARow` counts rounds that ended early, this one included. */
export function untilNextRound(ended: {
  readonly failure: DockerCommsError | null;
  readonly failuresInARow: number;
  readonly more: boolean;
}): number {
  const { failure, failuresInARow, more } = ended;
  if (failure !== null && isRefusal(failure)) return cleanupRules.refusedAfter;
  if (failure !== null && passesByItself(failure)) {
    const wait = Math.min(cleanupRules.between, hour * 2 ** (failuresInARow - 1));
    return Math.max(askedToWait(failure), wait);
  }
  return more ? cleanupRules.backlogAfter : cleanupRules.between;
}
