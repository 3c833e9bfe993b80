/** Blob uploads ("Pushing blobs", "Mounting a blob from another repository"). */
import type { IncomingMessage } from 'node:http';
import type { Digest } from '../base/digest.ts';
import { DockerCommsError, systemErrorCode } from '../base/errors.ts';
import type { BlobFiles } from './blob-files.ts';
import type { Catalogue } from './catalogue.ts';
import { mayMount } from './client.ts';
import { registryError } from './errors.ts';
import { answerEmpty, bodyOf, type Exchange } from './exchange.ts';
import { parseRepositoryName, parseRequestedDigest } from './grammar.ts';
import { parseChunkRange, receivedRange } from './ranges.ts';
import type { BlobUpload } from './upload.ts';
import type { Uploads } from './uploads.ts';

export class BlobPush {
  readonly #catalogue: Catalogue;
  readonly #files: BlobFiles;
  readonly #uploads: Uploads;

  constructor(catalogue: Catalogue, files: BlobFiles, uploads: Uploads) {
    this.#catalogue = catalogue;
    this.#files = files;
    this.#uploads = uploads;
  }

  /** POST: mounts, or takes the whole blob, or opens an upload, as the query says. */
  async begin(exchange: Exchange, name: string): Promise<void> {
    const { query } = exchange;
    if (query.has('mount') && (await this.#mount(exchange, name))) return;
    if (query.has('digest')) {
      await this.#takeWhole(exchange, name, parseRequestedDigest(query.get('digest')));
      return;
    }
    this.#answerProgress(exchange, 202, this.#uploads.begin(name, exchange.client));
  }

  /** PATCH: the next chunk, or, without `Content-Range`, a stream of whatever follows. */
  async append(exchange: Exchange, name: string, id: string): Promise<void> {
    const upload = this.#uploads.find(name, id, exchange.client);
    await this.#atWork(upload, () => appendBody(exchange, upload));
    this.#answerProgress(exchange, 202, upload);
  }

  /** PUT: the last chunk if there is one, and the end. */
  async finish(exchange: Exchange, name: string, id: string): Promise<void> {
    const upload = this.#uploads.find(name, id, exchange.client);
    const digest = parseRequestedDigest(exchange.query.get('digest'));
    await this.#atWork(upload, async () => {
      await appendBody(exchange, upload);
      await this.#commit(upload, digest);
    });
    answerCreated(exchange, name, digest);
  }

  /** GET: how much has arrived. */
  status(exchange: Exchange, name: string, id: string): void {
    this.#answerProgress(exchange, 204, this.#uploads.find(name, id, exchange.client));
  }

  /** DELETE: gives the upload up. */
  async cancel(exchange: Exchange, name: string, id: string): Promise<void> {
    const upload = this.#uploads.find(name, id, exchange.client);
    await upload.exclusively(() => this.#uploads.discard(upload));
    answerEmpty(exchange, 204);
  }

  /** False when there is nothing to mount: the specification then wants an upload. Without `from`, any repository does. */
  async #mount(exchange: Exchange, name: string): Promise<boolean> {
    const digest = parseRequestedDigest(exchange.query.get('mount'));
    const from = exchange.query.get('from');
    if (!mayMount(exchange.client, from)) return false;
    const size =
      from === null
        ? this.#catalogue.blobSizeAnywhere(digest)
        : this.#catalogue.blobSize(parseRepositoryName(from), digest);
    const blob = size === null ? null : await this.#files.read(digest);
    await blob?.handle.close();
    if (size === null || blob?.size !== size) return false;
    this.#catalogue.linkBlob(name, digest, size);
    answerCreated(exchange, name, digest);
    return true;
  }

  async #takeWhole(exchange: Exchange, name: string, digest: Digest): Promise<void> {
    const upload = this.#uploads.begin(name, exchange.client);
    try {
      await this.#atWork(upload, async () => {
        await appendBody(exchange, upload);
        await this.#commit(upload, digest);
      });
    } finally {
      await this.#uploads.discard(upload);
    }
    answerCreated(exchange, name, digest);
  }

  /**
   * First the file, then the row that shows it: killed in between, there is a file that nobody sees. The row is settled
   * with the manifest that needs it; after a power cut before that, the client finds the blob absent and pushes again.
   */
  async #commit(upload: BlobUpload, digest: Digest): Promise<void> {
    const size = upload.received;
    await upload.commit(digest, this.#files);
    this.#uploads.forget(upload);
    this.#catalogue.linkBlob(upload.repository, digest, size);
  }

  async #atWork(upload: BlobUpload, task: () => Promise<void>): Promise<void> {
    try {
      await upload.exclusively(task);
    } catch (error) {
      if (!survives(error)) await this.#uploads.discard(upload);
      throw error;
    }
  }

  #answerProgress(exchange: Exchange, status: number, upload: BlobUpload): void {
    answerEmpty(exchange, status, {
      location: `/v2/${upload.repository}/blobs/uploads/${upload.id}`,
      range: receivedRange(upload.received),
      'docker-upload-uuid': upload.id,
    });
  }
}

function answerCreated(exchange: Exchange, name: string, digest: Digest): void {
  answerEmpty(exchange, 201, { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest });
}

/** After a refused chunk or a cut connection the client may go on; after a failed write, a wrong digest or
 * on a full disk it may not. */
function survives(error: unknown): boolean {
  if (systemErrorCode(error) === 'ECONNRESET') return true;
  if (!(error instanceof DockerCommsError)) return false;
  const { oci, status } = error.detail;
  return oci !== undefined && oci !== 'DIGEST_INVALID' && status !== 413 && status !== 507;
}

async function appendBody({ request, response }: Exchange, upload: BlobUpload): Promise<void> {
  try {
    await upload.append(bodyOf(request), announcedLength(request, upload.received));
  } catch (error) {
    response.setHeader('range', receivedRange(upload.received));
    throw error;
  }
}

/**
 * Bytes that this body must have, null where only its end will tell. Throws 416 for a chunk that does not begin where
 * the upload stands: chunks come in order.
 */
function announcedLength({ headers }: IncomingMessage, received: number): number | null {
  const contentLength = headers['content-length'];
  const contentRange = headers['content-range'];
  const announced = contentLength === undefined ? null : Number(contentLength);
  if (contentRange === undefined) return announced;
  const range = parseChunkRange(contentRange);
  if (range === null)
    throw registryError('BLOB_UPLOAD_INVALID', 'Content-Range has the form start-end here.');
  if (range.start !== received) {
    throw registryError('BLOB_UPLOAD_INVALID', 'This chunk is not the next one.', { status: 416 });
  }
  const length = range.end - range.start + 1;
  if (announced !== null && announced !== length) {
    throw registryError('SIZE_INVALID', 'Content-Range and Content-Length differ.', { status: 416 });
  }
  return length;
}
