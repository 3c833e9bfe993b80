import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KiB } from '../../main/base/limits.ts';
import { gzip, looksIncompressible } from '../../main/transfer/gzip.ts';

const words = Buffer.from('the quick brown fox jumps over the lazy dog and back again ');
const text = (bytes: number) => Buffer.alloc(bytes, words);

describe('our gzip', () => {
  it('is gzip, whatever is mixed in it', async () => {
    const parts = fc.oneof(
      fc.integer({ min: 0, max: 200 * KiB }).map((bytes) => randomBytes(bytes)),
      fc.integer({ min: 0, max: 200 * KiB }).map(text),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { maxLength: 6 }), async (some) => {
        const bytes = Buffer.concat(some);
        expect(gunzipSync(await gzip(bytes)).equals(bytes)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('is the same bytes for the same bytes', async () => {
    const bytes = Buffer.concat([text(100 * KiB), randomBytes(100 * KiB)]);
    expect((await gzip(bytes)).equals(await gzip(bytes))).toBe(true);
  });

  it('makes text much smaller, and random bytes hardly larger', async () => {
    expect((await gzip(text(1024 * KiB))).length).toBeLessThan(20 * KiB);
    expect((await gzip(randomBytes(1024 * KiB))).length).toBeLessThan(1025 * KiB);
  });

  it('takes random bytes for incompressible, and nothing that has a structure', () => {
    const random = randomBytes(64 * KiB);
    expect(looksIncompressible(random)).toBe(true);
    expect(looksIncompressible(text(64 * KiB))).toBe(false);
    expect(looksIncompressible(Buffer.from(random.toString('base64')).subarray(0, 64 * KiB))).toBe(false);
    expect(looksIncompressible(random.map((byte) => byte & 0x7f))).toBe(false);
    expect(looksIncompressible(Buffer.alloc(64 * KiB))).toBe(false);
    expect(looksIncompressible(random.subarray(0, 100))).toBe(false);
  });
});
