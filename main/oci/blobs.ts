import type { Readable } from 'node:stream';
import type { Digest } from '../base/digest.ts';
import { DockerCommsError } from '../base/errors.ts';
import { deleteBlob } from './deletion.ts';
import { looksLikeHtml, notARegistry, requestDetail } from './failures.ts';
import type { FetchWholeOptions, PushBlobOptions } from './options.ts';
import { BlobUploads } from './push-blob.ts';
import type { RepositoryParts } from './repository-parts.ts';
import { bodyPieces, discardBody, headerOf, type WireAnswer } from './transport.ts';
import { verifiedStream, verifiedWhole, wrongContent, type ExpectedContent } from './verified.ts';

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

  async stream(content: ExpectedContent, signal: AbortSignal | undefined): Promise<Readable> {
    const answer = await this.#parts.exchange.retrying(() => this.#request(content, signal), signal);
    const stream = verifiedStream(bodyPieces(answer), content, requestDetail(answer));
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

  async #request(content: ExpectedContent, signal: AbortSignal | undefined): Promise<WireAnswer> {
    const answer = await this.#parts.exchange.once({
      method: 'GET',
      url: this.#url(content.digest),
      access: 'pull',
      accept: [200],
      headers: { accept: '*/*' },
      signal,
    });
    const length = headerOf(answer, 'content-length');
    if (length === undefined || Number(length) === content.size) return answer;
    answer.body.destroy();
    if (looksLikeHtml(headerOf(answer, 'content-type') ?? '')) throw notARegistry(answer, answer.status);
    throw wrongContent(content, { ...requestDetail(answer), problem: 'content-length' });
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
