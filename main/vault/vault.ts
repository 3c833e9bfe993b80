import { DockerCommsError } from '../base/errors.ts';
import type { KeySlot, KeySlotView } from './key-slot.ts';
import { rewrapSlots, unlock, wrapInSlots } from './unlocking.ts';
import { generateKey, seal, unseal } from './sealing.ts';
import { createVaultFile, readVaultFile, replaceVaultFile, type VaultFile } from './vault-file.ts';

export interface VaultOptions {
  /** The vault file; made when missing, in a folder that is there. */
  readonly path: string;
  /** Tried in this order. */
  readonly slots: readonly KeySlot[];
}

/**
 * Secrets at rest. One random key seals each of them; every slot keeps that key closed in its own way. The file is read
 * anew for each call, so that a second process is never overwritten by what this one remembers.
 */
export class Vault {
  readonly #path: string;
  readonly #slots: readonly KeySlot[];
  readonly #key: Uint8Array;
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(options: VaultOptions, key: Uint8Array) {
    this.#path = options.path;
    this.#slots = options.slots;
    this.#key = key;
  }

  /**
   * Opens the vault, made when missing, with the first slot that can. Slots that are new or have lost their key get it
   * (again), so that a changed keyring locks nobody out. Fails `auth` when no slot opens it (the message says which
   * were tried), `verification-failed` when the file was changed, `storage`. The file stays as it is on every failure.
   */
  static async open(options: VaultOptions): Promise<Vault> {
    const file = (await readVaultFile(options.path)) ?? (await makeVaultFile(options));
    const { key, lost } = await unlock(file, options.slots);
    const vault = new Vault(options, key);
    await vault.#repairSlots(lost);
    return vault;
  }

  /** The secret; null: none of this name. Fails `verification-failed` when it was changed, `storage`. */
  async get(name: string): Promise<string | null> {
    const entry = (await this.#read()).secrets.find((secret) => secret.name === name);
    if (entry === undefined) return null;
    return this.#open(name, entry.sealed);
  }

  /** Keeps `value` under `name`, in place of an earlier one; it is on disk when this is done. */
  async set(name: string, value: string): Promise<void> {
    if (name === '' || !name.isWellFormed() || !value.isWellFormed()) {
      throw new DockerCommsError('invalid', 'This cannot be kept as a secret: it is not text.');
    }
    const sealed = await seal(new TextEncoder().encode(value), this.#key, purposeOf(name));
    await this.#rewrite((file) => ({ ...file, secrets: [...without(file, name), { name, sealed }] }));
  }

  /** Forgets the secret, if there is one. */
  async delete(name: string): Promise<void> {
    await this.#rewrite((file) => ({ ...file, secrets: without(file, name) }));
  }

  /** Names of all secrets, sorted. */
  async names(): Promise<readonly string[]> {
    return (await this.#read()).secrets.map((secret) => secret.name).sort();
  }

  /** Every slot that the file or this process knows, and whether it opens the vault now. */
  async slots(): Promise<readonly KeySlotView[]> {
    const file = await this.#read();
    const { working } = await unlock(file, this.#slots);
    const known = new Map([...file.slots, ...this.#slots].map(({ id, label }) => [id, label]));
    return [...known].map(([id, label]) => ({ id, label, working: working.includes(id) }));
  }

  async #open(name: string, sealed: string): Promise<string> {
    try {
      return new TextDecoder().decode(await unseal(sealed, this.#key, purposeOf(name)));
    } catch (error) {
      // Another key than the vault's is as bad as a broken seal: we never wrote that into this file.
      throw new DockerCommsError(
        'verification-failed',
        `The secret “${name}” in the vault file was changed. Enter it again, or restore ${this.#path} from a backup.`,
        { detail: { name, file: this.#path }, cause: error },
      );
    }
  }

  async #repairSlots(lost: readonly string[]): Promise<void> {
    const file = await this.#read();
    const repaired = await rewrapSlots(file, this.#slots, this.#key, lost);
    if (repaired.length === 0) return;
    const ids = new Set(repaired.map((slot) => slot.id));
    await this.#rewrite((now) => ({
      ...now,
      slots: [...now.slots.filter((slot) => !ids.has(slot.id)), ...repaired],
    }));
  }

  async #read(): Promise<VaultFile> {
    const file = await readVaultFile(this.#path);
    if (file !== null) return file;
    throw new DockerCommsError('storage', `The vault file ${this.#path} is gone. Restart DockerComms.`, {
      detail: { file: this.#path },
    });
  }

  /** One change after the other: each starts from what the one before has written. */
  async #rewrite(change: (file: VaultFile) => VaultFile): Promise<void> {
    const write = this.#lastWrite
      .catch(() => undefined)
      .then(async () => replaceVaultFile(this.#path, change(await this.#read())));
    this.#lastWrite = write;
    await write;
  }
}

function purposeOf(name: string): string {
  return `secret:${name}`;
}

function without(file: VaultFile, name: string): VaultFile['secrets'] {
  return file.secrets.filter((secret) => secret.name !== name);
}

async function makeVaultFile({ path, slots }: VaultOptions): Promise<VaultFile> {
  const file: VaultFile = { version: 1, slots: await wrapInSlots(slots, generateKey()), secrets: [] };
  if (await createVaultFile(path, file)) return file;
  // Another process was first: its key is the vault's.
  const theirs = await readVaultFile(path);
  return theirs ?? file;
}
