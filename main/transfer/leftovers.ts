import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryName } from './new-file.ts';

/** Milliseconds without a write after which nobody can still be writing: a stalled download has failed long before. */
const abandonedAfter = 60 * 60 * 1000;

/**
 * Removes what a killed process left of downloads in `folder` and in the folders directly in it. Only files with the
 * name that we give, and only old ones: another process may be receiving into the same folder right now. Never fails;
 * what cannot be removed stays.
 */
export async function removeLeftovers(folder: string, now: number): Promise<void> {
  const inside = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = [
    folder,
    ...inside.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name)),
  ];
  await Promise.all(folders.map((path) => removeIn(path, now)));
}

async function removeIn(folder: string, now: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((candidate) => temporaryName.test(candidate))) {
    const path = join(folder, name);
    const facts = await stat(path).catch(() => null);
    if (facts !== null && now - facts.mtimeMs > abandonedAfter)
      await rm(path, { force: true }).catch(() => undefined);
  }
}
