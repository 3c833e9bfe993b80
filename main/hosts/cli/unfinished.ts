import { mkdir, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sha256 } from '../../base/hash.ts';
import { splitDigest, type Digest } from '../../base/digest.ts';
import { acquireFile, type FileLock } from '../../store/home-lock.ts';
import { partialAbandonedAfter } from '../../transfer/leftovers.ts';
import { discardPartial } from '../../transfer/partial-file.ts';

/** What makes a download the same as an earlier one. */
export interface DownloadPlace {
  readonly repository: string;
  readonly me: string;
  /** Of the message. */
  readonly digest: Digest;
  /** Folder. */
  readonly out: string;
}

const journalName = /^[0-9a-f]{64}$/;

/**
 * Downloads of `recv` that were cut, so that the same command goes on with them. They belong to one process at a time; another
 * one beside it begins its own and keeps nothing.
 */
export class UnfinishedDownloads {
  readonly #folder: string;
  readonly #lock: FileLock | null;

  private constructor(folder: string, lock: FileLock | null) {
    this.#folder = folder;
    this.#lock = lock;
  }

  /** In a folder of the home `home`, which is there. Removes what nobody went on with for a month. */
  static async open(home: string, now: number): Promise<UnfinishedDownloads> {
    const folder = join(home, 'partial-recv');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const unfinished = new UnfinishedDownloads(folder, await acquireFile(join(folder, 'lock.sqlite')));
    if (unfinished.#lock !== null) await unfinished.#removeOld(now);
    return unfinished;
  }

  /** Where this download is journaled; undefined where nothing of it is to be kept. */
  journalOf({ repository, me, digest, out }: DownloadPlace): string | undefined {
    if (this.#lock === null) return undefined;
    const { hex } = splitDigest(sha256(JSON.stringify([repository, me, digest, resolve(out)])));
    return join(this.#folder, hex);
  }

  close(): void {
    this.#lock?.release();
  }

  async #removeOld(now: number): Promise<void> {
    const names = await readdir(this.#folder);
    for (const name of names.filter((candidate) => journalName.test(candidate))) {
      const path = join(this.#folder, name);
      const facts = await stat(path).catch(() => null);
      if (facts === null || now - facts.mtimeMs < partialAbandonedAfter) continue;
      // What cannot be removed now may be another time.
      await discardPartial(path).catch(() => undefined);
    }
  }
}
