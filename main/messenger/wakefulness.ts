import { networkInterfaces } from 'node:os';
import type { Clock } from '../base/clock.ts';

/** Addresses of this computer by interface, as `os.networkInterfaces` gives them. */
export type ReadInterfaces = typeof networkInterfaces;

/** Milliseconds from one look at clock and networks to the next: costs nothing that could be measured. */
const interval = 2_000;
/**
 * Milliseconds by which a look may be late before the computer must have slept: a busy one is late by seconds. By so much back,
 * and somebody corrected the clock: whatever waits for an hour would wait for so much longer.
 */
const slept = 10_000;

/** Whether this computer has any network but itself. A registry on loopback is reached without one. */
export function hasNetwork(read: ReadInterfaces = networkInterfaces): boolean {
  return outsideAddresses(read).length > 0;
}

export interface WakefulnessOptions {
  readonly clock: Clock;
  /** The computer woke, its clock was put back, or its network came back or became another: ask again at once. */
  readonly onWake: () => void;
  readonly interfaces?: ReadInterfaces;
}

/**
 * Notices sleep and changes of network where nobody tells: Electron reports a resume, Node reports neither. Timers do
 * not run while a computer sleeps, so a look that comes much too late means that it did.
 */
export class Wakefulness {
  readonly #clock: Clock;
  readonly #onWake: () => void;
  readonly #interfaces: ReadInterfaces;
  #lookedAt: number;
  #addresses: string;
  #cancel: () => void = () => undefined;

  constructor({ clock, onWake, interfaces = networkInterfaces }: WakefulnessOptions) {
    this.#clock = clock;
    this.#onWake = onWake;
    this.#interfaces = interfaces;
    this.#lookedAt = clock.now();
    this.#addresses = outsideAddresses(interfaces).join();
  }

  /** Starting twice is starting once. */
  start(): void {
    this.stop();
    this.#lookedAt = this.#clock.now();
    this.#plan();
  }

  stop(): void {
    this.#cancel();
  }

  #plan(): void {
    this.#cancel = this.#clock.after(interval, () => {
      this.#look();
      this.#plan();
    });
  }

  #look(): void {
    const now = this.#clock.now();
    const addresses = outsideAddresses(this.#interfaces).join();
    const awoke = now - this.#lookedAt > interval + slept || now < this.#lookedAt - slept;
    const changed = addresses !== '' && addresses !== this.#addresses;
    this.#lookedAt = now;
    this.#addresses = addresses;
    if (awoke || changed) this.#onWake();
  }
}

function outsideAddresses(read: ReadInterfaces): readonly string[] {
  return Object.values(read())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => address)
    .sort();
}
