/**
 * When one request is made again, and what a server says about that (`Retry-After`: RFC 9110, section 10.2.3).
 * Must-fail vectors: test/oci/parsing.test.ts.
 */
import type { Clock } from '../base/clock.ts';
import { DockerCommsError, isDockerCommsError } from '../base/errors.ts';

/** Attempts in all, the first one included: enough for a hiccup; longer outages are the outbox's business. */
const attempts = 4;
/** Milliseconds before the second attempt, three times as many for each further one: a hiccup is over by then. */
const firstDelayMs = 250;
/** Readings (or writings) in all of content that does not fit its digest. */
const readings = 3;
/** Milliseconds. A registry that asks for more than this gets its time from whoever schedules the work, not from a held request. */
export const longestWaitMs = 30_000;
/** Milliseconds, twelve days: a timer that never comes; from 2³¹ on Node would let it come at once. */
const longestTimerMs = 2 ** 30;

/** A name that does not exist and a certificate that is wrong stay so. */
const lastingSystemCodes = /^(?:ENOTFOUND|CERT_|.*CERT|ERR_TLS_|ERR_SSL_|UNABLE_TO_|EPROTO)/;

/**
 * True when trying again in a moment makes sense: the connection failed, or the server was too slow, is busy, or has a
 * problem of its own. 500 too: registries say so when their storage hiccups, everything repeated here is safe to arrive
 * twice (RFC 9110, section 9.2.2; uploads begin anew), and what stays so (501, 507, a full disk) has other codes.
 */
export function isPassing(error: DockerCommsError): boolean {
  if (error.code !== 'network' && error.code !== 'rate-limited') return false;
  const { status, system } = error.detail;
  if (typeof status === 'number') return status === 408 || status === 429 || status >= 500;
  return typeof system !== 'string' || !lastingSystemCodes.test(system);
}

/**
 * Milliseconds that a `Retry-After` header asks for (RFC 9110, section 10.2.3): seconds or a date. Null when there is
 * none or it makes no sense.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** The wait before attempt `attempt` (1 is the first repeat): growing threefold, spread so that clients part ways. */
export function backoffMs(attempt: number, random: number): number {
  return firstDelayMs * 3 ** (attempt - 1) * (0.5 + random);
}

export interface RetryOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `operation` until it succeeds, fails for good, or was tried four times. Only for what may safely happen twice.
 * Waits as long as `Retry-After` asks, up to 30 s; more is the caller's to schedule. Content that does not fit its
 * digest (`verification-failed`) is asked for twice more, at once: a broken mirror or proxy damages what the registry
 * has right, and only what stays wrong is the registry's.
 */
export async function withRetries<T>(operation: () => Promise<T>, options: RetryOptions): Promise<T> {
  let damaged = 0;
  for (let attempt = 1; ;) {
    try {
      return await operation();
    } catch (error) {
      if (isDockerCommsError(error, 'verification-failed') && (damaged += 1) < readings) continue;
      await pauseBeforeRepeat(error, attempt, options);
      attempt += 1;
    }
  }
}

/** Waits as attempt `attempt`, which failed with `error`, asks for; throws `error` where another one makes no sense. */
export async function pauseBeforeRepeat(
  error: unknown,
  attempt: number,
  options: RetryOptions,
): Promise<void> {
  const wait = waitBeforeRepeat(error, attempt);
  if (wait === null) throw error;
  await sleep(wait, options);
}

function waitBeforeRepeat(error: unknown, attempt: number): number | null {
  if (attempt >= attempts || !(error instanceof DockerCommsError) || !isPassing(error)) return null;
  const asked = error.detail.retryAfterMs;
  const wait = Math.max(typeof asked === 'number' ? asked : 0, backoffMs(attempt, Math.random()));
  return wait > longestWaitMs ? null : wait;
}

/** Resolves after `milliseconds`; fails `cancelled` as soon as the signal says so. */
export function sleep(milliseconds: number, { clock, signal }: RetryOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const letEnd = keepProcessAlive();
    const stop = clock.after(milliseconds, () => finish(resolve));
    const aborted = (): void => finish(() => reject(new DockerCommsError('cancelled', 'Cancelled.')));
    const finish = (settle: () => void): void => {
      letEnd();
      signal?.removeEventListener('abort', aborted);
      stop();
      settle();
    };
    if (signal?.aborted === true) aborted();
    else signal?.addEventListener('abort', aborted, { once: true });
  });
}

/**
 * Keeps the process alive until the returned function is called: a clock's timers let it end, and a request that waits
 * for its next attempt must not be forgotten so.
 */
export function keepProcessAlive(): () => void {
  const timer = setInterval(() => undefined, longestTimerMs);
  return () => clearInterval(timer);
}
