/**
 * The quick way to unpack a chunk of ordinary size: all of it at once, one trip to the thread pool and two blocks of
 * memory. Measured, as a stream the same chunk costs twice the processor time, half of it in the garbage collector.
 */
import {
  constants,
  gunzip,
  type InputType,
  type ZlibOptions,
  zstdDecompress,
  type ZstdOptions,
} from 'node:zlib';
import { KiB, limits } from '../base/limits.ts';
import type { Compression } from '../protocol/constants.ts';
import type { ChunkLayer } from '../protocol/layers.ts';
import { largestWindowLog } from './decompress.ts';

/** What a tar adds to a chunk: its header, padding, the end, and the empty blocks that may follow it. */
const tarOverheadBytes = 70 * KiB;

/** What a compressor may add to what it cannot compress. */
const incompressibleBytes = 256 * KiB;

/** Whether a layer is small enough, packed and unpacked, to be held whole. `chunkBytes`: the most it may unpack to. */
export function fitsWhole(layer: ChunkLayer, chunkBytes: number): boolean {
  return chunkBytes <= limits.chunkBytes && layer.size <= limits.chunkBytes + incompressibleBytes;
}

/** Bytes of memory that such a layer needs. */
export function wholeChunkBytes(layer: ChunkLayer, chunkBytes: number): number {
  return layer.size + chunkBytes + tarOverheadBytes;
}

/**
 * The decompressed bytes of one layer, or null when they are not one frame (or gzip stream) that unpacks to at most a
 * chunk's tar. What is wrong then is for the stream's reader to say: this only knows the ordinary case.
 */
export async function decompressWhole(
  compressed: Buffer,
  compression: Compression,
  chunkBytes: number,
): Promise<Buffer<ArrayBuffer> | null> {
  const most = chunkBytes + tarOverheadBytes;
  const size = { chunkSize: most, maxOutputLength: most };
  try {
    const { buffer, engine } = await (compression === 'zstd'
      ? run(zstdDecompress, compressed, {
          ...size,
          params: { [constants.ZSTD_d_windowLogMax]: largestWindowLog },
        })
      : run(gunzip, compressed, size));
    return engine.bytesWritten === compressed.length ? buffer : null;
  } catch {
    return null;
  }
}

interface Decompressed {
  readonly buffer: Buffer<ArrayBuffer>;
  readonly engine: { readonly bytesWritten: number };
}

/** `info: true` also gives the decoder, which tells how much it took; Node's types do not know of it here. */
function run<Options extends ZlibOptions | ZstdOptions>(
  decompress: (
    input: InputType,
    options: Options,
    done: (error: Error | null, result: Buffer<ArrayBuffer>) => void,
  ) => void,
  compressed: Buffer,
  options: Options,
): Promise<Decompressed> {
  return new Promise((resolve, reject) => {
    decompress(compressed, { ...options, info: true }, (error, result) => {
      if (error === null) resolve(result as unknown as Decompressed);
      else reject(error);
    });
  });
}
