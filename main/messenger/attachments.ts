import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import type { AttachmentView } from '../../preload/contract/messages.ts';
import { DockerCommsError, toDockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { localFileName } from '../transfer/local-name.ts';
import { fileSource } from '../transfer/file-source.ts';
import { type FolderPayload, folderSource } from '../transfer/folder-source.ts';
import type { PayloadSource } from '../transfer/payload-source.ts';
import type { AttachmentIntake, FolderIntake } from './engine.ts';
import { mediaTypeOf } from './media-type.ts';

/** Something that may be sent: where it lies, and what it was when it was brought in. */
export interface Attachment {
  readonly token: string;
  /** The name on the wire: the file's, or `<folder>.tar`. */
  readonly name: string;
  readonly bytes: number;
  readonly mediaType: string;
  readonly folder: boolean;
  readonly path: string;
  /** True for our own copy, which is ours to delete. */
  readonly temporary: boolean;
  readonly sourceSize: number;
  readonly sourceModifiedAt: number;
}

/**
 * Files on their way in: paths stay here, the window gets tokens that nobody can guess. What has no path (an upload, a
 * pasted image) is copied into a folder of its own under the home.
 */
export class AttachmentShelf implements AttachmentIntake {
  readonly #folder: string;
  readonly #attachments = new Map<string, Attachment>();

  /** `folder`: where copies go; made when missing. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async fromPath(path: string): Promise<AttachmentView> {
    return this.#shelve(path, false);
  }

  async fromStream(name: string, content: Readable): Promise<AttachmentView> {
    const folder = await this.#newFolder();
    try {
      const path = join(folder, localFileName(name));
      await pipeline(content, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
      return await this.#shelve(path, true);
    } catch (error) {
      await removeTree(folder);
      throw toDockerCommsError(error);
    }
  }

  async folder(name: string): Promise<FolderIntake> {
    const parent = await this.#newFolder();
    const root = join(parent, localFileName(name));
    await mkdir(root, { mode: 0o700 });
    return {
      add: async (path, content) => {
        const target = insideFolder(root, path);
        try {
          await mkdir(dirname(target), { recursive: true, mode: 0o700 });
          await pipeline(content, createWriteStream(target, { flags: 'wx', mode: 0o600 }));
        } catch (error) {
          throw toDockerCommsError(error);
        }
      },
      finish: () =>
        this.#shelve(root, true).catch(async (error: unknown) => {
          await removeTree(parent);
          throw error;
        }),
      abort: () => removeTree(parent),
    };
  }

  /** The attachment behind a token. Fails `not-found` when it was sent, discarded, or never was. */
  get(token: string): Attachment {
    const attachment = this.#attachments.get(token);
    if (attachment === undefined) {
      throw new DockerCommsError('not-found', 'This attachment is no longer there. Attach the file again.');
    }
    return attachment;
  }

  /** The message owns it now. */
  release(token: string): void {
    this.#attachments.delete(token);
  }

  /** Will not be sent: our own copy goes. */
  async discard(token: string): Promise<void> {
    const attachment = this.#attachments.get(token);
    this.#attachments.delete(token);
    if (attachment?.temporary === true) await this.removeCopy(attachment.path);
  }

  /** Deletes a copy of ours (never anything outside our folder). */
  async removeCopy(path: string): Promise<void> {
    const own = dirname(path);
    if (dirname(own) === this.#folder) await removeTree(own);
  }

  /** Deletes copies that no message refers to: left by a process that was killed, or discarded with the window. */
  async removeOrphans(referred: ReadonlySet<string>): Promise<void> {
    const kept = new Set([...referred].map((path) => dirname(path)));
    const entries = await readdir(this.#folder).catch(() => []);
    const orphans = entries.map((entry) => join(this.#folder, entry)).filter((path) => !kept.has(path));
    // One that cannot be deleted is no reason not to start.
    await Promise.allSettled(orphans.map(removeTree));
  }

  async #newFolder(): Promise<string> {
    const folder = join(this.#folder, randomBytes(12).toString('hex'));
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      throw toDockerCommsError(error);
    });
    return folder;
  }

  async #shelve(path: string, temporary: boolean): Promise<AttachmentView> {
    const facts = await stat(path).catch((error: unknown) => {
      throw toDockerCommsError(error);
    });
    const folder = facts.isDirectory();
    const source = folder ? await folderSource(path) : await fileSource(path);
    const attachment: Attachment = {
      token: randomBytes(24).toString('base64url'),
      name: source.name,
      bytes: source.totalBytes,
      mediaType: folder ? 'application/x-tar' : mediaTypeOf(source.name),
      folder,
      path,
      temporary,
      sourceSize: facts.size,
      sourceModifiedAt: facts.mtimeMs,
    };
    this.#attachments.set(attachment.token, attachment);
    return attachmentView(attachment, filesIn(source));
  }
}

function attachmentView(attachment: Attachment, files: number | null): AttachmentView {
  const { token, name, bytes, mediaType, folder } = attachment;
  return { token, name, bytes, mediaType, folder, files };
}

function filesIn(source: PayloadSource | FolderPayload): number | null {
  return 'files' in source ? source.files : null;
}

/** Where `path` (relative, with `/`) lies under `root`; anything that would leave it fails `invalid`. */
function insideFolder(root: string, path: string): string {
  const parts = path.split('/').map((part) => {
    if (part === '' || part === '.' || part === '..' || part.includes('\0') || part.includes('\\')) {
      throw new DockerCommsError('invalid', 'A file in this folder has a name that cannot be sent.', {
        detail: { path: path.slice(0, limits.detailCharacters) },
      });
    }
    return part;
  });
  return root + sep + parts.join(sep);
}

async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}
