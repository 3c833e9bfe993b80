import { DockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';

/**
 * Nominal bytes of a chunk for a file of this size: 16 MiB, and for files over 156 GiB the smallest power of two that
 * needs at most 10,000 chunks, up to 64 MiB. Throws `too-large` over 625 GiB, before anything is sent.
 */
export function chunkBytesFor(totalBytes: number): number {
  let chunkBytes: number = limits.chunkBytes;
  while (chunkCountFor(totalBytes, chunkBytes) > limits.chunks) chunkBytes *= 2;
  if (chunkBytes > limits.largestChunkBytes) {
    throw new DockerCommsError(
      'too-large',
      'This file is too large: 625 GiB is the most one message carries.',
      {
        detail: { bytes: totalBytes },
      },
    );
  }
  return chunkBytes;
}

/** Chunks that a file of this size makes; none for an empty file. */
export function chunkCountFor(totalBytes: number, chunkBytes: number): number {
  return totalBytes === 0 ? 0 : Math.ceil(totalBytes / chunkBytes);
}
