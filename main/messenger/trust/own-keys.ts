import { DockerCommsError, isDockerCommsError } from '../../base/errors.ts';
import type { Account, Accounts } from '../../store/accounts.ts';
import { keySigner, type Signer } from '../../trust/signer.ts';
import { createSigningKey, openSigningKey, sealableKey, type SigningKey } from '../../trust/signing-key.ts';
import type { Vault } from '../../vault/vault.ts';

export interface OwnKeysOptions {
  readonly vault: Pick<Vault, 'get' | 'set' | 'delete'>;
  readonly accounts: Pick<Accounts, 'get' | 'update'>;
}

/**
 * The keys that sign for my accounts on this computer: one for each account, sealed in the vault; the store only names
 * it. People pin this key, so it is never replaced silently: a key that is gone is an error until a person decides.
 */
export class OwnKeys {
  readonly #vault: OwnKeysOptions['vault'];
  readonly #accounts: OwnKeysOptions['accounts'];
  readonly #keys = new Map<string, Promise<SigningKey>>();

  constructor({ vault, accounts }: OwnKeysOptions) {
    this.#vault = vault;
    this.#accounts = accounts;
  }

  /**
   * The signing key of this account, made when it never had one. Fails `not-found` without such an account, `auth`
   * (`reason: 'key-lost'`) when the vault no longer holds the key that the account had, and as the vault does.
   */
  signingKey(accountId: string): Promise<SigningKey> {
    const known = this.#keys.get(accountId);
    if (known !== undefined) return known;
    const opening = this.#open(accountId);
    this.#keys.set(accountId, opening);
    // What failed is asked for again: a vault that was locked, or a disk that was full, may be better next time.
    opening.catch(() => this.#keys.delete(accountId));
    return opening;
  }

  /** Signs as this account. Fails as `signingKey`. */
  async signer(accountId: string): Promise<Signer> {
    return keySigner(await this.signingKey(accountId));
  }

  /** The key of an account that has none yet: it was made for this device elsewhere. Fails `conflict`, and as the vault does. */
  async adopt(accountId: string, key: SigningKey): Promise<void> {
    if (this.#accounts.get(accountId)?.signingKey !== null) {
      throw new DockerCommsError('conflict', 'This account has a key of its own.');
    }
    await this.#keep(accountId, key);
  }

  /** Fails `conflict` while the vault has the key of this account: it is not given up for another one. */
  async requireLost(accountId: string): Promise<void> {
    const found = await this.signingKey(accountId).then(
      () => true,
      (error: unknown) => {
        if (isKeyLost(error)) return false;
        throw error;
      },
    );
    if (found) throw new DockerCommsError('conflict', 'The key of this account is here.');
  }

  /** In place of a key that is lost, as a person decided. Fails as the vault does. */
  replaceLost(accountId: string, key: SigningKey): Promise<void> {
    return this.#keep(accountId, key);
  }

  /** The account is gone: so is its key. */
  async forget(accountId: string): Promise<void> {
    this.#keys.delete(accountId);
    await this.#vault.delete(nameOf(accountId));
  }

  /** The key first: a name without a key would say that one was lost. */
  async #keep(accountId: string, key: SigningKey): Promise<void> {
    await this.#vault.set(nameOf(accountId), sealableKey(key).toString('base64'));
    this.#accounts.update(accountId, { signingKey: key.verifying.fingerprint });
  }

  async #open(accountId: string): Promise<SigningKey> {
    const account = this.#accounts.get(accountId);
    if (account === null) throw new DockerCommsError('not-found', 'This account is no longer here.');
    const sealed = await this.#vault.get(nameOf(accountId));
    if (sealed === null && account.signingKey !== null) throw keyLost(account);
    const key = sealed === null ? createSigningKey() : openSigningKey(Buffer.from(sealed, 'base64'));
    if (account.signingKey !== null && account.signingKey !== key.verifying.fingerprint)
      throw keyLost(account);
    if (sealed === null) await this.#keep(accountId, key);
    else if (account.signingKey === null) {
      this.#accounts.update(accountId, { signingKey: key.verifying.fingerprint });
    }
    return key;
  }
}

function nameOf(accountId: string): string {
  return `signing-key:${accountId}`;
}

/** Whether the vault no longer holds the key that an account had. */
export function isKeyLost(error: unknown): boolean {
  return isDockerCommsError(error, 'auth') && error.detail.reason === 'key-lost';
}

function keyLost({ identity, signingKey }: Account): DockerCommsError {
  return new DockerCommsError(
    'auth',
    `The key that signs for ${identity} is no longer in the vault. Restore the vault file from a backup, or begin with a new key (Settings → Accounts, or “dockercomms identity begin-anew”): people are warned of it then.`,
    { detail: { reason: 'key-lost', key: signingKey ?? '' } },
  );
}
