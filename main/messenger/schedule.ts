/**
 * When to look at a mailbox next. Pure: what happened in, milliseconds out, so that the rule can be read and tested
 * without waiting. The registry is somebody's shared machine: quick while people are talking, slow when nobody is.
 */
import type { DockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** What is known about a mailbox when its next look is planned. */
export interface PollingFacts {
  /** Since a message came, was sent, or a person did something in a conversation of this account. */
  readonly quietMilliseconds: number;
  /** How often looking failed in a row. */
  readonly failures: number;
  /** A registry on this computer costs nobody anything. */
  readonly loopback: boolean;
  /** What the registry asked for (`Retry-After`), if it did. */
  readonly askedToWaitMilliseconds?: number;
}

type Step = readonly [quietFor: number, remote: number, loopback: number];
/**
 * Milliseconds between two looks while it was quiet for less than so many: quick while somebody waits for an answer,
 * slower when they have turned to something else. docs/registry-administrators.md has the columns that others see.
 */
const steps: readonly Step[] = [
  [2 * minute, 3 * second, second],
  [10 * minute, 10 * second, 2 * second],
  [60 * minute, 30 * second, 3 * second],
];
/** The same later on: 60 requests an hour are little for a shared machine, and a message is at most a minute late. */
const asleep: Step = [Infinity, minute, 5 * second];

/** Milliseconds after the first failure; each one more doubles it: what passes by itself has often passed by then. */
const firstRetry = 2 * second;
/** Milliseconds between looks that fail, at most: whoever waits for a registry to be back hardly waits longer. */
const longestLookRetry = 2 * minute;
/** Milliseconds between tries of one message, at most: there may be many, and a registry that is back hurries them. */
const longestMessageRetry = 5 * minute;
/**
 * Milliseconds between looks for the proofs of one message, at most, six hours: each may cost pulls that a registry counts, as
 * long as the message lives.
 */
const longestReexamine = 6 * hour;

/** Milliseconds until the next look, before jitter. */
export function pollingInterval(facts: PollingFacts): number {
  const asked = facts.askedToWaitMilliseconds ?? 0;
  if (facts.failures > 0) return Math.max(asked, doubled(facts.failures, longestLookRetry));
  const [, remote, loopback] = steps.find(([quietFor]) => facts.quietMilliseconds < quietFor) ?? asleep;
  return Math.max(asked, facts.loopback ? loopback : remote);
}

/** Milliseconds after that many failures in a row, of which the first counts one. */
function doubled(failures: number, longest: number): number {
  return Math.min(longest, firstRetry * 2 ** Math.max(failures - 1, 0));
}

/** Milliseconds that the registry asked us to wait (`Retry-After`), within the limit; 0 without. */
export function askedToWait({ detail }: DockerCommsError): number {
  const { retryAfterMs } = detail;
  return typeof retryAfterMs === 'number' ? Math.min(retryAfterMs, limits.longestAskedRestMilliseconds) : 0;
}

/** Spreads a delay by ±20 %, so that many windows do not ask at the same moment. `random` is in [0, 1). */
export function jittered(milliseconds: number, random: number): number {
  return Math.round(milliseconds * (0.8 + 0.4 * random));
}

/** Milliseconds until a failed message is tried again. */
export function retryDelay(attempts: number): number {
  return doubled(attempts, longestMessageRetry);
}

/** Milliseconds until the proofs of a message that nobody proved are looked for again. */
export function reexamineDelay(attempts: number): number {
  return doubled(attempts, longestReexamine);
}

/** Milliseconds until what was cut on our side (another login, another repository) is begun again: after whoever cut it. */
export const afterInterruption = second;

/** Milliseconds until what failed with `error` is tried again, spread, and not before the registry asked for. */
export function waitAfter(error: DockerCommsError, attempts: number, random: number): number {
  return Math.max(askedToWait(error), jittered(retryDelay(attempts), random));
}
