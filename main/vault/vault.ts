import { DockerCommsError, toDockerCommsError } from '../base/errors.ts';
import type { KeySlot, KeySlotView } from './key-slot.ts';
import type { AskPassphrase } from './passphrase-slot.ts';
import { repairs, type Unlocked, unlock, viewsOf, wrapIn, wrapInFirst } from './unlocking.ts';
import { putFileAside } from './private-file.ts';
import { generateKey, seal, unseal } from './sealing.ts';
import { createVaultFile, readVaultFile, replaceVaultFile, type VaultFile } from './vault-file.ts';

export interface VaultOptions {
  /** The vault file; made when missing, in a folder that is there. */
  readonly path: string;
  /** Tried in this order. */
  readonly slots: readonly KeySlot[];
  /** Asked when none of them opens it and a passphrase would. */
  readonly askPassphrase?: AskPassphrase;
}

/**
 * Secrets at rest. One random key seals each of them; every slot keeps that key closed in its own way. The file is read
 * anew for each call, so that a second process is never overwritten by what this one remembers.
 */
export class Vault {
  readonly #path: string;
  readonly #slots: readonly KeySlot[];
  readonly #key: Uint8Array;
  /** Id of the slot that opened it. */
  readonly openedBy: string;
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(options: VaultOptions, { key, openedBy }: Unlocked) {
    this.#path = options.path;
    this.#slots = options.slots;
    this.#key = key;
    this.openedBy = openedBy;
  }

  /**
   * Opens the vault, made when missing, with the first slot that can. Fails `auth` when no slot opens it (`reason` says
   * what would: `LockedReason`), `verification-failed` when the file was changed, `storage`. The file stays as it is on
   * every failure.
   */
  static async open(options: VaultOptions): Promise<Vault> {
    const file = (await readVaultFile(options.path)) ?? (await makeVaultFile(options));
    const { slots, askPassphrase = () => Promise.resolve(null) } = options;
    return new Vault(options, await unlock(file, slots, askPassphrase));
  }

  /**
   * Opens it with this passphrase, and asks nothing else. Makes no vault: fails `storage` where there is none, and as
   * `open` does.
   */
  static async openWithPassphrase(options: VaultOptions, passphrase: string): Promise<Vault> {
    const file = await existing(options.path);
    return new Vault(options, await unlock(file, [], () => Promise.resolve(passphrase)));
  }

  /**
   * Begins with a new and empty one, where nobody can open the old one any more: that is put aside under a name with `stamp`
   * in it, and never deleted. Fails as `open` does and as the disk does; then everything is as it was.
   */
  static async beginAnew({ path, slots }: VaultOptions, stamp: string): Promise<Vault> {
    const takeBack: (() => Promise<void>)[] = [];
    try {
      for (const slot of slots) if (slot.putAside) takeBack.unshift(await slot.putAside(stamp));
      takeBack.unshift(await putFileAside(path, stamp));
      return await Vault.open({ path, slots });
    } catch (error) {
      for (const back of takeBack) await back().catch(() => undefined);
      throw toDockerCommsError(error);
    }
  }

  /**
   * Gives the key to slots that are new, or have lost or renewed their own, so that a changed keyring locks nobody out.
   * May take as long as a person takes to unlock a keyring: nothing has to wait for it. Fails as reading and writing does.
   */
  async repair(): Promise<void> {
    const repaired = await repairs(await this.#read(), this.#slots, this.#key);
    if (repaired.length > 0) await this.#putSlots(repaired);
  }

  /** From now on this slot opens the vault, in place of what was kept under its id. Fails as its `wrap` does. */
  async keepIn(slot: KeySlot): Promise<void> {
    await this.#putSlots([await wrapIn(slot, this.#key)]);
  }

  /** The same for one of the slots that the vault was opened with. Fails `not-found` without it here. */
  async keepInKnown(id: string): Promise<void> {
    const slot = this.#slots.find((known) => known.id === id);
    if (slot !== undefined) return this.keepIn(slot);
    throw new DockerCommsError('not-found', 'This program cannot keep the key there.');
  }

  /**
   * This slot opens the vault no longer, and is not given the key again by itself. Fails `conflict` for the last one that
   * opens it here and now, `not-found` for one that nobody knows.
   */
  async keepOutOf(id: string): Promise<void> {
    const slots = await this.slots();
    if (!slots.some((slot) => slot.id === id)) {
      throw new DockerCommsError('not-found', 'Nothing of this name opens your secrets.');
    }
    const others = slots.filter((slot) => slot.id !== id && slot.state === 'opens');
    if (others.length === 0) {
      throw new DockerCommsError(
        'conflict',
        'Nothing else would open your secrets. Set up another way first.',
      );
    }
    await this.#rewrite((file) => ({
      ...file,
      slots: file.slots.filter((slot) => slot.id !== id),
      off: [...new Set([...file.off, id])],
    }));
    await this.#slots.find((slot) => slot.id === id)?.forget?.();
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

  /** Every slot that the file or this process knows, and how it stands here and now. */
  async slots(): Promise<readonly KeySlotView[]> {
    return viewsOf(await this.#read(), this.#slots);
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

  async #putSlots(wrapped: Readonly<VaultFile['slots']>): Promise<void> {
    const ids = new Set(wrapped.map(({ id }) => id));
    await this.#rewrite((file) => ({
      ...file,
      slots: [...file.slots.filter(({ id }) => !ids.has(id)), ...wrapped],
      off: file.off.filter((id) => !ids.has(id)),
    }));
  }

  #read(): Promise<VaultFile> {
    return existing(this.#path);
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

async function existing(path: string): Promise<VaultFile> {
  const file = await readVaultFile(path);
  if (file !== null) return file;
  throw new DockerCommsError('storage', `The vault file ${path} is gone. Restart DockerComms.`, {
    detail: { file: path },
  });
}

function purposeOf(name: string): string {
  return `secret:${name}`;
}

function without(file: VaultFile, name: string): VaultFile['secrets'] {
  return file.secrets.filter((secret) => secret.name !== name);
}

async function makeVaultFile({ path, slots }: VaultOptions): Promise<VaultFile> {
  const first = await wrapInFirst(slots, generateKey());
  const file: VaultFile = { version: 1, slots: [first], off: [], secrets: [] };
  if (await createVaultFile(path, file)) return file;
  // Another process was first: its key is the vault's.
  const theirs = await readVaultFile(path);
  return theirs ?? file;
}
