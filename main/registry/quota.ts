/** How much of the disk may be filled by people who came over the network. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../base/errors.ts';
import { registryError } from './errors.ts';

/**
 * Bytes that the registry holds, counted as they come, against a limit. What the owner writes counts and is never
 * refused; what is
 * deleted counts for as long as it is on the disk, which `measure` finds out.
 */
export class Quota {
  #used = 0;
  #limit: number | null = null;

  get used(): number {
    return this.#used;
  }

  /** Bytes, or null for no limit but the disk's. */
  set limit(bytes: number | null) {
    this.#limit = bytes;
  }

  /** Counts what is about to be written. Throws 507 when a guest's bytes do not fit any more. */
  take(bytes: number, limited: boolean): void {
    if (limited && this.#limit !== null && this.#used + bytes > this.#limit) {
      throw registryError('DENIED', 'This registry is full: its owner has to make room.', { status: 507 });
    }
    this.#used += bytes;
  }

  giveBack(bytes: number): void {
    this.#used = Math.max(0, this.#used - bytes);
  }

  /** Counts anew what is on the disk: all files below `folder`. */
  async measure(folder: string): Promise<void> {
    let bytes = 0;
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) bytes += await sizeOf(join(entry.parentPath, entry.name));
    }
    this.#used = bytes;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
