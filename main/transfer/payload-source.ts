import { DockerCommsError } from '../base/errors.ts';
import { MiB } from '../base/limits.ts';

/** What is sent: a name, a size that is known before the first byte, and the bytes in order. */
export interface PayloadSource {
  /** Base name, as the receiver will see it. */
  readonly name: string;
  readonly totalBytes: number;
  /**
   * The bytes from the first to the last, in pieces of any size; may be called again for another try. Fails `conflict`
   * when what is read is not any more what `totalBytes` was taken from, `not-found` or `storage` when it cannot be read.
   */
  open(signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** The same bytes into memory that the caller owns, where a source can do that without a copy. */
  openReader?(signal?: AbortSignal): Promise<PayloadReader>;
}

export interface PayloadReader {
  /** Fills `target` whole, with the bytes that follow the last ones. Fails as `PayloadSource.open` does. */
  fill(target: Uint8Array): Promise<void>;
  /** Checks, at the end, that nothing follows and that nothing changed meanwhile. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** What every source says when its bytes are not those that were promised. */
export function changedMeanwhile(name: string): DockerCommsError {
  return new DockerCommsError('conflict', `“${name}” changed while it was being sent. Send it again.`, {
    detail: { name },
  });
}

/** Reads a source, with the least copying that it allows. */
export async function openPayload(source: PayloadSource, signal: AbortSignal): Promise<PayloadReader> {
  return (await source.openReader?.(signal)) ?? new PieceReader(source, signal);
}

const noBytes = new Uint8Array(0);

/** Cuts pieces of any size into exactly the sizes asked for. */
class PieceReader implements PayloadReader {
  readonly #name: string;
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = noBytes;

  constructor(source: PayloadSource, signal: AbortSignal) {
    this.#name = source.name;
    this.#pieces = source.open(signal)[Symbol.asyncIterator]();
  }

  async fill(target: Uint8Array): Promise<void> {
    let filled = 0;
    while (filled < target.length) {
      if (this.#rest.length === 0 && !(await this.#next())) throw changedMeanwhile(this.#name);
      const part = this.#rest.subarray(0, target.length - filled);
      target.set(part, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
  }

  async finish(): Promise<void> {
    if (this.#rest.length > 0 || (await this.#next())) throw changedMeanwhile(this.#name);
  }

  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  /** Takes the next piece that holds anything; false at the end. */
  async #next(): Promise<boolean> {
    for (;;) {
      const next = await this.#pieces.next();
      if (next.done === true) return false;
      this.#rest = next.value;
      if (next.value.length > 0) return true;
    }
  }
}

/** Bytes read from the disk at once: smaller pieces cost a call each, larger ones only memory. */
const pieceBytes = MiB;

/** The bytes that a reader still has, in pieces; closes it. */
export async function* readPieces(
  opening: Promise<PayloadReader>,
  totalBytes: number,
): AsyncGenerator<Uint8Array> {
  const reader = await opening;
  try {
    for (let left = totalBytes; left > 0; left -= pieceBytes) {
      const piece = Buffer.allocUnsafe(Math.min(left, pieceBytes));
      await reader.fill(piece);
      yield piece;
    }
    await reader.finish();
  } finally {
    await reader.close();
  }
}
