import { compress as zstd } from '@mongodb-js/zstd';
import { constants, gzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { Compression } from '../protocol/constants.ts';

const gzipInPool = promisify(gzip);

/**
 * The fastest level: what is sent was mostly compressed before, and the network is seldom slower than the other levels
 * on a desktop's cores.
 */
const gzipLevel = constants.Z_BEST_SPEED;

/** More than gzip ever makes of `bytes` (deflate's stored blocks add 5 bytes to each 16 KiB at most). */
function gzipBound(bytes: number): number {
  return bytes + (bytes >> 10) + 1024;
}

/** One chunk's tar, compressed in the thread pool: the event loop stays free. */
export async function compressChunk(tar: Buffer, compression: Compression): Promise<Uint8Array<ArrayBuffer>> {
  if (compression === 'zstd') return ownBytes(await zstd(tar));
  // One output block as large as the worst case: the result is not put together from pieces on the main thread.
  return ownBytes(await gzipInPool(tar, { level: gzipLevel, chunkSize: gzipBound(tar.length) }));
}

/** The same memory under the type that the Web's crypto wants: these buffers are never shared. */
function ownBytes(bytes: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
}
