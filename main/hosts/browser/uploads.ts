import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { DockerCommsError } from '../../base/errors.ts';
import { MiB } from '../../base/limits.ts';
import type { AttachmentIntake, FolderIntake } from '../../messenger/engine.ts';
import { freeBytesAt } from '../../transfer/free-space.ts';
import type { AttachmentView } from '../../../preload/contract/messages.ts';

/** Bytes that stay free on the disk, for everything else that writes there. */
const reserveBytes = 64 * MiB;
/** Folders that arrive at once; with one more, the oldest is given up (its page is gone). */
const openFolders = 16;

/** What the page uploads, on its way into the engine. Nothing is held in memory: requests are streamed through. */
export class Uploads {
  readonly #intake: AttachmentIntake;
  readonly #home: string;
  readonly #folders = new Map<string, FolderIntake>();

  /** `home` is where the engine puts what arrives; its disk's free space bounds an upload. */
  constructor(intake: AttachmentIntake, home: string) {
    this.#intake = intake;
    this.#home = home;
  }

  /** Fails `invalid` without a name, `storage` when it does not fit the disk. */
  async file(name: string | null, request: IncomingMessage): Promise<AttachmentView> {
    await this.#requireSpace(request);
    return this.#intake.fromStream(required(name), request);
  }

  async startFolder(name: string | null): Promise<{ readonly id: string }> {
    const oldest = this.#folders.keys().next().value;
    if (this.#folders.size >= openFolders && oldest !== undefined) await this.abortFolder(oldest);
    const folder = await this.#intake.folder(required(name));
    const id = randomUUID();
    this.#folders.set(id, folder);
    return { id };
  }

  /** One file of a folder. Fails `not-found` when the folder was given up. */
  async addToFolder(id: string, path: string | null, request: IncomingMessage): Promise<null> {
    const folder = this.#folder(id);
    await this.#requireSpace(request);
    await folder.add(required(path), request);
    return null;
  }

  async finishFolder(id: string): Promise<AttachmentView> {
    const folder = this.#folder(id);
    this.#folders.delete(id);
    return folder.finish();
  }

  async abortFolder(id: string): Promise<null> {
    const folder = this.#folders.get(id);
    this.#folders.delete(id);
    await folder?.abort();
    return null;
  }

  /** Gives up what has not arrived in full. */
  async close(): Promise<void> {
    await Promise.all([...this.#folders.keys()].map((id) => this.abortFolder(id)));
  }

  #folder(id: string): FolderIntake {
    const folder = this.#folders.get(id);
    if (folder !== undefined) return folder;
    throw new DockerCommsError('not-found', 'The upload of this folder was given up. Drop it again.');
  }

  async #requireSpace(request: IncomingMessage): Promise<void> {
    const bytes = Number(request.headers['content-length'] ?? 0);
    const freeBytes = await freeBytesAt(this.#home);
    if (bytes + reserveBytes <= freeBytes) return;
    throw new DockerCommsError('storage', 'The disk is full. Free some space and try again.', {
      detail: { bytes, freeBytes },
    });
  }
}

function required(name: string | null): string {
  if (name !== null && name !== '') return name;
  throw new DockerCommsError('invalid', 'A file or folder has to have a name.');
}
