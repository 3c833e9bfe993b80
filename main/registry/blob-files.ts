/** Blob contents as files: `blobs/sha256/<hex>`, the layout of the image specification, shared by all repositories. */
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { splitDigest, type Digest } from '../base/digest.ts';
import { systemErrorCode } from '../base/errors.ts';

export interface OpenBlob {
  readonly handle: FileHandle;
  readonly size: number;
}

export class BlobFiles {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<BlobFiles> {
    for (const algorithm of ['sha256', 'sha512']) {
      await mkdir(join(folder, algorithm), { recursive: true, mode: 0o700 });
    }
    return new BlobFiles(folder);
  }

  /** The caller closes the handle. Null when there is no such file. */
  async read(digest: Digest): Promise<OpenBlob | null> {
    try {
      const handle = await open(this.#path(digest), 'r');
      return { handle, size: (await handle.stat()).size };
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return null;
      throw error;
    }
  }

  /**
   * Files a complete, verified and synced temporary file under its digest. What was there under it is replaced by the
   * same bytes, which mends a damaged file; where the system does not replace open files, the present one stays.
   * False when something was there.
   */
  async adopt(temporary: string, digest: Digest): Promise<boolean> {
    const target = this.#path(digest);
    const before = await this.read(digest);
    await before?.handle.close();
    try {
      await rename(temporary, target);
    } catch (error) {
      const openElsewhere = ['EPERM', 'EACCES', 'EEXIST', 'EBUSY'].includes(systemErrorCode(error) ?? '');
      const present = openElsewhere ? await this.read(digest) : null;
      if (present === null) throw error;
      await present.handle.close();
      await rm(temporary, { force: true });
    }
    await syncFolder(join(target, '..'));
    return before === null;
  }

  #path(digest: Digest): string {
    const { algorithm, hex } = splitDigest(digest);
    return join(this.#folder, algorithm, hex);
  }
}

/** Makes a rename survive a power cut. Windows has no such call and journals names itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
