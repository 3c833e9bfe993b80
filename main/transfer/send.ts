import { DockerCommsError } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import { sha256InPool } from '../base/hash.ts';
import { limits, MiB } from '../base/limits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { chunkCountFor } from '../protocol/chunking.ts';
import type { Compression } from '../protocol/constants.ts';
import { chunkLayer, inlineLayerBytes } from '../protocol/layers.ts';
import type { BlobTarget } from './blobs.ts';
import { throwIfCancelled } from './cancellation.ts';
import { chunkTarBytes, layOutChunkTar } from './chunk-tar.ts';
import { compressChunk, freeChunk } from './compress.ts';
import type { MemoryBudget, Release } from './memory-budget.ts';
import { runParallel } from './parallel.ts';
import { openPayload, type PayloadReader, type PayloadSource } from './payload-source.ts';
import { ProgressMeter, type TransferProgress } from './progress.ts';

export interface SendOptions {
  readonly compression: Compression;
  /** Nominal bytes of a chunk, before compression: 1 to `limits.largestChunkBytes`. */
  readonly chunkBytes: number;
  /** Chunks in flight at once, within the budget. */
  readonly parallel: number;
  /** Shared by all transfers of the process. */
  readonly budget: MemoryBudget;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TransferProgress) => void;
  /** A payload whose only layer is at most `inlineLayerBytes` also travels in its descriptor (protocol, section 5). Off: exact v1. */
  readonly inlineSmallPayload?: boolean;
  readonly clock?: Clock;
}

export interface SentPayload {
  /** In order; empty for a payload of no bytes. */
  readonly layers: Descriptor[];
  readonly totalBytes: number;
  /** As written in the annotation: the payload's size where that is smaller than a chunk. */
  readonly chunkBytes: number;
  readonly chunkCount: number;
}

/**
 * Cuts a payload into chunks and puts them on the registry, each as a compressed tar (protocol, sections 1 and 4);
 * chunks that are there already are not sent again, so an interrupted send goes on where it stopped. Holds at most
 * what `budget` grants. Throws `invalid` or `too-large` before anything is read, `conflict` or `not-found` when the
 * payload changes or disappears meanwhile, `cancelled`, and whatever the registry's client throws. When it throws,
 * nothing of it is still running.
 */
export async function sendPayload(
  source: PayloadSource,
  target: BlobTarget,
  options: SendOptions,
): Promise<SentPayload> {
  const { totalBytes } = source;
  const { chunkBytes, signal } = options;
  const chunkCount = checkedChunkCount(totalBytes, chunkBytes);
  const meter = new ProgressMeter({
    bytesTotal: totalBytes,
    phase: 'preparing',
    report: options.onProgress ?? (() => undefined),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  const upload = new Upload(target, options, meter, totalBytes);
  const reader = await openPayload(source, signal ?? new AbortController().signal);
  try {
    await runParallel({ count: chunkCount, parallel: options.parallel, signal }, (index, stop) => {
      const size = Math.min(chunkBytes, totalBytes - index * chunkBytes);
      return upload.begin(reader, index, size, stop);
    });
    await reader.finish();
  } finally {
    await reader.close();
  }
  meter.finish();
  return { layers: upload.layers, totalBytes, chunkBytes: Math.min(chunkBytes, totalBytes), chunkCount };
}

function checkedChunkCount(totalBytes: number, chunkBytes: number): number {
  if (!Number.isSafeInteger(chunkBytes) || chunkBytes < 1 || chunkBytes > limits.largestChunkBytes) {
    throw new DockerCommsError(
      'invalid',
      `The size of a chunk is 1 byte to ${limits.largestChunkBytes / MiB} MiB.`,
      {
        detail: { chunkBytes },
      },
    );
  }
  const chunkCount = chunkCountFor(totalBytes, chunkBytes);
  if (chunkCount <= limits.chunks) return chunkCount;
  throw new DockerCommsError(
    'too-large',
    `With chunks of this size the file needs more than ${limits.chunks.toLocaleString('en')} of them.`,
    {
      detail: { totalBytes, chunkBytes },
    },
  );
}

/** Memory kept for the next tars: those that are read while others upload. */
const mostSpare = 1;

/** The chunks of one payload on their way; collects their layers. */
class Upload {
  readonly layers: Descriptor[] = [];
  readonly #target: BlobTarget;
  readonly #options: SendOptions;
  readonly #meter: ProgressMeter;
  readonly #onlyChunk: boolean;
  readonly #largestTarBytes: number;
  /** Memory for the next tar: reused, because fresh memory of this size costs more than reading into it. */
  readonly #spare: Buffer<ArrayBuffer>[] = [];

  constructor(target: BlobTarget, options: SendOptions, meter: ProgressMeter, totalBytes: number) {
    this.#target = target;
    this.#options = options;
    this.#meter = meter;
    this.#onlyChunk = totalBytes <= options.chunkBytes;
    this.#largestTarBytes = chunkTarBytes(Math.min(options.chunkBytes, totalBytes));
  }

  /** Takes memory and reads chunk `index`; what is returned compresses and uploads it, beside the others. */
  async begin(
    reader: PayloadReader,
    index: number,
    size: number,
    signal: AbortSignal,
  ): Promise<() => Promise<void>> {
    const tarBytes = chunkTarBytes(size);
    // The tar, what compression makes of it (at worst the same again), and the copy that the pool takes to hash it.
    const release = await this.#options.budget.acquire(3 * tarBytes, signal);
    try {
      const memory = this.#memory();
      const tar = memory.subarray(0, tarBytes);
      await reader.fill(layOutChunkTar(tar, index, size));
      return () => this.#finish({ index, size, memory, tar, signal, release }).finally(() => release());
    } catch (error) {
      release();
      throw error;
    }
  }

  async #finish({ index, size, memory, tar, signal, release }: ReadChunk): Promise<void> {
    const { compression } = this.#options;
    const bytes = await compressChunk(tar, compression);
    this.#recycle(memory);
    release(bytes.length);
    const layer = chunkLayer(index, await sha256InPool(bytes), bytes.length, compression);
    throwIfCancelled(signal);
    this.layers[index] = this.#isInlined(bytes)
      ? { ...layer, data: Buffer.from(bytes).toString('base64') }
      : layer;
    await this.#push(bytes, layer, size, signal);
    // Only now, and not after a failure: a connection that was given up may still be reading from it.
    freeChunk(bytes);
  }

  /** Uploads unless it is there; counts the chunk's own bytes as its compressed ones go out. */
  async #push(bytes: Uint8Array, layer: Descriptor, size: number, signal: AbortSignal): Promise<void> {
    let counted = 0;
    const count = (done: number) => {
      this.#meter.add(done - counted);
      counted = done;
    };
    if (!(await this.#target.exists(layer.digest, signal))) {
      this.#meter.enter('uploading');
      const onSent = (sent: number) => count((sent / bytes.length) * size);
      await this.#target.pushBlob(bytes, layer, { signal, onSent });
    }
    count(size);
  }

  #isInlined(bytes: Uint8Array): boolean {
    return this.#options.inlineSmallPayload === true && this.#onlyChunk && bytes.length <= inlineLayerBytes;
  }

  #recycle(memory: Buffer<ArrayBuffer>): void {
    if (this.#spare.length < mostSpare) this.#spare.push(memory);
    else freeChunk(memory);
  }

  #memory(): Buffer<ArrayBuffer> {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.#largestTarBytes);
  }
}

interface ReadChunk {
  readonly index: number;
  /** Bytes of the chunk in the file. */
  readonly size: number;
  /** What the tar lies in, to be used again. */
  readonly memory: Buffer<ArrayBuffer>;
  readonly tar: Buffer;
  readonly signal: AbortSignal;
  readonly release: Release;
}
