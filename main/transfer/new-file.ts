/** A file that appears whole or not at all, and never in the place of another (protocol, section 3, "File names"). */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DockerCommsError, systemErrorCode, toDockerCommsError } from '../base/errors.ts';
import { numberedName } from '../protocol/filename.ts';
import { freeBytesAt } from './free-space.ts';
import { markOrigin } from './origin-mark.ts';

/** Numbers tried when a name is taken, before it is given up. */
const mostNumberedNames = 1_000;

/** Random bytes in a temporary name: nobody can foresee it, or find one that is taken. */
const nameBytes = 16;

/** What a file is called while it is being written: nobody can foresee it, and what a crash leaves is recognised by it. */
export const temporaryName = /^\.dockercomms-[0-9a-f]{32}\.part$/;
/** The same for one that stays while its download waits to go on. */
export const partialName = /^\.dockercomms-[0-9a-f]{32}\.partial$/;

function newTemporaryName(): string {
  return `.dockercomms-${randomBytes(nameBytes).toString('hex')}.part`;
}

/** Of whichever file is there: what stands behind a link of that name is somebody else's. */
const neverFollow = constants.O_NOFOLLOW || 0;

/** A name for a file that may stay for a later `reopen`. */
export function newPartialName(): string {
  return partialNameOf(randomBytes(nameBytes).toString('hex'));
}

/** The same that is found again by what the file is to be: `hex`, of 32 digits at least. For folders of this user alone. */
export function partialNameOf(hex: string): string {
  return `.dockercomms-${hex.slice(0, 2 * nameBytes)}.partial`;
}

/** A file being written, under a temporary name that nobody can foresee. */
export class NewFile {
  /** Where it is until it is placed. */
  readonly temporaryPath: string;
  readonly #folder: string;
  readonly #handle: FileHandle;
  #lastWrite: Promise<void> = Promise.resolve();

  private constructor(folder: string, temporaryPath: string, handle: FileHandle) {
    this.#folder = folder;
    this.temporaryPath = temporaryPath;
    this.#handle = handle;
  }

  /**
   * Opens a temporary file in `folder`, which is made when it is not there. Throws `storage` when the folder cannot be
   * written to or has no room for `bytes`, before anything is fetched.
   */
  static async create(folder: string, bytes: number, temporaryName = newTemporaryName()): Promise<NewFile> {
    return asStorageError(async () => {
      await mkdir(folder, { recursive: true });
      await checkRoom(folder, bytes);
      const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | neverFollow;
      const path = join(folder, temporaryName);
      return new NewFile(folder, path, await open(path, flags, 0o666));
    });
  }

  /**
   * Opens what an earlier `create` left at `temporaryPath`, to be placed in `folder` (made when it is not there). Null where
   * it is gone, or no longer a file of `owner` alone: a link, a device, another user's, or one that also has another name and
   * so may be somebody's document. What it holds is not looked at. Throws `storage` where it cannot be opened.
   */
  static async reopen(folder: string, temporaryPath: string, owner: number): Promise<NewFile | null> {
    return asStorageError(async () => {
      const handle = await openThere(temporaryPath);
      if (handle === null) return null;
      if (await isOwn(handle, temporaryPath, owner)) {
        await mkdir(folder, { recursive: true });
        return new NewFile(folder, temporaryPath, handle);
      }
      await handle.close();
      return null;
    });
  }

  /** Number of the user to whom it belongs (POSIX `st_uid`), and its size in bytes. Throws `storage`. */
  facts(): Promise<{ readonly owner: number; readonly size: number }> {
    return asStorageError(async () => {
      const { uid, size } = await this.#handle.stat();
      return { owner: uid, size };
    });
  }

  /** Throws `storage` unless its disk has room for so many bytes more. */
  async requireRoom(bytes: number): Promise<void> {
    await asStorageError(() => checkRoom(dirname(this.temporaryPath), bytes));
  }

  /** Cuts off what lies behind `bytes`. Throws `storage`. */
  async cutTo(bytes: number): Promise<void> {
    await asStorageError(async () => {
      if ((await this.#handle.stat()).size > bytes) await this.#handle.truncate(bytes);
    });
  }

  /** Fills `bytes` from `position` on; false where the file ends before, or cannot be read there. */
  async read(bytes: Uint8Array, position: number): Promise<boolean> {
    for (let done = 0; done < bytes.length;) {
      const read = await this.#handle
        .read(bytes, done, bytes.length - done, position + done)
        .catch(() => null);
      if (read === null || read.bytesRead === 0) return false;
      done += read.bytesRead;
    }
    return true;
  }

  /**
   * Writes all of `bytes` at `position`. Throws `storage`. One write at a time: a file has one lock in the kernel, and
   * threads that wait for it spin, which takes the processors from those who decompress (measured: up to half of them).
   */
  write(bytes: Uint8Array, position: number): Promise<void> {
    const written = this.#lastWrite.then(() => this.#writeAll(bytes, position));
    this.#lastWrite = written.catch(() => undefined);
    return written;
  }

  #writeAll(bytes: Uint8Array, position: number): Promise<void> {
    return asStorageError(async () => {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done);
        done += bytesWritten;
      }
    });
  }

  /** Marks it as somebody else's, whatever it is called later. */
  async markOrigin(): Promise<void> {
    await markOrigin(this.temporaryPath);
  }

  /**
   * Brings everything to the disk, and the file to the first free name: `name`, `name (1)`, … Gives its path, which is in
   * the folder where it was begun when that is on another disk than the one where it should go.
   */
  async place(name: string): Promise<string> {
    return asStorageError(async () => {
      await this.#handle.sync();
      await this.#handle.close();
      const path = await this.#linkToFreeName(this.#folder, name).catch((error: unknown) => {
        if (systemErrorCode(error) !== 'EXDEV') throw error;
        return this.#linkToFreeName(dirname(this.temporaryPath), name);
      });
      // From here on the file is saved, whatever becomes of its temporary name.
      await rm(this.temporaryPath, { force: true }).catch(() => undefined);
      await syncFolder(dirname(path));
      return path;
    });
  }

  /** Leaves it where it is, for a later `reopen`. Never throws. */
  async close(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
  }

  /** Removes every trace. Safe to call at any time, and never throws. */
  async discard(): Promise<void> {
    await this.close();
    await rm(this.temporaryPath, { force: true }).catch(() => undefined);
  }

  async #linkToFreeName(folder: string, name: string): Promise<string> {
    for (let number = 0; number <= mostNumberedNames; number += 1) {
      const path = join(folder, number === 0 ? name : numberedName(name, number));
      if (await appearsAt(this.temporaryPath, path)) return path;
    }
    throw new DockerCommsError('storage', 'There are too many files of this name in the folder.');
  }
}

/** What a path of ours says when there is nothing, or a link in its place (POSIX `open`). */
const notThere: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'ENXIO']);

async function openThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, constants.O_RDWR | neverFollow);
  } catch (error) {
    if (notThere.has(systemErrorCode(error) ?? '')) return null;
    throw error;
  }
}

/** A plain file of this user that has no other name. The path itself is asked where links cannot be refused (Windows). */
async function isOwn(handle: FileHandle, path: string, owner: number): Promise<boolean> {
  const named = await lstat(path).catch(() => null);
  const opened = await handle.stat();
  return named?.isFile() === true && opened.isFile() && opened.nlink <= 1 && opened.uid === owner;
}

/** Gives the file its name unless that is taken. A link, because a rename would silently replace. */
async function appearsAt(temporaryPath: string, path: string): Promise<boolean> {
  try {
    await link(temporaryPath, path);
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EEXIST') return false;
    if (code === undefined || !withoutLinks.has(code)) throw error;
    return replaceOwnPlaceholder(temporaryPath, path);
  }
}

/** What file systems without hard links (FAT, some network shares) answer. */
const withoutLinks: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EINVAL',
]);

/** The same without links: takes the name exclusively with an empty file of ours, and renames over that one. */
async function replaceOwnPlaceholder(temporaryPath: string, path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
  await rename(temporaryPath, path);
  return true;
}

/** The name itself is on the disk only once its folder is; systems that cannot open folders do that themselves. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  if (handle === null) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}

async function checkRoom(folder: string, bytes: number): Promise<void> {
  const bytesFree = await freeBytesAt(folder);
  if (bytesFree >= bytes) return;
  throw new DockerCommsError(
    'storage',
    'The disk has no room for this file. Free some space, or choose a folder on another disk, and try again.',
    {
      detail: { bytesNeeded: bytes, bytesFree },
    },
  );
}

/** Whatever the system says about our own file or its folder is about this computer's disk. */
async function asStorageError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const known = toDockerCommsError(error);
    if (known.code === 'storage') throw known;
    throw new DockerCommsError('storage', 'The file cannot be saved in this folder.', {
      cause: error,
      detail: { system: systemErrorCode(error) ?? '' },
    });
  }
}
