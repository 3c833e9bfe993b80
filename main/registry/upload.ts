/** One upload session: a temporary file that grows from its end, and the hash of what it holds. */
import { createHash, type Hash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { splitDigest, type Digest } from '../base/digest.ts';
import type { BlobFiles } from './blob-files.ts';
import { registryError } from './errors.ts';
import { registryLimits } from './limits.ts';
import type { Quota } from './quota.ts';

interface Mark {
  readonly hash: Hash;
  readonly received: number;
}

export interface BlobUploadOptions {
  readonly id: string;
  readonly repository: string;
  /** Of the temporary file. */
  readonly path: string;
  readonly quota: Quota;
  /** Whether it comes over the network, where limits are closer. */
  readonly guest: boolean;
}

export class BlobUpload {
  readonly id: string;
  readonly repository: string;
  readonly #path: string;
  readonly #quota: Quota;
  readonly #guest: boolean;
  #handle: FileHandle | null = null;
  // Nearly every blob is sha256; for another algorithm the file is read once more at the end.
  #hash = createHash('sha256');
  #received = 0;
  /** Bytes that count against the quota. */
  #counted = 0;
  #busy = false;

  constructor({ id, repository, path, quota, guest }: BlobUploadOptions) {
    this.id = id;
    this.repository = repository;
    this.#path = path;
    this.#quota = quota;
    this.#guest = guest;
  }

  /** Bytes that are safely part of the upload. */
  get received(): number {
    return this.#received;
  }

  /** Runs `task` alone. Throws `BLOB_UPLOAD_INVALID` (409) when a request is at work on this upload already. */
  async exclusively<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#busy) {
      throw registryError('BLOB_UPLOAD_INVALID', 'Another request writes to this upload.', { status: 409 });
    }
    this.#busy = true;
    try {
      return await task();
    } finally {
      this.#busy = false;
    }
  }

  /**
   * Appends `body`, of exactly `length` bytes where that is not null. A body of another length leaves the upload as it
   * was (`SIZE_INVALID`). A connection that is cut leaves what arrived, for the client to go on from.
   */
  async append(body: AsyncIterable<Uint8Array>, length: number | null): Promise<void> {
    const mark = { hash: this.#hash.copy(), received: this.#received };
    const most = this.#guest ? registryLimits.guestBlobBytes : registryLimits.blobBytes;
    const room = most - this.#received;
    if (length !== null && length > room) await this.#refuse(mark, 413);
    await this.#write(body, this.#received + (length ?? room), mark, length === null ? 413 : 400);
    if (length !== null && this.#received !== mark.received + length) await this.#refuse(mark, 400);
  }

  /** Verifies the whole against `digest` and files it. Throws `DIGEST_INVALID`, after which nothing is left. */
  async commit(digest: Digest, files: BlobFiles): Promise<void> {
    const handle = await this.#file();
    if ((await this.#digestAs(digest)) !== digest) {
      await this.discard();
      throw registryError('DIGEST_INVALID', 'The content does not have this digest.');
    }
    await handle.sync();
    await this.#close();
    const added = await files.adopt(this.#path, digest);
    if (!added) this.#quota.giveBack(this.#counted);
    this.#counted = 0;
  }

  /** Ends the upload and removes what it had. */
  async discard(): Promise<void> {
    await this.#close();
    this.#giveBack(this.#counted);
    await rm(this.#path, { force: true });
  }

  #giveBack(bytes: number): void {
    this.#counted -= bytes;
    this.#quota.giveBack(bytes);
  }

  async #write(
    body: AsyncIterable<Uint8Array>,
    limit: number,
    mark: Mark,
    tooLong: 400 | 413,
  ): Promise<void> {
    let batch: Uint8Array[] = [];
    let batched = 0;
    for await (const piece of body) {
      if (this.#received + batched + piece.length > limit) await this.#refuse(mark, tooLong);
      batch.push(piece);
      batched += piece.length;
      if (batched < registryLimits.pieceBytes) continue;
      await this.#writeBatch(batch, batched);
      [batch, batched] = [[], 0];
    }
    if (batched > 0) await this.#writeBatch(batch, batched);
  }

  /** Writes and, while the disk is at it, hashes. A write that fails ends the upload: hash and file differ then. */
  async #writeBatch(batch: readonly Uint8Array[], bytes: number): Promise<void> {
    try {
      this.#quota.take(bytes, this.#guest);
      this.#counted += bytes;
      const written = writeFully(await this.#file(), batch, this.#received);
      for (const piece of batch) this.#hash.update(piece);
      await written;
      this.#received += bytes;
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  async #refuse(mark: Mark, status: 400 | 413): Promise<never> {
    this.#giveBack(this.#received - mark.received);
    this.#hash = mark.hash;
    this.#received = mark.received;
    await this.#handle?.truncate(mark.received);
    throw registryError('SIZE_INVALID', 'The body has another length than was announced or is accepted.', {
      status,
    });
  }

  async #digestAs(digest: Digest): Promise<Digest> {
    const { algorithm } = splitDigest(digest);
    if (algorithm === 'sha256') return `sha256:${this.#hash.copy().digest('hex')}`;
    const hash = createHash(algorithm);
    const handle = await this.#file();
    const content = handle.createReadStream({
      start: 0,
      autoClose: false,
      highWaterMark: registryLimits.pieceBytes,
    });
    await pipeline(content, hash);
    return `sha512:${hash.digest('hex')}`;
  }

  async #file(): Promise<FileHandle> {
    this.#handle ??= await open(this.#path, 'wx+', 0o600);
    return this.#handle;
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
  }
}

/** Writes every byte: a system may take only some of them at once. */
async function writeFully(
  handle: FileHandle,
  pieces: readonly Uint8Array[],
  position: number,
): Promise<void> {
  let [rest, at] = [pieces, position];
  while (rest.length > 0) {
    const { bytesWritten } = await handle.writev(rest, at);
    at += bytesWritten;
    rest = withoutFirst(rest, bytesWritten);
  }
}

function withoutFirst(pieces: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let skip = bytes;
  const firstLeft = pieces.findIndex((piece) => {
    if (piece.length > skip) return true;
    skip -= piece.length;
    return false;
  });
  if (firstLeft === -1) return [];
  const [partly, ...rest] = pieces.slice(firstLeft);
  return partly === undefined ? [] : [partly.subarray(skip), ...rest];
}
