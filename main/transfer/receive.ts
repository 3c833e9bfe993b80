import type { Clock } from '../base/clock.ts';
import { DockerCommsError } from '../base/errors.ts';
import { localFileName } from './local-name.ts';
import type { ReceivedMessage } from '../protocol/message.ts';
import type { BlobOrigin } from './blobs.ts';
import { throwIfCancelled } from './cancellation.ts';
import { decompressionBytes } from './decompress.ts';
import { MemoryBudget } from './memory-budget.ts';
import { NewFile } from './new-file.ts';
import { PartialFile } from './partial-file.ts';
import { ProgressMeter, type TransferProgress } from './progress.ts';
import { receiveChunks } from './receive-chunks.ts';

export interface ReceiveOptions {
  /** Where the file appears; made when it is not there. */
  readonly folder: string;
  /** Wanted name, however unsafe: made safe here, and numbered when it is taken. */
  readonly filename: string;
  /**
   * Path where it is written down what is on the disk already, so that another call goes on where this one ends. It belongs in
   * a folder that nobody else can write to; whoever gives the download up calls `discardPartial`. Left out: nothing stays of
   * what fails.
   */
  readonly journalPath?: string | undefined;
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

/**
 * Fetches a message's payload into a folder. The file appears under its name only when all of it was verified, written
 * and synced; on any failure nothing of it stays but, with a `journalPath`, the chunks that were verified. Throws `protocol`
 * and `verification-failed` for what the message and its layers are not, `storage` for the disk, `cancelled`, and whatever the
 * registry's client throws.
 */
export async function receivePayload(
  message: ReceivedMessage,
  origin: BlobOrigin,
  options: ReceiveOptions,
): Promise<ReceivedFile> {
  const { parallel, budget, signal } = options;
  throwIfCancelled(signal);
  const name = localFileName(options.filename);
  const partial = await partialFor(message, options);
  const file = partial?.file ?? (await NewFile.create(options.folder, message.totalBytes));
  try {
    const meter = downloadMeter(message, options, partial?.keptBytes ?? 0);
    const receiving = { parallel, budget, signal, onBytes: (bytes: number) => meter.add(bytes) };
    if (partial === null) await receiveChunks(message, origin, file, receiving);
    else await partial.complete(origin, receiving);
    meter.enter('saving');
    await file.markOrigin();
    const path = await file.place(name);
    await partial?.finish();
    return { path, bytes: message.totalBytes };
  } catch (error) {
    await (partial === null ? file.discard() : partial.close());
    throw error;
  }
}

/** Null where nothing is to go on later. Of a single chunk there is nothing to keep: it is there, or it is not. */
async function partialFor(
  message: ReceivedMessage,
  { folder, journalPath }: ReceiveOptions,
): Promise<PartialFile | null> {
  if (journalPath === undefined || message.chunkCount < 2) return null;
  return PartialFile.open(message, { folder, journalPath });
}

function downloadMeter(
  message: ReceivedMessage,
  { onProgress, clock }: ReceiveOptions,
  bytesDone: number,
): ProgressMeter {
  return new ProgressMeter({
    bytesTotal: message.totalBytes,
    bytesDone,
    phase: 'downloading',
    report: onProgress ?? (() => undefined),
    ...(clock === undefined ? {} : { clock }),
  });
}

export interface ReceiveToMemoryOptions {
  /** More than this is refused before anything is fetched. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

/**
 * A small payload (the text of a chat message) in memory. Throws `too-large` for more than `maxBytes`, else as
 * `receivePayload`.
 */
export async function receiveToMemory(
  message: ReceivedMessage,
  origin: BlobOrigin,
  { maxBytes, signal }: ReceiveToMemoryOptions,
): Promise<Uint8Array> {
  if (message.totalBytes > maxBytes) {
    throw new DockerCommsError('too-large', 'This text is longer than a chat message may be.', {
      detail: { bytes: message.totalBytes, maxBytes },
    });
  }
  const payload = new Uint8Array(message.totalBytes);
  const sink = {
    write(bytes: Uint8Array, position: number): Promise<void> {
      payload.set(bytes, position);
      return Promise.resolve();
    },
  };
  await receiveChunks(message, origin, sink, {
    parallel: 1,
    budget: new MemoryBudget(decompressionBytes),
    signal,
  });
  return payload;
}
