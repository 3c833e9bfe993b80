import { DockerCommsError } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { ReceivedMessage } from '../protocol/message.ts';
import type { BlobOrigin } from './blobs.ts';
import type { MemoryBudget } from './memory-budget.ts';
import type { TransferProgress } from './progress.ts';

export interface ReceiveOptions {
  /** Where the file appears; made when it is not there. */
  readonly folder: string;
  /** Wanted name; made safe, and numbered when it is taken. */
  readonly filename: string;
  /** Chunks in flight at once, within the budget. */
  readonly parallel: number;
  /** Shared by all transfers of the process. */
  readonly budget: MemoryBudget;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TransferProgress) => void;
  readonly clock?: Clock;
}

export interface ReceivedFile {
  /** Where it is now: never a file that was there before. */
  readonly path: string;
  readonly bytes: number;
}

export function receivePayload(
  _message: ReceivedMessage,
  _origin: BlobOrigin,
  _options: ReceiveOptions,
): Promise<ReceivedFile> {
  return Promise.reject(new DockerCommsError('unsupported', 'Receiving is being built.'));
}

export interface ReceiveToMemoryOptions {
  /** More than this is refused before anything is fetched. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

export function receiveToMemory(
  _message: ReceivedMessage,
  _origin: BlobOrigin,
  _options: ReceiveToMemoryOptions,
): Promise<Uint8Array> {
  return Promise.reject(new DockerCommsError('unsupported', 'Receiving is being built.'));
}
