import { createHash, randomFillSync } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Digest } from '../../main/base/digest.ts';
import { KiB, MiB } from '../../main/base/limits.ts';

/** Bytes of one plain upload: the same as a chunk of ours. */
export const plainBlobBytes = 16 * MiB;

export interface PlainBlob {
  readonly digest: Digest;
  readonly size: number;
}

const stripeBytes = 64 * KiB;
const line = 'The quick brown fox jumps over the lazy dog, and the registry keeps what it was given.\n';

/** Writes a half-compressible file: stripes of 64 KiB, random and repeated text in turn. Gives its plain blobs. */
export async function writeSampleFile(path: string, totalBytes: number): Promise<PlainBlob[]> {
  const blobs: PlainBlob[] = [];
  const file = await open(path, 'wx');
  const block = Buffer.alloc(plainBlobBytes, line);
  for (let left = totalBytes; left > 0; left -= plainBlobBytes) {
    for (let offset = 0; offset < block.length; offset += 2 * stripeBytes) {
      randomFillSync(block, offset, stripeBytes);
    }
    const bytes = block.subarray(0, Math.min(left, plainBlobBytes));
    await file.write(bytes);
    const hex = createHash('sha256').update(bytes).digest('hex');
    blobs.push({ digest: `sha256:${hex}`, size: bytes.length });
  }
  await file.sync();
  await file.close();
  return blobs;
}
