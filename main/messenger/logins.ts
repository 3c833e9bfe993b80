import { z } from 'zod';
import { credentialsSchema, type LoginChoice, loginChoiceSchema } from '../../preload/contract/login.ts';
import { DockerCommsError } from '../base/errors.ts';
import type { ContainerToolLogins } from '../credentials/container-tools.ts';
import type { Credentials } from '../oci/credentials.ts';
import { formatRepositoryReference, type RepositoryReference } from '../oci/reference.ts';
import type { Vault } from '../vault/vault.ts';

/**
 * Logins for registries, sealed in the vault. A login belongs to a host, optionally to one repository of it (protocol,
 * "Routing"), not to an account: writing to somebody else's mailbox on the same host uses the login one already has.
 * Where a person chose the login of their container tools, only that choice is kept: the tools are asked each time.
 */
export class Logins {
  readonly #vault: Vault;
  readonly #containerTools: Pick<ContainerToolLogins, 'find'>;

  constructor(vault: Vault, containerTools: Pick<ContainerToolLogins, 'find'>) {
    this.#vault = vault;
    this.#containerTools = containerTools;
  }

  /**
   * The login to use for `target`: the one chosen for exactly this repository, else that of `acting` (the account's own
   * repository) when it is on the same host, else the host's. Never a login of another host. Fails `auth` when what was
   * saved cannot be read, or (`reason: 'login-vanished'`) when the container tools no longer have what was chosen.
   */
  async find(target: RepositoryReference, acting?: RepositoryReference): Promise<Credentials | null> {
    const sameHost = acting?.host === target.host ? [acting] : [];
    const choice = await this.#chosen([target, ...sameHost], target.host);
    return choice === null ? null : this.use(choice, target, ...sameHost);
  }

  /** The login that a choice means now, for the first of these repositories for which there is one. Fails as `find`. */
  async use(
    choice: LoginChoice,
    ...repositories: readonly RepositoryReference[]
  ): Promise<Credentials | null> {
    if (choice.kind === 'none') return null;
    if (choice.kind === 'password') return { username: choice.username, password: choice.password };
    for (const repository of repositories) {
      const login = await this.#containerTools.find(repository);
      if (login !== null) return login;
    }
    throw vanished(repositories[0]?.host ?? '');
  }

  /**
   * Keeps what was chosen for this repository, and, unless it is *none*, as the host's for repositories that have none
   * of their own.
   */
  async save(reference: RepositoryReference, choice: LoginChoice): Promise<void> {
    if (choice.kind === 'none') await this.forget(reference);
    const sealed = JSON.stringify(choice);
    await this.#vault.set(nameFor(reference), sealed);
    if (choice.kind !== 'none') await this.#vault.set(hostName(reference), sealed);
  }

  /** What was chosen for `from` holds for `to`, another repository of the same host, instead. */
  async move(from: RepositoryReference, to: RepositoryReference): Promise<void> {
    const own = await this.#vault.get(nameFor(from));
    if (own === null) return;
    await this.#vault.set(nameFor(to), own);
    await this.#vault.delete(nameFor(from));
  }

  /** Forgets the choice for this repository, and the host's when it was the same one. */
  async forget(reference: RepositoryReference): Promise<void> {
    const own = await this.#vault.get(nameFor(reference));
    await this.#vault.delete(nameFor(reference));
    if (own !== null && own === (await this.#vault.get(hostName(reference)))) {
      await this.#vault.delete(hostName(reference));
    }
  }

  async #chosen(repositories: readonly RepositoryReference[], host: string): Promise<LoginChoice | null> {
    try {
      for (const name of [...repositories.map(nameFor), `login:${host}`]) {
        const saved = await this.#vault.get(name);
        if (saved !== null) return parseChoice(saved);
      }
      return null;
    } catch (cause) {
      // Not as `verification-failed`: that would be said of the message that was to be fetched.
      throw new DockerCommsError('auth', 'The saved login cannot be read. Enter it again in the settings.', {
        cause,
        detail: { registry: host, reason: 'login-unreadable' },
      });
    }
  }
}

function vanished(host: string): DockerCommsError {
  return new DockerCommsError(
    'auth',
    `Your container tools no longer have a login for ${host}. Log in with them again (docker login ${host}), or choose another login in the settings.`,
    { detail: { registry: host, reason: 'login-vanished' } },
  );
}

function nameFor(reference: RepositoryReference): string {
  return `login:${formatRepositoryReference(reference)}`;
}

function hostName(reference: RepositoryReference): string {
  return `login:${reference.host}`;
}

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON' });
    return z.NEVER;
  }
});
/** Choices; the first version kept passwords without a kind. */
const savedChoice = z.union([
  loginChoiceSchema,
  credentialsSchema.transform((login): LoginChoice => ({ kind: 'password', ...login })),
]);

function parseChoice(saved: string): LoginChoice {
  return json.pipe(savedChoice).parse(saved);
}
