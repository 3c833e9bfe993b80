/** All upload sessions. They live as long as the process: after a restart a client begins again, and finds no blob. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { clientKey, type Client } from './client.ts';
import { registryError } from './errors.ts';
import { registryLimits } from './limits.ts';
import type { Quota } from './quota.ts';
import { BlobUpload } from './upload.ts';

interface Entry {
  readonly upload: BlobUpload;
  /** Whose it is: nobody else may go on with it. */
  readonly client: string;
  cancelExpiry: () => void;
}

export class Uploads {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #quota: Quota;
  readonly #entries = new Map<string, Entry>();

  private constructor(folder: string, clock: Clock, quota: Quota) {
    this.#folder = folder;
    this.#clock = clock;
    this.#quota = quota;
  }

  /** Empties `folder` of what a killed process left. */
  static async open(folder: string, clock: Clock, quota: Quota): Promise<Uploads> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new Uploads(folder, clock, quota);
  }

  begin(repository: string, client: Client): BlobUpload {
    const key = clientKey(client);
    if (this.#entries.size >= registryLimits.openUploads || this.#hasEnough(client, key)) {
      throw registryError('TOOMANYREQUESTS', 'Too many uploads are open.');
    }
    const id = randomUUID();
    const guest = client.kind === 'guest';
    const room = { quota: this.#quota, guest };
    const upload = new BlobUpload({ id, repository, path: join(this.#folder, id), ...room });
    this.#entries.set(id, { upload, client: key, cancelExpiry: this.#expiry(upload) });
    return upload;
  }

  #hasEnough({ kind }: Client, key: string): boolean {
    if (kind === 'owner') return false;
    const open = [...this.#entries.values()].filter(({ client }) => client === key);
    return open.length >= registryLimits.guestOpenUploads;
  }

  /** The open upload with this id, if it is this repository's and this client's; being asked for keeps it. */
  find(repository: string, id: string, client: Client): BlobUpload {
    const entry = this.#entries.get(id);
    if (entry?.upload.repository !== repository || entry.client !== clientKey(client)) {
      throw registryError('BLOB_UPLOAD_UNKNOWN', 'There is no such upload.');
    }
    entry.cancelExpiry();
    entry.cancelExpiry = this.#expiry(entry.upload);
    return entry.upload;
  }

  /** Takes an upload that was committed or discarded off the list. */
  forget(upload: BlobUpload): void {
    this.#entries.get(upload.id)?.cancelExpiry();
    this.#entries.delete(upload.id);
  }

  async discard(upload: BlobUpload): Promise<void> {
    this.forget(upload);
    await upload.discard();
  }

  async discardAll(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ upload }) => this.discard(upload)));
  }

  #expiry(upload: BlobUpload): () => void {
    return this.#clock.after(registryLimits.uploadIdleMilliseconds, () => {
      void this.#expire(upload);
    });
  }

  /** An upload that a request is at work on is not idle, however slow: it gets another hour. */
  async #expire(upload: BlobUpload): Promise<void> {
    try {
      await upload.exclusively(() => this.discard(upload));
    } catch {
      const entry = this.#entries.get(upload.id);
      if (entry !== undefined) entry.cancelExpiry = this.#expiry(upload);
    }
  }
}
