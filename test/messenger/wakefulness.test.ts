import type { NetworkInterfaceInfo } from 'node:os';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Clock } from '../../main/base/clock.ts';
import { hasNetwork, Wakefulness } from '../../main/messenger/wakefulness.ts';

function address(text: string, internal = false): NetworkInterfaceInfo {
  return {
    address: text,
    internal,
    family: 'IPv4',
    netmask: '255.0.0.0',
    mac: '00:00:00:00:00:00',
    cidr: null,
  };
}

/** A computer whose time and network the test decides. */
class Computer implements Clock {
  network: NetworkInterfaceInfo[] = [address('127.0.0.1', true), address('192.0.2.7')];
  #now = 0;
  #timers: { at: number; call: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, call: callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Time goes by, and timers run in it. */
  run(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.#now = Math.max(this.#now, next.at);
      next.call();
    }
    this.#now = end;
  }

  /** Time goes by and no timer runs. */
  sleep(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** The clock is put right; timers go on as they were. */
  correct(milliseconds: number): void {
    this.#now += milliseconds;
    for (const timer of this.#timers) timer.at += milliseconds;
  }

  #next(end: number) {
    return this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

describe('noticing that the computer woke or its network changed', () => {
  let computer: Computer;
  const onWake = vi.fn();

  beforeEach(() => {
    onWake.mockClear();
    computer = new Computer();
    new Wakefulness({ clock: computer, onWake, interfaces: () => ({ any: computer.network }) }).start();
  });

  test('nothing is noticed while nothing happens', () => {
    computer.run(3_600_000);
    expect(onWake).not.toHaveBeenCalled();
  });

  test('a sleep is noticed once, soon after it', () => {
    computer.run(60_000);
    computer.sleep(3_600_000);
    computer.run(4_000);
    expect(onWake).toHaveBeenCalledOnce();
  });

  test('a clock that is put back is noticed once: what was to be done at an hour is due again', () => {
    computer.run(60_000);
    computer.correct(-3_600_000);
    computer.run(60_000);
    expect(onWake).toHaveBeenCalledOnce();
  });

  test('a clock that is put right by a second is nothing', () => {
    computer.run(60_000);
    computer.correct(-1_000);
    computer.run(60_000);
    expect(onWake).not.toHaveBeenCalled();
  });

  test('a network that comes back, or becomes another, is noticed; one that goes is not', () => {
    const before = computer.network;
    computer.network = [address('127.0.0.1', true)];
    computer.run(10_000);
    expect(onWake).not.toHaveBeenCalled();
    computer.network = before;
    computer.run(10_000);
    expect(onWake).toHaveBeenCalledOnce();
    computer.network = [address('198.51.100.9')];
    computer.run(10_000);
    expect(onWake).toHaveBeenCalledTimes(2);
  });
});

test('a computer with nothing but loopback has no network', () => {
  expect(hasNetwork(() => ({ lo: [address('127.0.0.1', true)] }))).toBe(false);
  expect(hasNetwork(() => ({ lo: [address('127.0.0.1', true)], eth0: [address('192.0.2.7')] }))).toBe(true);
  expect(hasNetwork(() => ({}))).toBe(false);
});
