/** Wrong passwords make an address wait, each one longer; what is remembered of addresses stays small. */
import { isIPv6 } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { registryLimits } from './limits.ts';

interface Failures {
  readonly count: number;
  readonly at: number;
}

export class SlowDown {
  readonly #clock: Clock;
  /** By source, the one that failed last at the end. */
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds until this address may try a password again; 0: now. */
  wait(address: string): number {
    const failed = this.#recent(sourceOf(address));
    if (failed === null) return 0;
    return Math.max(0, failed.at + delayAfter(failed.count) - this.#clock.now());
  }

  failed(address: string): void {
    const source = sourceOf(address);
    const count = (this.#recent(source)?.count ?? 0) + 1;
    this.#failures.delete(source);
    this.#failures.set(source, { count, at: this.#clock.now() });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > registryLimits.sourcesRemembered && oldest !== undefined) {
      this.#failures.delete(oldest);
    }
  }

  succeeded(address: string): void {
    this.#failures.delete(sourceOf(address));
  }

  #recent(source: string): Failures | null {
    const failed = this.#failures.get(source);
    if (failed === undefined) return null;
    return this.#clock.now() - failed.at < registryLimits.failuresForgottenMilliseconds ? failed : null;
  }
}

/** Milliseconds after that many wrong passwords in a row: people mistype, programs guess. */
function delayAfter(failures: number): number {
  const over = failures - registryLimits.freeFailures;
  if (over < 0) return 0;
  const { firstSlowDownMilliseconds: first, longestSlowDownMilliseconds: longest } = registryLimits;
  return Math.min(first * 2 ** over, longest);
}

/** One machine has a whole /64 of IPv6 addresses to itself. An IPv4 address written as IPv6 is the IPv4 address. */
function sourceOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = (address.split('%')[0] ?? '').split('::');
  const [front, back] = [head, tail].map((part) => (part === '' ? [] : part.split(':')));
  const gap = 8 - (front?.length ?? 0) - (back?.length ?? 0);
  const zeros = address.includes('::') ? Array.from({ length: Math.max(0, gap) }, () => '0') : [];
  return [...(front ?? []), ...zeros, ...(back ?? [])].slice(0, 4).join(':');
}
