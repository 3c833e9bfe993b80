import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The process that runs with this folder already; null: this one does from now on. */
export function ownerOf(userData: string): number | null {
  const path = join(userData, 'standin-instance');
  const owner = runningIn(path);
  if (owner === null) writeFileSync(path, String(process.pid));
  return owner;
}

/** One that was killed left its number behind. */
function runningIn(path: string): number | null {
  try {
    const id = Number(readFileSync(path, 'utf8'));
    process.kill(id, 0);
    return id;
  } catch {
    return null;
  }
}
