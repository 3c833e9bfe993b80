import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePullLimit } from '../../main/oci/pull-limit.ts';

const limit = (value: string, remaining?: string) =>
  parsePullLimit(
    new Map([
      ['ratelimit-limit', value],
      ...(remaining === undefined ? [] : ([['ratelimit-remaining', remaining]] as const)),
    ]),
  );

test('Docker Hub’s headers, with and without their window', () => {
  expect(limit('100;w=21600', '76;w=21600')).toEqual({ limit: 100, remaining: 76, windowSeconds: 21_600 });
  expect(limit('200', '0;w=3600')).toEqual({ limit: 200, remaining: 0, windowSeconds: 3600 });
  expect(limit('100, 100;w=60')).toEqual({ limit: 100, remaining: null, windowSeconds: null });
});

test.each(['', 'many', '-1', '1e9', '9999999999', '100w'])('%j says nothing', (value) => {
  expect(limit(value)).toBeNull();
});

test('no header makes it fail', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (one, other) => void limit(one, other)));
});
