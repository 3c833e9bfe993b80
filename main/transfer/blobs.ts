import type { Readable } from 'node:stream';
import type { Digest } from '../base/digest.ts';

/** The content that a digest and a size (bytes) promise. */
export interface BlobIdentity {
  readonly digest: Digest;
  readonly size: number;
}

/** Where chunks go: the few methods of a repository that sending needs. */
export interface BlobTarget {
  exists(digest: Digest, signal?: AbortSignal): Promise<boolean>;
  /**
   * Reads `bytes` until it settles and not after: the caller frees their memory then.
   * `onSent` gets the running total of bytes handed to the connection; it starts over when the upload has to.
   */
  pushBlob(
    bytes: Uint8Array,
    blob: BlobIdentity,
    options?: { readonly signal?: AbortSignal; readonly onSent?: (bytes: number) => void },
  ): Promise<void>;
}

/** Where chunks come from. The stream errors, before it ends, when its bytes are not those of digest and size. */
export interface BlobOrigin {
  fetchBlob(blob: BlobIdentity, options?: { readonly signal?: AbortSignal }): Promise<Readable>;
  /** The same in one block of memory that the caller owns, verified, where an origin can do that at less cost. */
  fetchWholeBlob?(
    blob: BlobIdentity,
    options?: { readonly signal?: AbortSignal; readonly onBytes?: ((bytes: number) => void) | undefined },
  ): Promise<Buffer<ArrayBuffer>>;
}
