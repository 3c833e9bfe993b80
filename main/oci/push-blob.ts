import { isDockerCommsError, type DockerCommsError } from '../base/errors.ts';
import { KiB, MiB } from '../base/limits.ts';
import { saysUnsupported, type Capabilities } from './capabilities.ts';
import { PiecewiseUpload } from './piecewise-upload.ts';
import { UploadSession, uploadBody, type UploadContext } from './upload-session.ts';
import { ociMediaTypes } from './media-types.ts';
import { discardBody, type WireAnswer } from './transport.ts';

/** Blobs up to this many bytes go with the request that would only announce them: a chat message saves a round trip. */
const singlePostBytes = 64 * KiB;
/** Bytes of one PATCH: GHCR takes no more. */
const pieceBytes = 4 * MiB;
/** What the usual proxy lets through unless it was told otherwise. */
const smallPieceBytes = MiB;
/** Uploads in pieces that are begun before it is given up: the first may only find out that pieces are too large. */
const piecewiseTries = 3;

/** What becomes of the request that opens an upload. */
type Opened = WireAnswer | 'done';

/**
 * Puts blobs into one repository ("Pushing blobs"). In one piece by POST and PUT, which every registry has; by a mount
 * where the blob is in a repository beside it; in one request while it is small and the registry takes that; and in
 * pieces where the registry, or what stands before it, refuses the whole (413), or the line does not hold for it.
 */
export class BlobUploads {
  readonly #capabilities: Capabilities;
  /** Bytes of the smallest blob that was too large for one request. */
  #refusedBytes = Number.POSITIVE_INFINITY;
  #pieceBytes = pieceBytes;

  constructor(capabilities: Capabilities) {
    this.#capabilities = capabilities;
  }

  /** Uploads one blob; `from` is the path of a repository of this registry that may have it. */
  async push(upload: UploadContext, from?: string): Promise<void> {
    const mounted = from === undefined ? null : await this.#mount(upload, from);
    if (mounted === 'done') return;
    let opened: WireAnswer | null = mounted;
    const refusal = await upload.exchange.retrying(() => {
      const first = opened;
      opened = null;
      return this.#inOnePiece(upload, first);
    }, upload.signal);
    if (refusal !== null) await this.#inPieces(upload, refusal);
  }

  /** What to go on with: nothing more, the upload that the registry opened instead, or (null) from the beginning. */
  async #mount(upload: UploadContext, from: string): Promise<Opened | null> {
    const url = new URL(upload.url);
    url.searchParams.set('mount', upload.digest);
    url.searchParams.set('from', from);
    try {
      const answer = await begin(upload, url, 'mount', [201, 202]);
      if (answer.status === 202) return answer;
      if (!(await this.#isProved('mount', upload))) return null;
      upload.onSent?.(upload.bytes.byteLength);
      return 'done';
    } catch (error) {
      // It only saves work: without permission there, say, the blob goes the usual way.
      if (isDockerCommsError(error, 'cancelled')) throw error;
      if (saysUnsupported(error)) this.#capabilities.learn('mount', false);
      return null;
    }
  }

  /** Null when it is there; else the failure after which it has to go in pieces. */
  async #inOnePiece(upload: UploadContext, mounting: WireAnswer | null): Promise<DockerCommsError | null> {
    const opened = mounting ?? (await this.#begin(upload));
    if (opened === 'done') return null;
    const session = new UploadSession(upload, opened);
    try {
      await session.finish(0);
      return null;
    } catch (error) {
      if (!this.#mayGoInPieces(upload, error)) throw error;
      await session.abandon();
      return error;
    }
  }

  /** Opens an upload; a small blob goes along, which some registries take for the whole. */
  async #begin(upload: UploadContext): Promise<Opened> {
    const { url, bytes, digest } = upload;
    if (bytes.byteLength > singlePostBytes || this.#capabilities.lacks('single-post')) {
      return begin(upload, url, 'push', [202]);
    }
    const whole = new URL(url);
    whole.searchParams.set('digest', digest);
    const answer = await begin(upload, whole, 'push', [201, 202], true).catch((error: unknown) => {
      if (!isDockerCommsError(error, 'protocol') && !isDockerCommsError(error, 'unsupported')) throw error;
      if (saysUnsupported(error)) this.#capabilities.learn('single-post', false);
      return null;
    });
    if (answer?.status === 201 && (await this.#isProved('single-post', upload))) return 'done';
    // "Registries MAY opt-out of this behavior by responding with 202": then it is the beginning of the usual way.
    if (answer?.status === 202) this.#capabilities.learn('single-post', false);
    return answer?.status === 202 ? answer : begin(upload, url, 'push', [202]);
  }

  /** A 201 is believed once the blob was seen to be there after one. */
  async #isProved(capability: 'mount' | 'single-post', upload: UploadContext): Promise<boolean> {
    if (this.#capabilities.has(capability)) return true;
    const there = await upload.exists();
    this.#capabilities.learn(capability, there);
    return there;
  }

  #mayGoInPieces({ bytes }: UploadContext, error: unknown): error is DockerCommsError {
    if (!isDockerCommsError(error) || bytes.byteLength <= smallPieceBytes) return false;
    if (error.detail.status === 413) {
      this.#refusedBytes = Math.min(this.#refusedBytes, bytes.byteLength);
      return !this.#capabilities.lacks('chunked-upload');
    }
    const cut = error.code === 'network' && error.detail.status === undefined;
    return cut && this.#capabilities.has('chunked-upload');
  }

  async #inPieces(upload: UploadContext, refusal: DockerCommsError): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const session = new UploadSession(upload, await this.#open(upload));
      const pieces = new PiecewiseUpload(upload, session, this.#pieceBytes);
      try {
        await pieces.run();
        if (pieces.count > 1) this.#capabilities.learn('chunked-upload', true);
        return;
      } catch (error) {
        await session.abandon();
        this.#giveUp(pieces, error, refusal);
        if (tries >= piecewiseTries) throw error;
      }
    }
  }

  /** Throws where beginning anew would not help. */
  #giveUp(pieces: PiecewiseUpload, error: unknown, refusal: DockerCommsError): void {
    if (saysUnsupported(error) || pieces.wereLost(error)) {
      this.#capabilities.learn('chunked-upload', false);
      throw refusal;
    }
    const smaller = isDockerCommsError(error, 'too-large') && pieces.pieceBytes > smallPieceBytes;
    if (smaller) this.#pieceBytes = smallPieceBytes;
    if (!smaller && !pieces.mayBegin(error)) throw error;
  }

  #open(upload: UploadContext): Promise<WireAnswer> {
    return upload.exchange.retrying(() => begin(upload, upload.url, 'push', [202]), upload.signal);
  }
}

async function begin(
  upload: UploadContext,
  url: URL,
  access: 'push' | 'mount',
  accept: readonly number[],
  whole = false,
): Promise<WireAnswer> {
  const { exchange, bytes, signal } = upload;
  const content = {
    headers: { 'content-type': ociMediaTypes.octetStream, 'content-length': String(bytes.byteLength) },
    body: () => uploadBody(upload, 0, bytes.byteLength),
  };
  const answer = await exchange.once({ method: 'POST', url, access, accept, signal, ...(whole && content) });
  await discardBody(answer);
  return answer;
}
