import type { Stats } from 'node:fs';
import { lstat, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DockerCommsError, toDockerCommsError } from '../base/errors.ts';

/** The bit of a mode that lets everybody write (POSIX `S_IWOTH`). */
const writableByOthers = 0o002;

/**
 * Makes the home when it is missing, for its owner only (0700), and answers its absolute path. A home holds keys and
 * letters, so on POSIX systems one that somebody else could swap or fill is refused: a symbolic link, another owner's
 * folder, a folder that everybody may write to. Fails `storage`.
 */
export async function ensureHome(folder: string): Promise<string> {
  // resolve() also drops a trailing slash, with which lstat would follow a link.
  const home = resolve(folder);
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    refuseUnsafe(home, await lstat(home));
    return home;
  } catch (error) {
    const { code, message } = toDockerCommsError(error);
    if (code === 'storage') throw error instanceof DockerCommsError ? error : refusal(home, message, error);
    throw refusal(home, `The folder ${home} cannot be used as the home of DockerComms. ${message}`, error);
  }
}

function refuseUnsafe(home: string, stats: Stats): void {
  if (stats.isSymbolicLink()) throw refusal(home, `${home} is a symbolic link. Name the folder itself.`);
  if (!stats.isDirectory()) throw refusal(home, `${home} is not a folder.`);
  if (process.getuid === undefined) return;
  if (stats.uid !== process.getuid()) {
    throw refusal(home, `The folder ${home} belongs to another user of this computer.`);
  }
  if ((stats.mode & writableByOthers) !== 0) {
    throw refusal(home, `Everybody may write to the folder ${home}. Make it yours alone (chmod 700).`);
  }
}

function refusal(folder: string, message: string, cause?: unknown): DockerCommsError {
  return new DockerCommsError('storage', message, { cause, detail: { folder } });
}
