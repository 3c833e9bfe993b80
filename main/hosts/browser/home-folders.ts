import { randomUUID } from 'node:crypto';
import { constants, type Dirent } from 'node:fs';
import { access, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { FolderListing, FolderView } from '../../../preload/contract/settings.ts';
import { DockerCommsError, systemErrorCode, toDockerCommsError } from '../../base/errors.ts';
import type { FolderShelf } from '../../messenger/engine.ts';
import { localFileName } from '../../transfer/local-name.ts';

/** Folders in one list: as many as a person would look through; more are cut. */
const mostFolders = 1000;
/** Tokens that are kept; the oldest go first, and looking again gives new ones. */
const mostTokens = 20_000;
/** Where programs keep their own things in the user's folder, hidden by the system without a dot. */
const hiddenInHome: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'Library',
  win32: 'AppData',
};

/**
 * The user's own folder and what is in it, without what is hidden. The window is given a token for each folder that it
 * was shown; whoever takes over a page can choose among these, and cannot have files saved where programs are
 * configured or started from. A link is followed only to a place where one could also walk.
 */
export class HomeFolders implements FolderShelf {
  readonly #home: string;
  readonly #paths = new Map<string, string>();
  readonly #tokens = new Map<string, string>();
  #root: string | null = null;

  constructor(home = homedir()) {
    this.#home = home;
  }

  async list(token: string | null): Promise<FolderListing> {
    const root = await this.#start();
    return this.#list(token === null ? root : await this.#pathOf(token));
  }

  async create(token: string, name: string): Promise<FolderListing> {
    const parent = await this.#pathOf(token);
    // What arrives from others is held to the same rules; here the person is told instead of given another name.
    if (localFileName(name) !== name) {
      throw new DockerCommsError('invalid', 'A folder cannot have this name.');
    }
    const path = join(parent, name);
    this.#requireVisible(path);
    await mkdir(path).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'EEXIST') throw toDockerCommsError(error);
      throw new DockerCommsError('conflict', 'There is something of this name already.');
    });
    return this.#list(path);
  }

  async writablePath(token: string): Promise<string> {
    const path = await this.#pathOf(token);
    if (!(await isWritable(path))) {
      throw new DockerCommsError('storage', 'You do not have permission to save files in this folder.');
    }
    return path;
  }

  async #list(path: string): Promise<FolderListing> {
    const root = await this.#start();
    const found = await this.#foldersIn(path);
    const trail = trailTo(root, path).map((step) => this.#view(step));
    const [first, ...rest] = trail;
    if (first === undefined) throw new DockerCommsError('internal', 'A folder has no way that leads to it.');
    return {
      trail: [first, ...rest],
      folders: found.slice(0, mostFolders).map((folder) => this.#view(folder)),
      cut: found.length > mostFolders,
      writable: await isWritable(path),
    };
  }

  async #foldersIn(path: string): Promise<string[]> {
    const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
      throw toDockerCommsError(error);
    });
    const folders: string[] = [];
    for (const entry of entries) {
      const folder = join(path, entry.name);
      if (this.#isVisible(folder) && (await this.#isFolder(entry, folder))) folders.push(folder);
    }
    const { compare } = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
    return folders.sort((a, b) => compare(basename(a), basename(b)));
  }

  async #isFolder(entry: Dirent, path: string): Promise<boolean> {
    if (!entry.isSymbolicLink()) return entry.isDirectory();
    try {
      return this.#isVisible(await realpath(path)) && (await stat(path)).isDirectory();
    } catch {
      return false;
    }
  }

  /** Where the folder behind a token really is now: somebody may have put a link in its place. */
  async #pathOf(token: string): Promise<string> {
    await this.#start();
    const path = this.#paths.get(token);
    if (path === undefined) throw new DockerCommsError('not-found', 'This folder is no longer there.');
    const real = await realpath(path).catch((error: unknown) => {
      throw toDockerCommsError(error);
    });
    this.#requireVisible(real);
    return real;
  }

  async #start(): Promise<string> {
    this.#root ??= await realpath(this.#home).catch((error: unknown) => {
      throw toDockerCommsError(error);
    });
    return this.#root;
  }

  #requireVisible(path: string): void {
    if (!this.#isVisible(path)) throw new DockerCommsError('not-found', 'This folder is no longer there.');
  }

  /** The user's own folder, or inside it and nowhere hidden. */
  #isVisible(path: string): boolean {
    const way = relative(this.#root ?? this.#home, path);
    // On Windows, what is on another drive.
    if (isAbsolute(way)) return false;
    const steps = way.split(sep).filter((step) => step !== '');
    const ofPrograms = steps[0] !== undefined && steps[0] === hiddenInHome[process.platform];
    return !ofPrograms && steps.every((step) => !step.startsWith('.'));
  }

  #view(path: string): FolderView {
    const token = this.#tokens.get(path) ?? this.#newToken(path);
    return { token, name: basename(path) };
  }

  #newToken(path: string): string {
    const token = randomUUID();
    this.#tokens.set(path, token);
    this.#paths.set(token, path);
    const [oldest] = this.#paths;
    if (this.#paths.size > mostTokens && oldest !== undefined) {
      this.#paths.delete(oldest[0]);
      this.#tokens.delete(oldest[1]);
    }
    return token;
  }
}

/** Every folder from `root` down to `path`. */
function trailTo(root: string, path: string): string[] {
  return path === root || dirname(path) === path ? [root] : [...trailTo(root, dirname(path)), path];
}

function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}
