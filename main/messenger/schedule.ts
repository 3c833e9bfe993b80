import type { DockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';

/**
 * When to look at a mailbox next. Pure: what happened in, milliseconds out, so that the rule can be read and tested
 * without waiting. The registry is somebody's shared machine: quick while people are talking, slow when nobody is.
 */
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

const steps: readonly (readonly [quietFor: number, remote: number, loopback: number])[] = [
  [2 * minute, 3 * second, second],
  [10 * minute, 10 * second, 2 * second],
  [60 * minute, 30 * second, 3 * second],
  [Infinity, 60 * second, 5 * second],
];

/** Milliseconds until the next look, before jitter. Failures double it from two seconds up to two minutes. */
export function pollingInterval(facts: PollingFacts): number {
  const asked = facts.askedToWaitMilliseconds ?? 0;
  if (facts.failures > 0) {
    return Math.max(asked, Math.min(2 * minute, 2 * second * 2 ** Math.min(facts.failures - 1, 10)));
  }
  const [, remote, loopback] = steps.find(([quietFor]) => facts.quietMilliseconds < quietFor) ?? [
    0,
    minute,
    minute,
  ];
  return Math.max(asked, facts.loopback ? loopback : remote);
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

/** Milliseconds until a failed message is tried again: 2 s, 4 s, 8 s … five minutes. */
export function retryDelay(attempts: number): number {
  return Math.min(5 * minute, 2 * second * 2 ** Math.min(Math.max(attempts - 1, 0), 10));
}

/**
 * Milliseconds until the proofs of a message that nobody proved are looked for again: 2 s, 4 s, 8 s … six hours. Each look
 * may cost pulls that a registry counts, as long as the message lives.
 */
export function reexamineDelay(attempts: number): number {
  return Math.min(6 * hour, 2 * second * 2 ** Math.min(Math.max(attempts - 1, 0), 14));
}

/** Milliseconds until what was cut on our side (another login, another repository) is begun again. */
export const afterInterruption = second;

/** Milliseconds until what failed with `error` is tried again, spread, and not before the registry asked for. */
export function waitAfter(error: DockerCommsError, attempts: number, random: number): number {
  return Math.max(askedToWait(error), jittered(retryDelay(attempts), random));
}
