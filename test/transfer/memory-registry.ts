import { setTimeout as delay } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import type { Digest } from '../../main/base/digest.ts';
import { DockerCommsError } from '../../main/base/errors.ts';
import { sha256 } from '../../main/base/hash.ts';
import { verifiedStream } from '../../main/oci/verified.ts';
import type { BlobIdentity, BlobOrigin, BlobTarget } from '../../main/transfer/blobs.ts';

/** A registry's blobs in memory: what is pushed is checked, what is fetched is verified while it streams. */
export class MemoryRegistry implements BlobTarget, BlobOrigin {
  readonly blobs = new Map<Digest, Buffer>();
  readonly pushed: Digest[] = [];
  /** Called at the start of every push; may fail or wait. */
  onPush: (digest: Digest) => Promise<void> = () => Promise.resolve();
  readonly fetched: Digest[] = [];
  /** Called at the start of every fetch; may fail or wait. */
  onFetch: (digest: Digest) => Promise<void> = () => Promise.resolve();
  /** Bytes of one piece of a fetched blob. */
  pieceBytes = 64 * 1024;
  fetching = 0;
  mostFetching = 0;

  add(bytes: Uint8Array): BlobIdentity {
    const blob = { digest: sha256(bytes), size: bytes.length };
    this.blobs.set(blob.digest, Buffer.from(bytes));
    return blob;
  }

  exists(digest: Digest): Promise<boolean> {
    return Promise.resolve(this.blobs.has(digest));
  }

  async pushBlob(
    bytes: Uint8Array,
    blob: BlobIdentity,
    options: { readonly signal?: AbortSignal; readonly onSent?: (bytes: number) => void } = {},
  ): Promise<void> {
    await this.onPush(blob.digest);
    options.signal?.throwIfAborted();
    options.onSent?.(Math.floor(blob.size / 2));
    if (sha256(bytes) !== blob.digest || bytes.length !== blob.size) throw new Error('Wrong digest or size.');
    this.blobs.set(blob.digest, Buffer.from(bytes));
    this.pushed.push(blob.digest);
    options.onSent?.(blob.size);
  }

  async fetchBlob(blob: BlobIdentity, options: { readonly signal?: AbortSignal } = {}): Promise<Readable> {
    await this.onFetch(blob.digest);
    const bytes = this.blobs.get(blob.digest);
    if (bytes === undefined) throw new DockerCommsError('not-found', 'There is no such blob.');
    this.fetched.push(blob.digest);
    return verifiedStream(this.#pieces(bytes, options.signal), blob, {});
  }

  async *#pieces(bytes: Buffer, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
    this.fetching += 1;
    this.mostFetching = Math.max(this.mostFetching, this.fetching);
    try {
      for (let start = 0; start < bytes.length; start += this.pieceBytes) {
        await delay(0);
        signal?.throwIfAborted();
        yield bytes.subarray(start, start + this.pieceBytes);
      }
    } finally {
      this.fetching -= 1;
    }
  }
}
