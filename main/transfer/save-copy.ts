import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { toDockerCommsError } from '../base/errors.ts';
import { replaceFile } from './replace-file.ts';

/**
 * Copies a file to `target`, in whose place it appears whole or not at all; what was there before is replaced (the person
 * was asked). Where the file system can, both share their content. Throws `storage`, `not-found`.
 */
export async function saveCopy(source: string, target: string): Promise<void> {
  try {
    await replaceFile(target, (temporary) =>
      copyFile(source, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE),
    );
  } catch (error) {
    throw toDockerCommsError(error);
  }
}
