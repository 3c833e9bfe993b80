import { randomBytes } from 'node:crypto';
import { link, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { localFileName } from '../transfer/local-name.ts';

/**
 * Files that are dragged out of the window, under the names that they were sent with: what was saved beside another file of
 * its name is `plan (1).txt` on the disk, and `plan.txt` for who drags it elsewhere. That is a link, which costs nothing; it
 * stays until the next start, since nobody tells when a drop has been read.
 */
export class DraggedFiles {
  readonly #folder: string;

  /** `folder`: where links go; made when missing. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A path to the file at `path` whose last part is `name`, made safe. Where none can be made: `path` itself. */
  async named(path: string, name: string): Promise<string> {
    const wanted = localFileName(name);
    if (basename(path) === wanted) return path;
    try {
      const folder = join(this.#folder, randomBytes(12).toString('hex'));
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await link(path, join(folder, wanted));
      return join(folder, wanted);
    } catch {
      // Another disk, or a file system without links: the name is the lesser thing.
      return path;
    }
  }

  /** Removes the links of earlier runs. */
  async removeAll(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
