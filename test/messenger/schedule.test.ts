import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DockerCommsError } from '../../main/base/errors.ts';
import {
  jittered,
  pollingInterval,
  reexamineDelay,
  retryDelay,
  waitAfter,
} from '../../main/messenger/schedule.ts';

const quiet = { quietMilliseconds: 0, failures: 0, loopback: false };
const hour = 3_600_000;

describe('looking at a mailbox', () => {
  test('is quick while people talk and slow when nobody does', () => {
    const talking = pollingInterval(quiet);
    const pausing = pollingInterval({ ...quiet, quietMilliseconds: hour / 12 });
    const asleep = pollingInterval({ ...quiet, quietMilliseconds: 2 * hour });
    expect(talking).toBeLessThan(pausing);
    expect(pausing).toBeLessThan(asleep);
    expect(asleep).toBe(60_000);
  });

  test('is never slower on a registry of this computer than on somebody else’s', () => {
    fc.assert(
      fc.property(fc.nat(10 * hour), (quietMilliseconds) => {
        const facts = { ...quiet, quietMilliseconds };
        expect(pollingInterval({ ...facts, loopback: true })).toBeLessThanOrEqual(pollingInterval(facts));
      }),
    );
  });

  test('backs off after failures, up to two minutes, however many there were', () => {
    const intervals = [1, 2, 3, 4, 50, 5_000].map((failures) => pollingInterval({ ...quiet, failures }));
    expect(intervals).toEqual([2_000, 4_000, 8_000, 16_000, 120_000, 120_000]);
  });

  test('waits at least as long as the registry asked', () => {
    expect(pollingInterval({ ...quiet, askedToWaitMilliseconds: 90_000 })).toBe(90_000);
  });

  test('is spread by a fifth both ways, so that many windows do not ask at once', () => {
    expect([jittered(1000, 0), jittered(1000, 0.5), jittered(1000, 1)]).toEqual([800, 1000, 1200]);
  });
});

test('a failed message is tried again ever more seldom, but at least every five minutes', () => {
  expect([1, 2, 3, 100].map(retryDelay)).toEqual([2_000, 4_000, 8_000, 300_000]);
});

test('what nobody proved is looked at ever more seldom, four times a day at last', () => {
  expect([1, 2, 3, 100].map(reexamineDelay)).toEqual([2_000, 4_000, 8_000, 6 * hour]);
});

test('a failed message waits as long as the registry asks, but never for more than an hour', () => {
  const limited = (retryAfterMs: number) =>
    waitAfter(new DockerCommsError('rate-limited', 'Slower.', { detail: { retryAfterMs } }), 1, 0.5);
  expect([limited(1_000), limited(90_000), limited(10 ** 12)]).toEqual([2_000, 90_000, hour]);
  expect(waitAfter(new DockerCommsError('network', 'Gone.'), 2, 0.5)).toBe(4_000);
});
