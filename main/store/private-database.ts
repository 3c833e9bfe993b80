import { closeSync, openSync } from 'node:fs';
import { DockerCommsError, systemErrorCode, toDockerCommsError } from '../base/errors.ts';

/**
 * Makes an empty file that only its owner reads, unless there is one. SQLite would make it readable by everybody; its
 * journals take over the mode of the file. Fails `storage`.
 */
export function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return;
    const cause = toDockerCommsError(error);
    throw new DockerCommsError('storage', `The file ${path} cannot be made. ${cause.message}`, {
      cause,
      detail: { file: path },
    });
  }
}
