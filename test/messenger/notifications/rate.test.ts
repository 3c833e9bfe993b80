import { expect, test } from 'vitest';
import { NotificationRate } from '../../../main/messenger/notifications/rate.ts';

test('a few at once, then one every quarter of a minute, and a few again after a rest', () => {
  const rate = new NotificationRate();
  const now = Date.UTC(2026, 10, 24);
  expect(rate.available(now)).toBe(4);
  rate.take(4);
  expect(rate.available(now + 14_999)).toBe(0);
  expect(rate.wait(now + 5_000)).toBe(10_000);
  expect(rate.available(now + 15_000)).toBe(1);
  rate.take(1);
  expect(rate.wait(now + 15_000)).toBe(15_000);
  expect(rate.available(now + 10 * 60_000)).toBe(4);
});

test('a clock that is set back silences nobody', () => {
  const rate = new NotificationRate();
  const now = Date.UTC(2026, 10, 24);
  rate.available(now);
  rate.take(4);
  expect(rate.available(now - 3_600_000)).toBe(4);
});
