import { constants } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { removeLeftoversIn } from '../transfer/leftovers.ts';
import { replaceFile } from '../transfer/replace-file.ts';

/** Of a program that everybody may run and its owner may replace. */
const programMode = 0o755;

/**
 * Puts a copy of `source` in the place of the program `target`, whole or not at all: whoever starts it gets the old one or
 * the new one, and who runs the old one goes on. Fails as the file system does. It happens while the computer may be going down,
 * so what an earlier copy left when it was killed goes first: it is as large as the program.
 */
export async function replaceProgram(target: string, source: string): Promise<void> {
  await removeLeftoversIn(dirname(target), systemClock.now());
  await replaceFile(target, async (temporary) => {
    await copyFile(source, temporary, constants.COPYFILE_EXCL);
    const file = await open(temporary, 'r+');
    try {
      await file.chmod(programMode);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}
