/**
 * A file on its way that outlives a pause, a cut, a restart and a crash. Its chunks count again only where what lies on the
 * disk proves to be what was once verified (chunk-journal.ts): power may fail before written bytes are there, and other
 * programs reach the folder. Each chunk is a whole archive and a whole compressed stream, so reading can begin at any.
 */
import { rm } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Digest } from '../base/digest.ts';
import { DockerCommsError, isDockerCommsError, toDockerCommsError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { MiB } from '../base/limits.ts';
import type { ReceivedMessage } from '../protocol/message.ts';
import type { BlobOrigin } from './blobs.ts';
import { throwIfCancelled } from './cancellation.ts';
import { ChunkJournal, readJournalAt, type KeptChunk } from './chunk-journal.ts';
import { NewFile, newPartialName, partialName } from './new-file.ts';
import { runParallel } from './parallel.ts';
import { receiveChunks, type ChunkRange, type ReceiveChunksOptions } from './receive-chunks.ts';

/** Bytes read at once to be proven: few trips to the disk, and each is checked in a moment. */
const readBytes = 1 * MiB;

export interface PartialFileOptions {
  /** Where the file is to appear. */
  readonly folder: string;
  /** Path of its journal. */
  readonly journalPath: string;
}

interface Parts {
  readonly file: NewFile;
  readonly journal: ChunkJournal;
}

interface KeptRange extends ChunkRange {
  readonly bytes: number;
}

export class PartialFile {
  readonly file: NewFile;
  /** Bytes of the chunks that were here when it was opened, not yet proven. */
  readonly keptBytes: number;
  readonly #message: ReceivedMessage;
  readonly #journal: ChunkJournal;
  readonly #journalPath: string;

  private constructor(message: ReceivedMessage, journalPath: string, { file, journal }: Parts) {
    this.file = file;
    this.keptBytes = bytesIn(journal.kept);
    this.#message = message;
    this.#journal = journal;
    this.#journalPath = journalPath;
  }

  /**
   * Goes on with what an earlier try for the same content left, else begins anew. Where another folder was chosen meanwhile
   * it goes on where it was begun, unless there is no room. Throws `storage`: what is there stays then.
   */
  static async open(message: ReceivedMessage, options: PartialFileOptions): Promise<PartialFile> {
    const parts = (await goOn(message, options)) ?? (await begin(message, options));
    return new PartialFile(message, options.journalPath, parts);
  }

  /**
   * Fetches what is missing and meanwhile proves what is there; what does not prove itself is fetched again. Throws as
   * `receiveChunks`.
   */
  async complete(origin: BlobOrigin, options: ReceiveChunksOptions): Promise<void> {
    const missing = {
      first: this.#journal.kept.length,
      end: this.#message.chunkCount,
      position: this.keptBytes,
    };
    let damaged: readonly KeptRange[] = [];
    const works = [
      async (signal: AbortSignal) => {
        damaged = await this.#damaged(signal, (bytes) => options.onBytes?.(-bytes));
      },
      async (signal: AbortSignal) => {
        const fetching = { ...options, signal, range: missing, journal: this.#journal };
        await receiveChunks(this.#message, origin, this.file, fetching);
      },
    ];
    const { signal } = options;
    await runParallel({ count: works.length, parallel: works.length, signal }, (index, stop) =>
      Promise.resolve(async () => works[index]?.(stop)),
    );
    for (const range of damaged) await this.#fetchAgain(range, origin, options);
  }

  /** The file has its name: nothing is to go on any more. */
  async finish(): Promise<void> {
    await this.#journal.close();
    await rm(this.#journalPath, { force: true }).catch(() => undefined);
  }

  /** Leaves everything for a later `open`. Never throws. */
  async close(): Promise<void> {
    await this.#journal.close();
    await this.file.close();
  }

  /** Kept chunks that are not on the disk as they were, those that follow each other as one. */
  async #damaged(signal: AbortSignal, onDamaged: (bytes: number) => void): Promise<readonly KeptRange[]> {
    const damaged: KeptRange[] = [];
    const memory = Buffer.allocUnsafeSlow(readBytes);
    let position = 0;
    for (const [index, { size, proof }] of this.#journal.kept.entries()) {
      throwIfCancelled(signal);
      const found = await this.#proofOnDisk({ index, position, size }, memory);
      if (!found?.equals(proof)) {
        const before = damaged.at(-1)?.end === index ? damaged.pop() : undefined;
        const range = before ?? { first: index, end: index, position, bytes: 0 };
        damaged.push({ ...range, end: index + 1, bytes: range.bytes + size });
        onDamaged(size);
      }
      position += size;
    }
    return damaged;
  }

  /** Null where it cannot be read. */
  async #proofOnDisk(
    chunk: { readonly index: number; readonly position: number; readonly size: number },
    memory: Buffer,
  ): Promise<Buffer | null> {
    const proof = this.#journal.proofOf(chunk.index);
    for (let done = 0; done < chunk.size; done += memory.length) {
      const piece = memory.subarray(0, chunk.size - done);
      if (!(await this.file.read(piece, chunk.position + done))) return null;
      proof.update(piece);
    }
    return proof.digest();
  }

  async #fetchAgain(range: KeptRange, origin: BlobOrigin, options: ReceiveChunksOptions): Promise<void> {
    const end = await receiveChunks(this.#message, origin, this.file, { ...options, range });
    if (end === range.position + range.bytes) return;
    // The journal itself is damaged: where the chunks behind these belong, it no longer says.
    await this.close();
    await discardPartial(this.#journalPath);
    throw new DockerCommsError(
      'storage',
      'What was kept of this file is damaged. Try again: it begins anew.',
    );
  }
}

/** Removes a partial file and its journal: its download was given up. Throws what the system says. */
export async function discardPartial(journalPath: string): Promise<void> {
  const partial = await partialOf(journalPath);
  if (partial !== null) await rm(partial.file, { force: true });
  await rm(journalPath, { force: true });
}

/** What an earlier try left. */
export interface PartialFacts {
  /** Absolute path. */
  readonly file: string;
  /** Bytes of the chunks that are in it. */
  readonly bytes: number;
}

/** What is there by a journal; null where nobody can tell. */
export async function partialOf(journalPath: string): Promise<PartialFacts | null> {
  const journal = await readJournalAt(journalPath);
  if (journal === null || !partialName.test(basename(journal.subject.file))) return null;
  return { file: journal.subject.file, bytes: bytesIn(journal.kept) };
}

async function goOn(message: ReceivedMessage, options: PartialFileOptions): Promise<Parts | null> {
  const journal = await ChunkJournal.reopen(options.journalPath);
  if (journal === null) return null;
  const file = await reopenFile(journal, message, options.folder).catch(async (error: unknown) => {
    await journal.close();
    throw error;
  });
  if (file !== null) return { file, journal };
  await journal.close();
  return null;
}

/** Null where nothing can go on, and where another folder is to have it because this one has no room. */
async function reopenFile(
  journal: ChunkJournal,
  message: ReceivedMessage,
  folder: string,
): Promise<NewFile | null> {
  const { subject } = journal;
  const file = isAbout(journal, message) ? await NewFile.reopen(folder, subject.file, subject.owner) : null;
  if (file === null) return null;
  try {
    await file.cutTo(message.totalBytes);
    await file.requireRoom(message.totalBytes - bytesIn(journal.kept));
    return file;
  } catch (error) {
    await file.close();
    if (isDockerCommsError(error, 'storage') && resolve(folder) !== dirname(subject.file)) return null;
    throw error;
  }
}

async function begin(message: ReceivedMessage, { folder, journalPath }: PartialFileOptions): Promise<Parts> {
  // First: where the folder cannot be written to (its disk is not there), what was kept may still be of use.
  const file = await NewFile.create(folder, message.totalBytes, newPartialName());
  try {
    // What cannot be removed is no reason to stop; `removeLeftovers` tries again.
    await discardPartial(journalPath).catch(() => undefined);
    const { owner } = await file.facts();
    const subject = { file: resolve(file.temporaryPath), owner, content: contentOf(message) };
    return { file, journal: await ChunkJournal.create(journalPath, subject) };
  } catch (error) {
    await file.discard();
    throw toDockerCommsError(error);
  }
}

/** Whether this journal is one of this content: of another one, not even the sizes mean anything. */
function isAbout(journal: ChunkJournal, message: ReceivedMessage): boolean {
  const { kept, subject } = journal;
  const { chunkCount, chunkBytes, totalBytes } = message;
  const chunksLeft = chunkCount - kept.length;
  const bytesLeft = totalBytes - bytesIn(journal.kept);
  const fits = chunksLeft >= 0 && bytesLeft >= chunksLeft && bytesLeft <= chunksLeft * chunkBytes;
  return fits && subject.content === contentOf(message);
}

/** What the bytes on the disk follow from: the layers, and how they are read. */
function contentOf({ totalBytes, chunkBytes, compression, layers }: ReceivedMessage): Digest {
  const digests = layers.map(({ digest, size }) => [digest, size]);
  return sha256(JSON.stringify([totalBytes, chunkBytes, compression, digests]));
}

function bytesIn(kept: readonly KeptChunk[]): number {
  return kept.reduce((sum, { size }) => sum + size, 0);
}
