import { z } from 'zod';
import { credentialsSchema } from '../../preload/contract.ts';
import { DockerCommsError } from '../base/errors.ts';
import type { BasicCredentials } from '../oci/credentials.ts';
import { formatRepositoryReference, type RepositoryReference } from '../oci/reference.ts';
import type { Vault } from '../vault/vault.ts';

/**
 * Logins for registries, sealed in the vault. A login belongs to a host, optionally to one repository of it (protocol,
 * "Routing"), not to an account: writing to somebody else's mailbox on the same host uses the login one already has.
 */
export class Logins {
  readonly #vault: Vault;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /**
   * The login to use for `target`: the one saved for exactly this repository, else that of `acting` (the account's own
   * repository) when it is on the same host, else the host's. Never a login of another host. Fails `auth` when what was saved cannot be read.
   */
  async find(target: RepositoryReference, acting?: RepositoryReference): Promise<BasicCredentials | null> {
    const names = [nameFor(target)];
    if (acting?.host === target.host) names.push(nameFor(acting));
    names.push(hostName(target));
    try {
      for (const name of names) {
        const saved = await this.#vault.get(name);
        if (saved !== null) return parseLogin(saved);
      }
      return null;
    } catch (cause) {
      // Not as `verification-failed`: that would be said of the message that was to be fetched.
      throw new DockerCommsError('auth', 'The saved login cannot be read. Enter it again in the settings.', {
        cause,
        detail: { registry: target.host },
      });
    }
  }

  /** Keeps a login for this repository, and as the host's for repositories that have none of their own. */
  async save(reference: RepositoryReference, credentials: BasicCredentials): Promise<void> {
    const sealed = JSON.stringify({ username: credentials.username, password: credentials.password });
    await this.#vault.set(nameFor(reference), sealed);
    await this.#vault.set(hostName(reference), sealed);
  }

  /** Forgets the login of this repository, and the host's when it was the same one. */
  async forget(reference: RepositoryReference): Promise<void> {
    const own = await this.#vault.get(nameFor(reference));
    await this.#vault.delete(nameFor(reference));
    if (own !== null && own === (await this.#vault.get(hostName(reference)))) {
      await this.#vault.delete(hostName(reference));
    }
  }
}

function nameFor(reference: RepositoryReference): string {
  return `login:${formatRepositoryReference(reference)}`;
}

function hostName(reference: RepositoryReference): string {
  return `login:${reference.host}`;
}

const savedLogin = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON' });
    return z.NEVER;
  }
});

function parseLogin(saved: string): BasicCredentials {
  return savedLogin.pipe(credentialsSchema).parse(saved);
}
