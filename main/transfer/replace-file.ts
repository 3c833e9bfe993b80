import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Puts what `make` makes at the path that it is given in the place of `target`, whole or not at all: whoever opens it gets
 * the old one or the new one. The path is an unpredictable one in the same folder, and nothing is there yet. Fails as `make`
 * does, or as the file system.
 */
export async function replaceFile(target: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = join(dirname(target), `.dockercomms-${randomBytes(16).toString('hex')}.part`);
  try {
    await make(temporary);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
