import { compress as zstd } from '@mongodb-js/zstd';
import type { Compression } from '../protocol/constants.ts';
import { MiB } from '../base/limits.ts';
import { gzip } from './gzip.ts';

/** One chunk's tar, compressed in the thread pool: the event loop stays free. */
export async function compressChunk(tar: Buffer, compression: Compression): Promise<Uint8Array<ArrayBuffer>> {
  const { buffer, byteOffset, byteLength } = await (compression === 'zstd' ? zstd(tar) : gzip(tar));
  // The type that the Web's crypto wants: this memory is never shared.
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** Smaller buffers may share their memory with others, and are no burden. */
const worthFreeingBytes = MiB;

/**
 * Gives the memory of `bytes` back at once; they are empty afterwards. The garbage collector sees only a small object
 * and takes its time, in which a dozen more chunks have come: measured, half of the peak memory, and half of the
 * processor time, because the next chunk gets warm memory.
 */
export function freeChunk(bytes: Uint8Array<ArrayBuffer>): void {
  if (bytes.length >= worthFreeingBytes) bytes.buffer.transfer(0);
}
