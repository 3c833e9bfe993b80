import { DockerCommsError } from '../base/errors.ts';

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
  /** Checks, at the end, that nothing follows and nothing changed meanwhile. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** Bytes that are already in memory. */
export function bytesSource(name: string, bytes: Uint8Array): PayloadSource {
  return {
    name,
    totalBytes: bytes.length,
    // eslint-disable-next-line @typescript-eslint/require-await -- the interface is asynchronous, memory is not
    async *open() {
      yield bytes;
    },
  };
}

export function fileSource(_path: string): Promise<PayloadSource> {
  return Promise.reject(new DockerCommsError('unsupported', 'Sending files is being built.'));
}

export function folderSource(_path: string): Promise<PayloadSource> {
  return Promise.reject(new DockerCommsError('unsupported', 'Sending folders is being built.'));
}
