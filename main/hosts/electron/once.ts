import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What a person is told once in the life of a home. */
export type ToldOnce = 'still-running';

const toldSchema = z.array(z.string());

/** True once for each home: from then on it is written down as told. What cannot be written down is not told. */
export function isFirstTime(home: string, what: ToldOnce): boolean {
  const path = join(home, 'told.json');
  const told = toldIn(path);
  if (told.includes(what)) return false;
  try {
    writeFileSync(path, JSON.stringify([...told, what]), { mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}

/** A file that makes no sense counts as none. */
function toldIn(path: string): readonly string[] {
  try {
    return toldSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return [];
  }
}
