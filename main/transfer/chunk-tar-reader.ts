/**
 * Reading the tar around one chunk (protocol, section 3; POSIX `pax`, "ustar Interchange Format"). Attacker-controlled: it
 * may claim any size, hold other things than one regular file, or never end.
 * Must-fail vectors, behind both compressions: test/transfer/attacks.test.ts.
 */
import { extract, type Header } from 'tar-stream';
import { DockerCommsError } from '../base/errors.ts';
import { KiB } from '../base/limits.ts';
import { tarBlockBytes, tarEndBytes } from './chunk-tar.ts';

/** Empty blocks that may follow the end: tar programs fill up records, of 10 KiB mostly. */
const longestEndBytes = 64 * KiB;
const nothing = Buffer.alloc(64 * KiB);

export interface ChunkTar {
  /** Bytes of the chunk, as the tar's header says: not yet believed. */
  readonly size: number;
  /**
   * The chunk's bytes: exactly `size` of them. Throws `protocol` when there are fewer, or when anything but the end of
   * the archive follows. To be read once, to its end.
   */
  content(): AsyncGenerator<Uint8Array, void, undefined>;
}

/**
 * Reads the header of the one entry, which must be a regular file named `chunk_<digits>.bin`. What follows is not read
 * yet, so the caller can refuse the size before anything more is decompressed. Throws `protocol`.
 */
export async function openChunkTar(pieces: AsyncIterator<Buffer>): Promise<ChunkTar> {
  const queue = new PieceQueue(pieces);
  const block = await queue.exactly(tarBlockBytes);
  // Other types, among them pax and GNU records for long names, have no place here and could themselves be large.
  if (block[156] !== 0x30 && block[156] !== 0) throw malformed('type');
  const { name, type, size } = await decodeHeader(block);
  if (type !== 'file' || !/^chunk_[0-9]{1,20}\.bin$/.test(name)) throw malformed('name');
  if (!Number.isSafeInteger(size) || size < 0) throw malformed('size');
  return { size, content: () => readContent(queue, size) };
}

async function* readContent(queue: PieceQueue, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  let left = size;
  while (left > 0) {
    const piece = await queue.upTo(left);
    if (piece === null) throw malformed('truncated');
    left -= piece.length;
    yield piece;
  }
  await readEnd(queue, size);
}

/** Padding to a whole block, two empty blocks, perhaps more of them, and nothing else. */
async function readEnd(queue: PieceQueue, size: number): Promise<void> {
  const padding = (tarBlockBytes - (size % tarBlockBytes)) % tarBlockBytes;
  let read = 0;
  for (
    let piece = await queue.upTo(nothing.length);
    piece !== null;
    piece = await queue.upTo(nothing.length)
  ) {
    if (!piece.equals(nothing.subarray(0, piece.length))) throw malformed('more than one entry');
    read += piece.length;
    if (read > padding + longestEndBytes) throw malformed('never ends');
  }
  if (read < padding + tarEndBytes) throw malformed('truncated');
}

/** tar-stream's reading of one header block. Throws `protocol` when it is none. */
async function decodeHeader(block: Buffer): Promise<Header> {
  const decoded = Promise.withResolvers<Header>();
  const parser = extract();
  const refuse = () => decoded.reject(malformed('header'));
  parser.on('entry', (header, content) => {
    // The content is read elsewhere; that it does not come here is no error.
    content.on('error', () => undefined);
    decoded.resolve(header);
  });
  parser.on('error', refuse);
  parser.on('close', refuse);
  parser.end(block);
  try {
    return await decoded.promise;
  } finally {
    parser.destroy();
  }
}

function malformed(problem: string): DockerCommsError {
  return new DockerCommsError('protocol', 'A part of this file is not packed as the format says.', {
    detail: { problem },
  });
}

/** Pieces of any size, taken in the sizes that are wanted. */
class PieceQueue {
  readonly #pieces: AsyncIterator<Buffer>;
  #rest: Buffer = nothing.subarray(0, 0);

  constructor(pieces: AsyncIterator<Buffer>) {
    this.#pieces = pieces;
  }

  /** The next bytes, at least one and at most `bytes`, without a copy; null at the end. */
  async upTo(bytes: number): Promise<Buffer | null> {
    while (this.#rest.length === 0) {
      const next = await this.#pieces.next();
      if (next.done === true) return null;
      this.#rest = next.value;
    }
    const piece = this.#rest.subarray(0, bytes);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  /** Exactly the next `bytes`, copied. Throws `protocol` when there are fewer. */
  async exactly(bytes: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let left = bytes; left > 0;) {
      const piece = await this.upTo(left);
      if (piece === null) throw malformed('truncated');
      parts.push(piece);
      left -= piece.length;
    }
    return Buffer.concat(parts);
  }
}
