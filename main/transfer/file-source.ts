import { constants } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import { basename, resolve } from 'node:path';
import { DockerCommsError, systemErrorCode, toDockerCommsError } from '../base/errors.ts';
import { changedMeanwhile, readPieces, type PayloadReader, type PayloadSource } from './payload-source.ts';

/** What makes a file another file than the one that was chosen. */
interface FileState {
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ino: bigint;
  readonly dev: bigint;
}

/**
 * A file on this computer, as it is now: what is sent later must be this file with this size and time of change. Fails
 * `not-found` when it is not there, `invalid` when it is a folder or a device, `storage` when it may not be read.
 */
export async function fileSource(path: string): Promise<PayloadSource> {
  const absolute = resolve(path);
  const state = await regularFile(absolute);
  const totalBytes = Number(state.size);
  const openReader = () => openFile(absolute, state);
  return {
    name: basename(absolute),
    totalBytes,
    open: () => readPieces(openReader(), totalBytes),
    openReader,
  };
}

async function regularFile(path: string): Promise<FileState> {
  const stats = await stat(path, { bigint: true }).catch(rethrow);
  if (stats.isFile()) return stateOf(stats);
  throw new DockerCommsError('invalid', 'This is not a file that can be sent.', {
    detail: { name: basename(path) },
  });
}

/**
 * Opens the file that `state` was taken from, for reading in order. Fails `conflict` when another file is there now.
 * Without blocking: a name that became a pipe meanwhile must not hold the process.
 */
export async function openFile(path: string, state: FileState): Promise<PayloadReader> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK || 0)).catch(rethrow);
  const reader = new FileReader(path, handle, state);
  try {
    await reader.check();
  } catch (error) {
    await handle.close();
    throw error;
  }
  return reader;
}

class FileReader implements PayloadReader {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #state: FileState;
  #position = 0;

  constructor(path: string, handle: FileHandle, state: FileState) {
    this.#path = path;
    this.#handle = handle;
    this.#state = state;
  }

  async fill(target: Uint8Array): Promise<void> {
    let filled = 0;
    while (filled < target.length) {
      const { bytesRead } = await this.#handle
        .read(target, filled, target.length - filled, this.#position)
        .catch(rethrow);
      if (bytesRead === 0) throw changedMeanwhile(basename(this.#path));
      filled += bytesRead;
      this.#position += bytesRead;
    }
    await this.check();
  }

  finish(): Promise<void> {
    return this.check();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  /** The open file and the one under its name must both still be the file that was chosen, unchanged. */
  async check(): Promise<void> {
    const opened = await this.#handle.stat({ bigint: true }).catch(rethrow);
    const named = await stat(this.#path, { bigint: true }).catch(rethrow);
    if (!sameState(opened, this.#state) || !sameState(named, this.#state)) {
      throw changedMeanwhile(basename(this.#path));
    }
  }
}

export function stateOf({ size, mtimeNs, ino, dev }: BigIntStats): FileState {
  return { size, mtimeNs, ino, dev };
}

function sameState(a: FileState, b: FileState): boolean {
  return a.size === b.size && a.mtimeNs === b.mtimeNs && a.ino === b.ino && a.dev === b.dev;
}

/** The system's error as ours, with a sentence about the file that is being sent. */
function rethrow(error: unknown): never {
  const known = toDockerCommsError(error);
  if (known.code !== 'not-found') throw known;
  throw new DockerCommsError('not-found', 'The file is no longer where it was. Was it moved or deleted?', {
    cause: error,
    detail: { system: systemErrorCode(error) ?? '' },
  });
}
