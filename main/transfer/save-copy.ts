import { constants } from 'node:fs';
import { copyFile, rename, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { toDockerCommsError } from '../base/errors.ts';

/**
 * Copies a file to `target`, in whose place it appears whole or not at all; what was there before is replaced (the person
 * was asked). Where the file system can, both share their content. Throws `storage`, `not-found`.
 */
export async function saveCopy(source: string, target: string): Promise<void> {
  const temporary = join(dirname(target), `.dockercomms-${randomBytes(16).toString('hex')}.part`);
  try {
    await copyFile(source, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw toDockerCommsError(error);
  }
}
