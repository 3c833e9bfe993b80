/**
 * Decompressing what came from a registry. Only as a stream, in small pieces: what a layer claims to be is checked before
 * the next piece is made, so a small layer can never fill the memory or the disk.
 * Formats: RFC 8878 (zstd), RFC 1952 (gzip). Must-fail vectors: test/transfer/attacks.test.ts.
 */
import { constants, createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import { DockerCommsError, systemErrorCode } from '../base/errors.ts';
import { KiB } from '../base/limits.ts';
import type { Compression } from '../protocol/constants.ts';

/** Bytes given to and taken from a decompressor at a time: measured; half of it costs a tenth more processor time. */
const pieceBytes = 512 * KiB;

/**
 * zstd's window, as a power of two: 32 MiB, four times what RFC 8878 asks of decoders. A frame that wants more is
 * refused, because every chunk in flight may have one.
 */
export const largestWindowLog = 25;

/** zstd frames in one layer. Each costs a decoder, and an empty one takes 9 bytes. */
const mostFrames = 1_000;

/** Memory that one decompression may hold: its window, pieces on both sides and what the runtime keeps. */
export const decompressionBytes = 2 ** largestWindowLog;

/**
 * The decompressed bytes of one layer. Concatenated zstd frames (RFC 8878, section 3) and gzip members (RFC 1952,
 * section 2.2) are one stream, as their standards say; whether the result is one chunk is the tar reader's business.
 * Every byte of `source` belongs to the stream: it is read to its end, and what is no frame is an error. Throws
 * `protocol`, and whatever `source` throws.
 */
export async function* decompress(
  source: AsyncIterator<Buffer>,
  compression: Compression,
): AsyncGenerator<Buffer, void, undefined> {
  const pieces = new GatheredPieces(source);
  let rest = await pieces.next();
  if (rest === null) throw malformed('empty');
  for (let frame = 0; rest !== null; frame += 1) {
    if (frame === mostFrames) throw malformed('too many frames');
    const decoder = createDecoder(compression);
    const feeding = feed(decoder, rest, pieces);
    yield* output(decoder, feeding);
    rest = await feeding;
  }
}

type Decoder = ZstdDecompress | Gunzip;

function createDecoder(compression: Compression): Decoder {
  return compression === 'zstd'
    ? createZstdDecompress({
        chunkSize: pieceBytes,
        params: { [constants.ZSTD_d_windowLogMax]: largestWindowLog },
      })
    : createGunzip({ chunkSize: pieceBytes });
}

async function* output(decoder: Decoder, feeding: Promise<unknown>): AsyncGenerator<Buffer, void, undefined> {
  // Errors that come when nobody reads any more have nothing to say.
  decoder.on('error', () => undefined);
  // A source that fails ends the decoder too, so its error is seen here first.
  feeding.catch((error: unknown) =>
    decoder.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  try {
    for await (const piece of decoder) yield piece as Buffer;
  } catch (error) {
    throw isZlibError(error) ? malformed(systemErrorCode(error) ?? '', error) : error;
  }
}

/** Feeds one frame, beginning with `first`. Gives what follows the frame, or null when the source ended with it. */
async function feed(decoder: Decoder, first: Buffer, pieces: GatheredPieces): Promise<Buffer | null> {
  let fed = 0;
  for (let piece: Buffer | null = first; piece !== null; piece = await pieces.next()) {
    fed += piece.length;
    await written(decoder, piece);
    // Taken less than given: the frame ended within this piece.
    const left = fed - decoder.bytesWritten;
    if (left > 0) return piece.subarray(piece.length - left);
    if (decoder.destroyed) return null;
  }
  decoder.end();
  return null;
}

/** Settles when `decoder` has taken all of `piece`, or will take no more. */
async function written(decoder: Decoder, piece: Buffer): Promise<void> {
  const settled = Promise.withResolvers<null>();
  const settle = () => {
    settled.resolve(null);
  };
  decoder.once('end', settle).once('close', settle);
  decoder.write(piece, settle);
  await settled.promise;
  decoder.off('end', settle).off('close', settle);
}

/**
 * Gathers a source's pieces to ones worth a trip to the thread pool: a network's 64 KiB keep the main thread busy with
 * going back and forth. Each piece is valid until the next one is asked for: its memory is used again, because memory
 * for each would keep the garbage collector busy instead.
 */
class GatheredPieces {
  readonly #source: AsyncIterator<Buffer>;
  readonly #memory = Buffer.allocUnsafeSlow(pieceBytes);
  #rest: Buffer = this.#memory.subarray(0, 0);

  constructor(source: AsyncIterator<Buffer>) {
    this.#source = source;
  }

  /** The next bytes; null at the end. */
  async next(): Promise<Buffer | null> {
    let gathered = 0;
    while (gathered < this.#memory.length) {
      if (this.#rest.length === 0 && !(await this.#pull())) break;
      const part = this.#rest.subarray(0, this.#memory.length - gathered);
      this.#memory.set(part, gathered);
      gathered += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return gathered === 0 ? null : this.#memory.subarray(0, gathered);
  }

  /** Takes the source's next piece, even an empty one; false at its end. */
  async #pull(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done === true) return false;
    this.#rest = next.value;
    return true;
  }
}

function isZlibError(error: unknown): boolean {
  return /^Z(?:STD)?_/.test(systemErrorCode(error) ?? '');
}

function malformed(problem: string, cause?: unknown): DockerCommsError {
  return new DockerCommsError('protocol', 'A part of this file is not compressed as the format says.', {
    detail: { problem },
    cause,
  });
}
