import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { splitDigest } from '../../base/digest.ts';
import { downloadFile, verifyFile, type DownloadOptions } from '../../updates/download.ts';
import type { OciRepository } from '../../oci/repository.ts';
import type { ReleaseFile } from '../../updates/release.ts';
import type { PackageKind } from '../../updates/target.ts';
import { partialNameOf } from '../../transfer/new-file.ts';
import { compareVersions } from '../../updates/version.ts';
import type { EngineContext } from '../context.ts';
import { changeUpdateMemory, readUpdateMemory, type UpdateMemory } from './memory.ts';

/** A release with the file of it that is for this computer. */
export interface Offer {
  readonly version: string;
  readonly file: ReleaseFile;
}

const fileEndings: Readonly<Record<PackageKind, string>> = {
  appimage: 'AppImage',
  deb: 'deb',
  rpm: 'rpm',
  dmg: 'dmg',
  nsis: 'exe',
};

/** The one update that was downloaded and not installed yet, in a folder of the home where nothing else lies. */
export class ReadyUpdate {
  readonly #context: Pick<EngineContext, 'store' | 'version'>;
  readonly #folder: string;

  constructor(context: Pick<EngineContext, 'store' | 'version' | 'home'>) {
    this.#context = context;
    this.#folder = join(context.home, 'updates');
  }

  /** Null: none, or it is what runs by now. */
  get(): UpdateMemory['ready'] {
    const { ready } = readUpdateMemory(this.#context.store);
    return ready !== null && compareVersions(ready.version, this.#context.version) > 0 ? ready : null;
  }

  /** Downloads in place of what was ready before, or goes on with it. Fails as `downloadFile`. */
  async fetch(
    repository: Pick<OciRepository, 'fetchBlob'>,
    { version, file }: Offer,
    options: Pick<DownloadOptions, 'signal' | 'onBytes'>,
  ): Promise<void> {
    await this.forget(partialNameOf(splitDigest(file.digest).hex));
    const name = `DockerComms-${version}.${fileEndings[file.kind]}`;
    await downloadFile(repository, file, { ...options, folder: this.#folder, name });
    const { digest, size, kind } = file;
    changeUpdateMemory(this.#context.store, { ready: { version, kind, name, digest, size } });
  }

  /** Its path, once it was seen to be what was downloaded. What is gone or was changed is forgotten; fails as `verifyFile`. */
  async verified(ready: NonNullable<UpdateMemory['ready']>): Promise<string> {
    const path = join(this.#folder, ready.name);
    try {
      await verifyFile(path, ready);
      return path;
    } catch (error) {
      await this.forget();
      throw error;
    }
  }

  /** Also what is not whole, but for what is called `except`. */
  async forget(except?: string): Promise<void> {
    changeUpdateMemory(this.#context.store, { ready: null });
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (name !== except) await rm(join(this.#folder, name), { force: true });
    }
  }
}
