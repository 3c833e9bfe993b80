/** Blobs: pull, existence, delete ("Pulling blobs", "Checking if content exists", "Deleting Blobs"). */
import { pipeline } from 'node:stream/promises';
import type { Digest } from '../base/digest.ts';
import type { BlobFiles, OpenBlob } from './blob-files.ts';
import type { Catalogue } from './catalogue.ts';
import { registryError } from './errors.ts';
import { answerEmpty, type Exchange } from './exchange.ts';
import { registryLimits } from './limits.ts';
import { parseRange, type ByteRange } from './ranges.ts';

export class BlobPull {
  readonly #catalogue: Catalogue;
  readonly #files: BlobFiles;

  constructor(catalogue: Catalogue, files: BlobFiles) {
    this.#catalogue = catalogue;
    this.#files = files;
  }

  /** GET and HEAD, of the whole or of one range. */
  async serve(exchange: Exchange, name: string, digest: Digest): Promise<void> {
    const blob = await this.#open(name, digest);
    try {
      await serveBlob(exchange, blob, digest);
    } finally {
      await blob.handle.close();
    }
  }

  async delete(exchange: Exchange, name: string, digest: Digest): Promise<void> {
    if (!this.#catalogue.unlinkBlob(name, digest)) throw blobUnknown();
    await this.#catalogue.settle();
    answerEmpty(exchange, 202);
  }

  /** A file that is gone or has another size counts as absent: the pusher then brings it again, which mends it. */
  async #open(name: string, digest: Digest): Promise<OpenBlob> {
    const size = this.#catalogue.blobSize(name, digest);
    const blob = size === null ? null : await this.#files.read(digest);
    if (blob === null) throw blobUnknown();
    if (blob.size === size) return blob;
    await blob.handle.close();
    throw blobUnknown();
  }
}

function blobUnknown(): Error {
  return registryError('BLOB_UNKNOWN', 'This repository has no such blob.');
}

async function serveBlob({ request, response }: Exchange, blob: OpenBlob, digest: Digest): Promise<void> {
  const range = request.method === 'GET' ? parseRange(request.headers.range, blob.size) : null;
  response.setHeader('docker-content-digest', digest);
  response.setHeader('accept-ranges', 'bytes');
  if (range === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${blob.size}`);
    throw registryError('SIZE_INVALID', 'The blob has nothing in this range.', { status: 416 });
  }
  writeBlobHead({ request, response }, blob.size, range);
  if (request.method === 'HEAD' || blob.size === 0) response.end();
  else await sendContent(response, blob, range);
}

function writeBlobHead(
  { response }: Pick<Exchange, 'request' | 'response'>,
  size: number,
  range: ByteRange | null,
): void {
  const type = { 'content-type': 'application/octet-stream' };
  if (range === null) {
    response.writeHead(200, { ...type, 'content-length': size });
    return;
  }
  const { start, end } = range;
  response.writeHead(206, {
    ...type,
    'content-length': end - start + 1,
    'content-range': `bytes ${start}-${end}/${size}`,
  });
}

async function sendContent(
  response: Exchange['response'],
  blob: OpenBlob,
  range: ByteRange | null,
): Promise<void> {
  const { start, end } = range ?? { start: 0, end: blob.size - 1 };
  const content = blob.handle.createReadStream({
    ...{ start, end },
    autoClose: false,
    highWaterMark: registryLimits.pieceBytes,
  });
  await pipeline(content, response);
}
