import { describe, expect, it } from 'vitest';
import { GiB, MiB } from '../../main/base/limits.ts';
import { chunkBytesFor, chunkCountFor } from '../../main/protocol/chunking.ts';
import { isExpired } from '../../main/protocol/expiry.ts';

describe('the size of a chunk', () => {
  it.each([
    ['16 MiB for no bytes', 0, 16 * MiB],
    ['16 MiB for small files', 25, 16 * MiB],
    ['16 MiB for as much as 10,000 of them hold', 10_000 * 16 * MiB, 16 * MiB],
    ['32 MiB for a byte more', 10_000 * 16 * MiB + 1, 32 * MiB],
    ['64 MiB for 625 GiB', 625 * GiB, 64 * MiB],
  ])('is %s', (_rule, totalBytes, chunkBytes) => {
    expect(chunkBytesFor(totalBytes)).toBe(chunkBytes);
    expect(chunkCountFor(totalBytes, chunkBytes)).toBeLessThanOrEqual(10_000);
  });

  it('is none for more than 625 GiB', () => {
    expect(() => chunkBytesFor(625 * GiB + 1)).toThrow(expect.objectContaining({ code: 'too-large' }));
  });
});

describe('a message expires', () => {
  const hour = 3_600_000;
  const lifetime = { createdAt: new Date(10 * hour), firstSeenAt: 11 * hour, ttlSeconds: 3600 };

  it('when its time to live and five minutes are over', () => {
    expect(isExpired(lifetime, 11 * hour + 300_000)).toBe(false);
    expect(isExpired(lifetime, new Date(11 * hour + 300_001))).toBe(true);
  });

  it('counted from its first sight where it claims to come from the future', () => {
    expect(isExpired({ ...lifetime, createdAt: 99 * hour }, 12 * hour + 300_001)).toBe(true);
  });
});
