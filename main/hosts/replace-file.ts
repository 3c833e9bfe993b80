import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, open, rename, rm } from 'node:fs/promises';

/** Of a program that everybody may run and its owner may replace. */
const programMode = 0o755;

/**
 * Puts a copy of `source` in the place of the program `target`, whole or not at all: whoever starts it gets the old one or
 * the new one, and who runs the old one goes on. Fails as the file system does.
 */
export async function replaceFile(target: string, source: string): Promise<void> {
  const copy = `${target}.${randomBytes(8).toString('hex')}.new`;
  try {
    await copyFile(source, copy, constants.COPYFILE_EXCL);
    const handle = await open(copy, 'r+');
    await handle.chmod(programMode);
    await handle.sync();
    await handle.close();
    await rename(copy, target);
  } catch (error) {
    await rm(copy, { force: true });
    throw error;
  }
}
