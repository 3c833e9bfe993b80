import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** What decides about folders; handed in, so that tests can be anybody on any system. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly userFolder: string;
}

function thisComputer(): Surroundings {
  return { platform: process.platform, environment: process.env, userFolder: homedir() };
}

/**
 * The home (all state of one user of this computer): `DOCKERCOMMS_HOME`, else the place where this system keeps an
 * application's data. Absolute.
 */
export function homeFolder(where: Surroundings = thisComputer()): string {
  const { platform, environment, userFolder } = where;
  const chosen = environment.DOCKERCOMMS_HOME;
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  if (platform === 'darwin') return join(userFolder, 'Library/Application Support/DockerComms');
  if (platform === 'win32') {
    return join(environment.APPDATA ?? join(userFolder, 'AppData/Roaming'), 'DockerComms');
  }
  return join(absolute(environment.XDG_DATA_HOME) ?? join(userFolder, '.local/share'), 'dockercomms');
}

/** The system's downloads folder: on Linux as `user-dirs.dirs` says (XDG user directories), else `Downloads`. */
export async function downloadsFolder(where: Surroundings = thisComputer()): Promise<string> {
  const usual = join(where.userFolder, 'Downloads');
  if (where.platform !== 'linux') return usual;
  const configuration = absolute(where.environment.XDG_CONFIG_HOME) ?? join(where.userFolder, '.config');
  const text = await readFile(join(configuration, 'user-dirs.dirs'), 'utf8').catch(() => '');
  const named = absolute(where.environment.XDG_DOWNLOAD_DIR) ?? downloadsIn(text, where.userFolder);
  // A folder set to the user's own folder is the way to switch it off.
  return named === undefined || resolve(named) === resolve(where.userFolder) ? usual : named;
}

function downloadsIn(text: string, userFolder: string): string | undefined {
  const quoted = /^\s*XDG_DOWNLOAD_DIR="((?:[^"\\]|\\.)*)"/m.exec(text)?.[1]?.replaceAll(/\\(.)/g, '$1');
  return absolute(quoted?.replace(/^\$HOME(?=\/|$)/, userFolder));
}

/** The XDG base directory specification: a relative path is to be ignored. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

/**
 * `DOCKERCOMMS_NETWORK_ADDRESS`: the one address on which a registry that is opened to the network listens, for computers
 * that are on several networks. Null: all of them.
 */
export function networkAddress(): string | null {
  const address = process.env.DOCKERCOMMS_NETWORK_ADDRESS ?? '';
  return isIP(address) === 0 ? null : address;
}
