import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { splitDigest, type Digest } from '../base/digest.ts';
import { DockerCommsError, type ErrorDetail } from '../base/errors.ts';
import { gather } from '../base/gather.ts';
import { sha256InPool } from '../base/hash.ts';

/** The content that a digest and a size promise. A `Descriptor` is one. */
export interface ExpectedContent {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** Bytes that the stream holds ready: a few network pieces. */
const bufferedBytes = 256 * 1024;

/**
 * The same pieces as a stream that ends only when they, after those in `before`, were exactly `expected`: a byte too many,
 * too few or changed and it errors `verification-failed` before its end event. What flowed before is not to be believed
 * until the end.
 */
export function verifiedStream(
  pieces: AsyncIterable<Uint8Array>,
  expected: ExpectedContent,
  detail: ErrorDetail,
  before = new ContentSoFar(expected),
): Readable {
  return Readable.from(verifyPieces(pieces, expected, detail, before), {
    objectMode: false,
    highWaterMark: bufferedBytes,
  });
}

async function* verifyPieces(
  pieces: AsyncIterable<Uint8Array>,
  expected: ExpectedContent,
  detail: ErrorDetail,
  content: ContentSoFar,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of pieces) {
    if (content.size + piece.byteLength > expected.size) {
      throw wrongContent(expected, { ...detail, problem: 'longer' });
    }
    // Network pieces have at most 64 KiB, so that hashing one holds nobody up.
    content.add(piece);
    yield piece;
  }
  if (content.size < expected.size) throw wrongContent(expected, { ...detail, problem: 'shorter' });
  if (content.digest() !== expected.digest) throw wrongContent(expected, { ...detail, problem: 'digest' });
}

/** The first bytes of some content, of which only all together can be believed. */
export class ContentSoFar {
  size = 0;
  readonly #algorithm: 'sha256' | 'sha512';
  readonly #hash: Hash;

  constructor({ digest }: Pick<ExpectedContent, 'digest'>) {
    this.#algorithm = splitDigest(digest).algorithm;
    this.#hash = createHash(this.#algorithm);
  }

  add(bytes: Uint8Array): void {
    this.size += bytes.byteLength;
    this.#hash.update(bytes);
  }

  /** To be asked once. */
  digest(): Digest {
    return `${this.#algorithm}:${this.#hash.digest('hex')}`;
  }
}

/**
 * The same pieces in one block of memory, verified. Hashed off this thread: a block of megabytes would hold everybody
 * up. `onBytes` is told of each piece. Fails as `verifiedStream`.
 */
export async function verifiedWhole(
  pieces: AsyncIterable<Uint8Array>,
  expected: ExpectedContent,
  detail: ErrorDetail,
  onBytes?: (bytes: number) => void,
): Promise<Buffer<ArrayBuffer>> {
  const wrongSize = (problem: string) => wrongContent(expected, { ...detail, problem });
  const whole = await gather(pieces, expected.size, wrongSize, onBytes);
  const { algorithm } = splitDigest(expected.digest);
  const digest = algorithm === 'sha256' ? await sha256InPool(whole) : digestLike(expected.digest, whole);
  if (digest !== expected.digest) throw wrongContent(expected, { ...detail, problem: 'digest' });
  return whole;
}

/** The registry gave other bytes than it was asked for. */
export function wrongContent(expected: ExpectedContent, detail: ErrorDetail): DockerCommsError {
  return new DockerCommsError('verification-failed', 'What the registry gave is not what it was asked for.', {
    detail: { ...detail, expectedDigest: expected.digest, expectedSize: expected.size },
  });
}

/** The digest of `bytes` by the algorithm of `like`. */
export function digestLike(like: Digest, bytes: Uint8Array): Digest {
  const { algorithm } = splitDigest(like);
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}
