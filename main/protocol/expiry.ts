import { limits } from '../base/limits.ts';

/** A moment: a date, or milliseconds since 1970. */
export type Instant = Date | number;

export interface Lifetime {
  /** As the sender wrote it: not believed further than the first sight. */
  readonly createdAt: Instant;
  /** When this reader first saw the message. */
  readonly firstSeenAt: Instant;
  readonly ttlSeconds: number;
}

/**
 * True when a message must not be delivered any more (protocol, section 3): the time to live counts from the earlier
 * of its creation and its first sight, so that a date in the future does not make it live longer; five minutes of
 * clock skew are forgiven.
 */
export function isExpired({ createdAt, firstSeenAt, ttlSeconds }: Lifetime, now: Instant): boolean {
  const start = Math.min(Number(createdAt), Number(firstSeenAt));
  return Number(now) > start + (ttlSeconds + limits.clockSkewSeconds) * 1000;
}
