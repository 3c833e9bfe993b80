/** One chunk's bytes, from its layer: fetched, verified, decompressed and unpacked as a stream. */
import type { Readable } from 'node:stream';
import { DockerCommsError, isDockerCommsError } from '../base/errors.ts';
import { gather } from '../base/gather.ts';
import { sha256 } from '../base/hash.ts';
import { MiB } from '../base/limits.ts';
import type { Compression } from '../protocol/constants.ts';
import { inlineLayerBytes, type ChunkLayer } from '../protocol/layers.ts';
import type { BlobOrigin } from './blobs.ts';
import { openChunkTar, type ChunkTar } from './chunk-tar-reader.ts';
import { freeChunk } from './compress.ts';
import { decompress } from './decompress.ts';
import { decompressWhole, fitsWhole } from './whole-chunk.ts';

/** Compressed bytes that are still fetched, after a format error, to learn whether they are the promised ones. */
const mostBytesForVerdict = 64 * MiB;

/** Which chunk is wanted, and from where. */
export interface ChunkRequest {
  readonly layer: ChunkLayer;
  readonly compression: Compression;
  /** The most that the chunk may hold, by the message. */
  readonly chunkBytes: number;
  readonly origin: BlobOrigin;
  readonly signal: AbortSignal;
  /** Told of compressed bytes as they arrive, for layers that are held whole before anything is written. */
  readonly onFetched?: ((bytes: number) => void) | undefined;
}

/**
 * Fetches `layer` and hands its unpacked tar to `use`, which reads it to its end. When this returns, the whole layer has
 * been verified against digest and size. Bytes that are not the promised ones are `verification-failed`, even where they
 * first show as a format error; promised bytes that break the format are `protocol`.
 */
export async function fetchChunk<T>(
  { layer, compression, chunkBytes, origin, signal, onFetched }: ChunkRequest,
  use: (tar: ChunkTar) => Promise<T>,
): Promise<T> {
  const inline = inlineContent(layer);
  if (inline !== null) return unpack([inline].values(), compression, use);
  if (fitsWhole(layer, chunkBytes)) {
    const compressed = await fetchWhole(layer, origin, signal, onFetched);
    return unpackWhole(compressed, compression, chunkBytes, use);
  }
  const blob = await origin.fetchBlob(layer, { signal });
  try {
    return await unpack(piecesOf(blob), compression, use);
  } catch (error) {
    if (isDockerCommsError(error, 'protocol') && layer.size <= mostBytesForVerdict) await drain(blob);
    throw error;
  } finally {
    blob.destroy();
  }
}

async function fetchWhole(
  layer: ChunkLayer,
  origin: BlobOrigin,
  signal: AbortSignal,
  onBytes: ((bytes: number) => void) | undefined,
): Promise<Buffer<ArrayBuffer>> {
  if (origin.fetchWholeBlob !== undefined) return origin.fetchWholeBlob(layer, { signal, onBytes });
  const blob = await origin.fetchBlob(layer, { signal });
  try {
    return await gather(piecesOf(blob), layer.size, wrongSize, onBytes);
  } finally {
    blob.destroy();
  }
}

/** Verified bytes of one layer: at once where they are as usual, else as a stream, which says exactly what is wrong. */
async function unpackWhole<T>(
  compressed: Buffer<ArrayBuffer>,
  compression: Compression,
  chunkBytes: number,
  use: (tar: ChunkTar) => Promise<T>,
): Promise<T> {
  const tar = await decompressWhole(compressed, compression, chunkBytes);
  if (tar === null) return unpack([compressed].values(), compression, use);
  freeChunk(compressed);
  try {
    return await use(await openChunkTar(asynchronous([tar].values())));
  } finally {
    freeChunk(tar);
  }
}

function asynchronous(pieces: Iterator<Buffer> | AsyncIterator<Buffer>): AsyncIterator<Buffer> {
  return { next: () => Promise.resolve(pieces.next()) };
}

async function unpack<T>(
  pieces: Iterator<Buffer> | AsyncIterator<Buffer>,
  compression: Compression,
  use: (tar: ChunkTar) => Promise<T>,
): Promise<T> {
  const decompressed = decompress(asynchronous(pieces), compression);
  try {
    return await use(await openChunkTar(decompressed));
  } finally {
    await decompressed.return();
  }
}

/** The blob's pieces; giving up on them leaves the blob open, so that it can still be verified. */
function piecesOf(blob: Readable): AsyncIterableIterator<Buffer> {
  return blob.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
}

/** Reads what is left, for the verdict on the bytes that comes with the end of the stream. */
async function drain(blob: Readable): Promise<void> {
  if (blob.destroyed || blob.readableEnded) return;
  const left = piecesOf(blob);
  while ((await left.next()).done !== true);
}

/** The layer's bytes from its own descriptor (OCI `data`), verified; null when it has none or more than it should. */
function inlineContent({ data, digest, size }: ChunkLayer): Buffer | null {
  if (data === undefined || size > inlineLayerBytes) return null;
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length === size && sha256(bytes) === digest) return bytes;
  throw new DockerCommsError(
    'verification-failed',
    'The content inside this message is not the one it names.',
  );
}

function wrongSize(): DockerCommsError {
  return new DockerCommsError(
    'verification-failed',
    'A part of this file has another size than the message says.',
  );
}
