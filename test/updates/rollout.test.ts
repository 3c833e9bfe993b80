import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasReached, placeInRollout } from '../../main/updates/rollout.ts';

const startsAt = new Date('2026-11-23T12:00:00Z');
const begun = startsAt.getTime();
const places = fc.string().map((draw) => placeInRollout(draw, '1.1.0'));

test('nobody is reached before it begins, by nothing, or left out at the end', () => {
  fc.assert(
    fc.property(places, (place) => {
      expect(hasReached({ percent: 100, startsAt }, place, begun - 1)).toBe(false);
      expect(hasReached({ percent: 0, startsAt }, place, begun)).toBe(false);
      expect(hasReached({ percent: 100, startsAt }, place, begun)).toBe(true);
    }),
  );
});

test('who was reached stays reached when the share grows', () => {
  fc.assert(
    fc.property(places, fc.nat(100), fc.nat(100), (place, a, b) => {
      const [less, more] = [Math.min(a, b), Math.max(a, b)];
      if (hasReached({ percent: less, startsAt }, place, begun))
        expect(hasReached({ percent: more, startsAt }, place, begun)).toBe(true);
    }),
  );
});

test('a share of 10 % is about a tenth of all homes, and other homes for another version', () => {
  const homes = Array.from({ length: 2000 }, (_, index) => `home ${index}`);
  const first = (version: string) => homes.filter((draw) => placeInRollout(draw, version) < 10);
  expect(first('1.1.0').length).toBeGreaterThan(140);
  expect(first('1.1.0').length).toBeLessThan(260);
  const both = first('1.1.0').filter((home) => first('1.2.0').includes(home));
  expect(both.length).toBeLessThan(60);
});
