/** Staged roll-out: a release reaches a part of all homes first. Pure. */
import { createHash } from 'node:crypto';

export interface Rollout {
  /** Whole number from 0 (nobody, also: stopped) to 100 (everybody). */
  readonly percent: number;
  /** Nobody before this. */
  readonly startsAt: Date;
}

/** Whether a release has reached who stands at `place`. */
export function hasReached({ percent, startsAt }: Rollout, place: number, now: number): boolean {
  return now >= startsAt.getTime() && place < percent;
}

/** Values of the part of a hash that is read as a number: 32 bits, so that a hundred parts of them are alike. */
const drawn = 2 ** 32;

/**
 * Where a home stands among all for one version: from 0 to below 100, the same whenever it is asked, and another one for the
 * next version, so that not always the same people are first. `draw` is a random text that this home keeps to itself.
 */
export function placeInRollout(draw: string, version: string): number {
  const hash = createHash('sha256').update(`${draw} ${version}`).digest();
  return (hash.readUInt32BE(0) / drawn) * 100;
}
