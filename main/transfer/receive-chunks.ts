import { DockerCommsError } from '../base/errors.ts';
import type { ChunkLayer } from '../protocol/layers.ts';
import type { ReceivedMessage } from '../protocol/message.ts';
import type { BlobOrigin } from './blobs.ts';
import { unlessCancelled } from './cancellation.ts';
import type { ChunkJournal } from './chunk-journal.ts';
import type { ChunkProof } from './chunk-proof.ts';
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

/** Chunks that follow each other: from `first` up to, and without, `end`. */
export interface ChunkRange {
  readonly first: number;
  readonly end: number;
  /** Where the first of them begins in the file. */
  readonly position: number;
}

export interface ReceiveChunksOptions {
  /** Which chunks: all, unless told. */
  readonly range?: ChunkRange | undefined;
  /** Told of each chunk that is verified and written. */
  readonly journal?: Pick<ChunkJournal, 'proofOf' | 'note'> | undefined;
  readonly parallel: number;
  readonly budget: MemoryBudget;
  readonly signal?: AbortSignal | undefined;
  /** Called with how many of the file's bytes were written just now. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Fetches the chunks of `message` and writes their bytes where they belong, by the reading rules of the protocol's section
 * 3. Gives where the last one ends. Throws `protocol`, `verification-failed`, `cancelled`, and whatever the origin or the sink
 * throws; what was written until then is worthless, unless the journal was told of it. When it throws, nothing of it is still
 * running.
 */
export async function receiveChunks(
  message: ReceivedMessage,
  origin: BlobOrigin,
  sink: PayloadSink,
  options: ReceiveChunksOptions,
): Promise<number> {
  const { budget, parallel } = options;
  const { first, end, position } = options.range ?? { first: 0, end: message.layers.length, position: 0 };
  let previousEnd = Promise.resolve(position);
  await runParallel({ count: end - first, parallel, signal: options.signal }, async (offset, signal) => {
    const layer = message.layers[first + offset];
    if (layer === undefined) throw new RangeError('There is no such chunk.');
    const release = await budget.acquire(bytesInMemory(message, layer), signal);
    const start = previousEnd;
    const ends = Promise.withResolvers<number>();
    previousEnd = ends.promise;
    return () =>
      receiveChunk({ message, layer, origin, sink, signal, start, ends, options }).finally(release);
  });
  return previousEnd;
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
  readonly ends: PromiseWithResolvers<number>;
  readonly options: ReceiveChunksOptions;
}

async function receiveChunk(reception: ChunkReception): Promise<void> {
  const { message, layer, origin, sink, signal, options } = reception;
  const { journal } = options;
  const proof = journal?.proofOf(layer.index);
  const progress = new ChunkProgress(message, layer, options.onBytes);
  const { compression, chunkBytes } = message;
  const onFetched = (bytes: number) => progress.fetched(bytes);
  const request = { layer, compression, chunkBytes, origin, signal, onFetched };
  const size = await fetchChunk(request, async (tar) => {
    // A chunk may be shorter than the nominal size (private envelopes are), so its place follows from those before it.
    const start = await unlessCancelled(reception.start, signal);
    checkSize(message, layer, tar.size, start);
    reception.ends.resolve(start + tar.size);
    await writeContent(tar, start, { sink, progress, proof });
    progress.settle(tar.size);
    return tar.size;
  });
  // Not before: only now the whole layer is verified, and with it what its first bytes said of its size.
  if (proof !== undefined) journal?.note(layer.index, { size, proof: proof.digest() });
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

interface WriteContentOptions {
  readonly sink: PayloadSink;
  readonly progress: ChunkProgress;
  readonly proof: ChunkProof | undefined;
}

async function writeContent(
  tar: ChunkTar,
  start: number,
  { sink, progress, proof }: WriteContentOptions,
): Promise<void> {
  let position = start;
  for await (const piece of tar.content()) {
    proof?.update(piece);
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
