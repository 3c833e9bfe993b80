/**
 * Threat: whoever can write a configuration decides which program we start. A helper's name must therefore be a name,
 * never a path or anything that a shell would read, and the program must be where the user's programs are: not in the
 * folder that happens to be current, which a download or an unpacked archive could have filled.
 */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Environment } from './config-places.ts';

/** Of 64 characters at most: it is part of a file's name, and those in use have a dozen. */
const helperName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Whether `name` can stand behind `docker-credential-`. */
export function isHelperName(name: string): boolean {
  return helperName.test(name);
}

/** The helper in words for a person. */
export function helperSource(name: string): string {
  return `the credential helper ${name}`;
}

/**
 * The absolute path of `docker-credential-<name>` on the PATH; null when it is not there. Relative entries of the PATH
 * are passed over. On Windows only `.exe`: batch files would need a shell.
 */
export async function findHelper(
  name: string,
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): Promise<string | null> {
  if (!isHelperName(name)) return null;
  const fileName = `docker-credential-${name}${platform === 'win32' ? '.exe' : ''}`;
  for (const folder of searchPath(environment, platform)) {
    const path = join(folder, fileName);
    if (await isProgram(path)) return path;
  }
  return null;
}

function searchPath(environment: Environment, platform: NodeJS.Platform): readonly string[] {
  // Windows does not tell `Path` from `PATH`; a copy of its environment does.
  const path =
    platform === 'win32'
      ? Object.entries(environment).find(([name]) => name.toUpperCase() === 'PATH')?.[1]
      : environment.PATH;
  return (path ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
