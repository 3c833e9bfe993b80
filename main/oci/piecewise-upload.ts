import { DockerCommsError, isDockerCommsError } from '../base/errors.ts';
import { requestDetail } from './failures.ts';
import type { UploadContext, UploadSession } from './upload-session.ts';

/**
 * One blob in pieces ("Pushing a blob in chunks"). After a failure it is never guessed how much has arrived, because
 * some registries append a repeated piece instead of refusing it: the registry is asked, and the upload goes on from
 * there. Whether every piece was kept shows at the end, when the registry compares the digest.
 */
export class PiecewiseUpload {
  /** Pieces that were taken. */
  count = 0;
  readonly pieceBytes: number;
  readonly #upload: UploadContext;
  readonly #session: UploadSession;
  #at = 0;
  #interrupted = false;
  #certain = true;

  /** Pieces of `pieceBytes`, or of the registry's smallest size where that is larger. */
  constructor(upload: UploadContext, session: UploadSession, pieceBytes: number) {
    this.#upload = upload;
    this.#session = session;
    this.pieceBytes = Math.max(pieceBytes, session.leastPieceBytes);
  }

  async run(): Promise<void> {
    const { exchange, bytes, signal } = this.#upload;
    while (this.#at < bytes.byteLength) await exchange.retrying(() => this.#next(), signal);
    await exchange.retrying(() => this.#finish(), signal);
  }

  /** Whether `error` shows that the registry did not keep what it had taken, though nothing had gone wrong. */
  wereLost(error: unknown): boolean {
    if (this.#interrupted || this.count < 2) return false;
    return isDockerCommsError(error, 'verification-failed') || isDockerCommsError(error, 'conflict');
  }

  /** Whether it may go better from the beginning: the upload was forgotten, or an interruption spoilt it. */
  mayBegin(error: unknown): boolean {
    if (isDockerCommsError(error, 'not-found') || isDockerCommsError(error, 'conflict')) return true;
    return this.#interrupted && isDockerCommsError(error, 'verification-failed');
  }

  async #next(): Promise<void> {
    const size = this.#upload.bytes.byteLength;
    if (!this.#certain) await this.#askWhere();
    if (this.#at === size) return;
    const end = Math.min(this.#at + this.pieceBytes, size);
    const received = (await this.#unsure(() => this.#session.append(this.#at, end))) ?? end;
    if (received !== end) throw this.#misled();
    this.#at = received;
    this.count += 1;
  }

  async #askWhere(): Promise<void> {
    const received = await this.#session.received();
    if (received === null || received > this.#upload.bytes.byteLength) throw this.#misled();
    this.#at = received;
    this.#certain = true;
  }

  async #finish(): Promise<void> {
    // The end may have arrived though its answer did not.
    if (!this.#certain && (await this.#upload.exists())) return;
    await this.#unsure(() => this.#session.finish(this.#at));
  }

  /** Until it succeeds, nobody knows what has arrived. */
  async #unsure<T>(step: () => Promise<T>): Promise<T> {
    this.#certain = false;
    try {
      const result = await step();
      this.#certain = true;
      return result;
    } catch (error) {
      this.#interrupted ||= isDockerCommsError(error, 'network');
      throw error;
    }
  }

  #misled(): DockerCommsError {
    return new DockerCommsError('conflict', 'The registry lost track of this upload. Send it again.', {
      detail: requestDetail({ method: 'PATCH', url: this.#upload.url }),
    });
  }
}
