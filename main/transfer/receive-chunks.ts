import { DockerCommsError } from '../base/errors.ts';
import type { ChunkLayer } from '../protocol/layers.ts';
import type { ReceivedMessage } from '../protocol/message.ts';
import type { BlobOrigin } from './blobs.ts';
import { unlessCancelled } from './cancellation.ts';
import type { ChunkTar } from './chunk-tar-reader.ts';
import { decompressionBytes } from './decompress.ts';
import { fetchChunk } from './fetch-chunk.ts';
import { fitsWhole, wholeChunkBytes } from './whole-chunk.ts';
import type { MemoryBudget } from './memory-budget.ts';
import { runParallel } from './parallel.ts';

/** Where a payload's bytes are written, in any order. */
export interface PayloadSink {
  write(bytes: Uint8Array, position: number): Promise<void>;
}

export interface ReceiveChunksOptions {
  readonly parallel: number;
  readonly budget: MemoryBudget;
  readonly signal?: AbortSignal | undefined;
  /** Called with how many of the file's bytes were written just now. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Fetches every chunk of `message` and writes its bytes where they belong, by the reading rules of the protocol's section
 * 3. Throws `protocol`, `verification-failed`, `cancelled`, and whatever the origin or the sink throws; what was written
 * until then is worthless. When it throws, nothing of it is still running.
 */
export async function receiveChunks(
  message: ReceivedMessage,
  origin: BlobOrigin,
  sink: PayloadSink,
  options: ReceiveChunksOptions,
): Promise<void> {
  const { budget, parallel } = options;
  let previousEnd = Promise.resolve(0);
  await runParallel(
    { count: message.layers.length, parallel, signal: options.signal },
    async (index, signal) => {
      const layer = message.layers[index];
      if (layer === undefined) throw new RangeError('There is no such chunk.');
      const release = await budget.acquire(bytesInMemory(message, layer), signal);
      const start = previousEnd;
      const end = Promise.withResolvers<number>();
      previousEnd = end.promise;
      return () =>
        receiveChunk({ message, layer, origin, sink, signal, start, end, options }).finally(release);
    },
  );
}

interface ChunkReception {
  readonly message: ReceivedMessage;
  readonly layer: ChunkLayer;
  readonly origin: BlobOrigin;
  readonly sink: PayloadSink;
  readonly signal: AbortSignal;
  /** Where this chunk begins in the file: known once the headers of all chunks before it are. */
  readonly start: Promise<number>;
  /** Where it ends. */
  readonly end: PromiseWithResolvers<number>;
  readonly options: ReceiveChunksOptions;
}

async function receiveChunk(reception: ChunkReception): Promise<void> {
  const { message, layer, origin, sink, signal, options } = reception;
  const progress = new ChunkProgress(message, layer, options.onBytes);
  const { compression, chunkBytes } = message;
  const onFetched = (bytes: number) => progress.fetched(bytes);
  await fetchChunk({ layer, compression, chunkBytes, origin, signal, onFetched }, async (tar) => {
    // A chunk may be shorter than the nominal size (private envelopes are), so its place follows from those before it.
    const start = await unlessCancelled(reception.start, signal);
    checkSize(message, layer, tar.size, start);
    reception.end.resolve(start + tar.size);
    await writeContent(tar, start, sink, progress);
    progress.settle(tar.size);
  });
}

/** Before a byte of it is written: at most a chunk, at most what remains, and the last one exactly what remains. */
function checkSize(message: ReceivedMessage, layer: ChunkLayer, size: number, start: number): void {
  const remaining = message.totalBytes - start;
  const last = layer.index === message.chunkCount - 1;
  const fits = size > 0 && size <= message.chunkBytes && size <= remaining;
  if (fits && (!last || size === remaining)) return;
  throw new DockerCommsError('protocol', 'A part of this file has another size than the message says.', {
    detail: { chunk: layer.index, size, remaining, chunkBytes: message.chunkBytes },
  });
}

async function writeContent(
  tar: ChunkTar,
  start: number,
  sink: PayloadSink,
  progress: ChunkProgress,
): Promise<void> {
  let position = start;
  for await (const piece of tar.content()) {
    await sink.write(piece, position);
    position += piece.length;
    progress.wrote(piece.length);
  }
}

function bytesInMemory({ chunkBytes }: ReceivedMessage, layer: ChunkLayer): number {
  return fitsWhole(layer, chunkBytes) ? wholeChunkBytes(layer, chunkBytes) : decompressionBytes;
}

/**
 * Counts one chunk towards the file's progress. A chunk that is held whole is written in one moment, after the long wait
 * for its bytes: so it counts while they arrive, in proportion, and is set right once it is written.
 */
class ChunkProgress {
  readonly #onBytes: (bytes: number) => void;
  /** Bytes of the file that a fetched byte stands for. */
  readonly #share: number;
  #counted = 0;
  #countedOnArrival = false;

  constructor(
    { totalBytes, chunkBytes }: ReceivedMessage,
    { index, size }: ChunkLayer,
    onBytes: ((bytes: number) => void) | undefined,
  ) {
    this.#onBytes = onBytes ?? (() => undefined);
    const expected = Math.max(0, Math.min(chunkBytes, totalBytes - index * chunkBytes));
    this.#share = size === 0 ? 0 : expected / size;
  }

  fetched(bytes: number): void {
    this.#countedOnArrival = true;
    this.#count(bytes * this.#share);
  }

  /** Counts what was written, unless its bytes counted when they arrived. */
  wrote(bytes: number): void {
    if (!this.#countedOnArrival) this.#count(bytes);
  }

  /** The whole chunk is written: it counts for exactly its bytes. */
  settle(size: number): void {
    this.#count(size - this.#counted);
  }

  #count(bytes: number): void {
    this.#counted += bytes;
    this.#onBytes(bytes);
  }
}
