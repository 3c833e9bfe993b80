import { DockerCommsError } from '../base/errors.ts';
import { limits, GiB } from '../base/limits.ts';

/** Whole GiB of the largest file that one message carries. */
const largestGiB = Math.floor((limits.chunks * limits.largestChunkBytes) / GiB);

/**
 * Nominal bytes of a chunk for a file of this size: `limits.chunkBytes`, doubled until `limits.chunks` of them hold the
 * file. Throws `too-large` over `limits.largestChunkBytes`, before anything is sent.
 */
export function chunkBytesFor(totalBytes: number): number {
  let chunkBytes: number = limits.chunkBytes;
  while (chunkCountFor(totalBytes, chunkBytes) > limits.chunks) chunkBytes *= 2;
  if (chunkBytes > limits.largestChunkBytes) {
    throw new DockerCommsError(
      'too-large',
      `This file is too large: ${largestGiB} GiB is the most one message carries.`,
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
