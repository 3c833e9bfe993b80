import { DockerCommsError } from '../../base/errors.ts';
import type { KeylessSigner } from '../../trust/keyless-signer.ts';
import type { Signer } from '../../trust/signer.ts';
import type { SettingsService } from '../settings.ts';

/**
 * Who signs each message of an account publicly, where a person chose that. They are signed in for as long as a certificate
 * lasts (ten minutes), in memory only; after that messages wait until they sign in again.
 */
export class PublicSigners {
  readonly #settings: Pick<SettingsService, 'get' | 'update'>;
  readonly #held = new Map<string, KeylessSigner>();

  constructor(settings: Pick<SettingsService, 'get' | 'update'>) {
    this.#settings = settings;
  }

  /**
   * Who signs now; null: this account signs no message publicly. Fails `auth` (`sign-in-needed`) before anything is sent.
   */
  async signerFor(accountId: string): Promise<Signer | null> {
    const { enabled, accounts } = this.#settings.get().publicSignatures;
    if (!enabled || !accounts.includes(accountId)) return null;
    const signer = this.#held.get(accountId);
    if (signer === undefined) throw signInNeeded();
    await signer.prepare();
    return signer;
  }

  /** Somebody signed in for this account. */
  hold(accountId: string, signer: KeylessSigner): void {
    this.#held.set(accountId, signer);
  }

  /** This account signs no message publicly any more. */
  end(accountId: string): void {
    this.#held.delete(accountId);
    const { accounts } = this.#settings.get().publicSignatures;
    if (!accounts.includes(accountId)) return;
    this.#settings.update({ publicSignatures: { accounts: accounts.filter((id) => id !== accountId) } });
  }
}

/** A token for one certificate: it is not kept, and who needs another one has to sign in again. */
export function tokenOnce(token: string): () => Promise<string> {
  let left: string | null = token;
  return () => {
    const given = left;
    left = null;
    return given === null ? Promise.reject(signInNeeded()) : Promise.resolve(given);
  };
}

function signInNeeded(): DockerCommsError {
  return new DockerCommsError(
    'auth',
    'This waits until you sign in again: each of your messages is signed publicly.',
    { detail: { reason: 'sign-in-needed' } },
  );
}
