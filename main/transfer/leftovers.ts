import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { partialName, temporaryName } from './new-file.ts';

const hour = 60 * 60 * 1000;
const day = 24 * hour;

/** Milliseconds without a write after which nobody can still be writing: a stalled download has failed long before. */
const abandonedAfter = 1 * hour;
/**
 * The same for what may wait to go on, a month: another home that uses this folder may have paused it, and most messages live a
 * week. Our own are known.
 */
export const partialAbandonedAfter = 30 * day;

/**
 * Removes what a killed process left of downloads in `folder` and in the folders directly in it. Only files with the
 * name that we give, and only old ones: another process may be receiving into the same folder right now. `wanted`: paths
 * that stay however old they are. Never fails; what cannot be removed stays.
 */
export async function removeLeftovers(
  folder: string,
  now: number,
  wanted: ReadonlySet<string>,
): Promise<void> {
  const inside = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = [
    folder,
    ...inside.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name)),
  ];
  await Promise.all(folders.map((each) => removeLeftoversIn(each, now, wanted)));
}

/** The same for what lies directly in `folder`. */
export async function removeLeftoversIn(
  folder: string,
  now: number,
  wanted: ReadonlySet<string> = new Set(),
): Promise<void> {
  const paths = await filesIn(folder);
  await Promise.all(paths.filter((path) => !wanted.has(path)).map((path) => removeOld(path, now)));
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.map((name) => join(folder, name));
}

async function removeOld(path: string, now: number): Promise<void> {
  const age = longestAge(basename(path));
  const facts = age === null ? null : await stat(path).catch(() => null);
  if (age !== null && facts !== null && now - facts.mtimeMs > age)
    await rm(path, { force: true }).catch(() => undefined);
}

/** Milliseconds; null for what is not ours. */
function longestAge(name: string): number | null {
  if (temporaryName.test(name)) return abandonedAfter;
  return partialName.test(name) ? partialAbandonedAfter : null;
}
