import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DockerCommsError } from '../../main/base/errors.ts';
import { registryLimits } from '../../main/registry/limits.ts';
import { parsePageSize } from '../../main/registry/page-size.ts';

const most = registryLimits.tagsPerPage;

test('who does not say how many gets a page', () => {
  expect(parsePageSize(null)).toBe(most);
});

test.each([
  ['0', 0],
  ['007', 7],
  [String(most), most],
  [String(most + 1), most],
  ['999999999999999', most],
])('%j asks for that many, and never for more than a page', (n, count) => {
  expect(parsePageSize(n)).toBe(count);
});

test.each(['', ' ', '-1', '+1', '1.5', '1e3', '0x10', '1\n', '１', 'NaN', 'Infinity', '1,2', '9'.repeat(16)])(
  '%j is no number of tags',
  (n) => {
    const refusal = { code: 'unsupported', detail: { oci: 'UNSUPPORTED', status: 400 } };
    expect(() => parsePageSize(n)).toThrow(expect.objectContaining(refusal) as Error);
  },
);

test('whatever is asked for, a whole number within a page or that refusal comes out', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String)), (n) => {
      try {
        const count = parsePageSize(n);
        expect(Number.isInteger(count) && count >= 0 && count <= most).toBe(true);
      } catch (error) {
        if (!(error instanceof DockerCommsError)) throw error;
        expect(error.detail.status).toBe(400);
      }
    }),
  );
});
