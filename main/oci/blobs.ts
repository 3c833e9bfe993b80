import type { Readable } from 'node:stream';
import type { Digest } from '../base/digest.ts';
import { DockerCommsError } from '../base/errors.ts';
import { deleteBlob } from './deletion.ts';
import { looksLikeHtml, notARegistry, requestDetail } from './failures.ts';
import type { FetchBlobOptions, FetchWholeOptions, PushBlobOptions } from './options.ts';
import { BlobUploads } from './push-blob.ts';
import type { RepositoryParts } from './repository-parts.ts';
import { bodyPieces, discardBody, headerOf, type WireAnswer } from './transport.ts';
import {
  ContentSoFar,
  verifiedStream,
  verifiedWhole,
  wrongContent,
  type ExpectedContent,
} from './verified.ts';

/** The blobs of one repository. What it promises is written at `OciRepository`. */
export class Blobs {
  readonly #parts: RepositoryParts;
  readonly #uploads: BlobUploads;

  constructor(parts: RepositoryParts) {
    this.#parts = parts;
    this.#uploads = new BlobUploads(parts.capabilities);
  }

  async exists(digest: Digest, signal: AbortSignal | undefined): Promise<boolean> {
    const answer = await this.#parts.exchange.send({
      method: 'HEAD',
      url: this.#url(digest),
      access: 'pull',
      accept: [200, 404],
      signal,
    });
    await discardBody(answer);
    return answer.status === 200;
  }

  async stream(content: ExpectedContent, { signal, begun }: FetchBlobOptions): Promise<Readable> {
    const before = new ContentSoFar(content);
    if (begun !== undefined) for await (const piece of begun) before.add(piece);
    // Nothing follows: what is here is it, or is not.
    if (before.size >= content.size && before.size > 0) return verifiedStream(nothing(), content, {}, before);
    const request = () => this.#request(content, signal, before.size);
    const answer = await this.#parts.exchange.retrying(request, signal);
    const pieces = bodyPieces(answer);
    // A registry need not know ranges.
    const rest = answer.status === 206 ? pieces : without(before.size, pieces);
    const stream = verifiedStream(rest, content, requestDetail(answer), before);
    // A stream that is given up before its first piece has not begun to read the body, so it would not let go of it.
    return stream.once('close', () => answer.body.destroy());
  }

  whole(content: ExpectedContent, { signal, onBytes }: FetchWholeOptions): Promise<Buffer<ArrayBuffer>> {
    return this.#parts.exchange.retrying(async () => {
      const answer = await this.#request(content, signal);
      let told = 0;
      const tell = (bytes: number): void => {
        told += bytes;
        onBytes?.(bytes);
      };
      try {
        return await verifiedWhole(bodyPieces(answer), content, requestDetail(answer), tell);
      } catch (error) {
        tell(-told);
        throw error;
      }
    }, signal);
  }

  /** Of the content from `start` on, as a range (206), or of all of it (200). */
  async #request(content: ExpectedContent, signal: AbortSignal | undefined, start = 0): Promise<WireAnswer> {
    const answer = await this.#parts.exchange.once({
      method: 'GET',
      url: this.#url(content.digest),
      access: 'pull',
      accept: start === 0 ? [200] : [200, 206],
      headers: { accept: '*/*', ...(start > 0 && { range: `bytes=${start}-` }) },
      signal,
    });
    const problem = problemOf(answer, content, start);
    if (problem === null) return answer;
    answer.body.destroy();
    if (looksLikeHtml(headerOf(answer, 'content-type') ?? '')) throw notARegistry(answer, answer.status);
    throw wrongContent(content, { ...requestDetail(answer), problem });
  }

  async push(
    bytes: Uint8Array,
    { digest, size }: ExpectedContent,
    { onSent, signal, from }: PushBlobOptions,
  ): Promise<void> {
    if (bytes.byteLength !== size) {
      throw new DockerCommsError('internal', 'The size of a piece differs from its description.');
    }
    const { exchange, registry } = this.#parts;
    const exists = () => this.exists(digest, signal);
    const upload = { exchange, registry, url: this.#url('uploads/'), bytes, digest, exists, onSent, signal };
    await this.#uploads.push(upload, from);
  }

  async delete(digest: Digest, signal: AbortSignal | undefined): Promise<void> {
    await deleteBlob({ ...this.#parts, url: this.#url(digest), signal });
  }

  #url(path: string): URL {
    return new URL(`blobs/${path}`, this.#parts.repository);
  }
}

/** What an answer's headers say that cannot be right; null: nothing. */
function problemOf(answer: WireAnswer, { size }: ExpectedContent, start: number): string | null {
  const length = headerOf(answer, 'content-length');
  const expected = answer.status === 206 ? size - start : size;
  if (length !== undefined && Number(length) !== expected) return 'content-length';
  if (answer.status !== 206) return null;
  const range = headerOf(answer, 'content-range');
  return range === `bytes ${start}-${size - 1}/${size}` ? null : 'content-range';
}

/** What follows the first `bytes`. */
async function* without(
  bytes: number,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = bytes;
  for await (const piece of pieces) {
    if (piece.byteLength > left) yield piece.subarray(left);
    left = Math.max(0, left - piece.byteLength);
  }
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {
  // No pieces.
}
