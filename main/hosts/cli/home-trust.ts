import { systemClock } from '../../base/clock.ts';
import { DockerCommsError, isDockerCommsError, toDockerCommsError } from '../../base/errors.ts';
import { passesByItself } from '../../messenger/errors.ts';
import { EventHub } from '../../messenger/events.ts';
import type { Logger } from '../../messenger/logger.ts';
import type { KnownKeys } from '../../messenger/trust/known-keys.ts';
import type { OwnKeys } from '../../messenger/trust/own-keys.ts';
import type { OwnProfiles } from '../../messenger/trust/own-profiles.ts';
import { makeTrust } from '../../messenger/trust/trust.ts';
import { formatRepositoryReference, parseRepositoryReference } from '../../oci/reference.ts';
import type { OciRepository } from '../../oci/repository.ts';
import type { Account } from '../../store/accounts.ts';
import { acquireHome } from '../../store/home-lock.ts';
import type { Store } from '../../store/store.ts';
import type { Signer } from '../../trust/signer.ts';
import { homeFolder } from '../places.ts';
import type { CliContext } from './context.ts';
import { describeError, type Terminal } from './terminal.ts';

/** The command line says what matters on the terminal itself; what the engine's parts would log goes nowhere. */
const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** What the home knows of keys, its own and other people's, for one command on one repository. */
export class HomeTrust {
  readonly store: Store;
  readonly ownKeys: OwnKeys;
  readonly ownProfiles: OwnProfiles;
  readonly knownKeys: KnownKeys;
  readonly repositoryName: string;
  readonly #clients: Clients;
  readonly #context: CliContext;

  private constructor(
    context: CliContext,
    { store, clients, repositoryName }: Pick<HomeTrust, 'store' | 'repositoryName'> & { clients: Clients },
    parts: ReturnType<typeof makeTrust>,
  ) {
    this.#context = context;
    this.#clients = clients;
    this.repositoryName = repositoryName;
    this.store = store;
    this.ownKeys = parts.ownKeys;
    this.ownProfiles = parts.ownProfiles;
    this.knownKeys = parts.knownKeys;
  }

  /** Makes the home where there is none: what is learnt of others' keys is kept there. */
  static async open(context: CliContext, repository: OciRepository): Promise<HomeTrust> {
    const store = await context.store();
    const repositoryName = formatRepositoryReference(repository.reference);
    const clients: Clients = new Map([[repositoryName, repository]]);
    const parts = makeTrust(await context.vault(), {
      store,
      clock: systemClock,
      events: new EventHub(silent),
      logger: silent,
      sigstore: { trustedRoot: async () => (await context.sigstore()).sigstore.trustedRoot() },
      repositories: {
        for(account: Account, name: string = account.repository) {
          return clientIn(clients, name);
        },
      },
    });
    return new HomeTrust(context, { store, clients, repositoryName }, parts);
  }

  get terminal(): Terminal {
    return this.#context.terminal;
  }

  /** The home's account of this identity: the one of this repository before others; null: it has none. */
  accountOf(identity: string): Account | null {
    return accountOf(this.store.accounts.list(), identity, this.repositoryName);
  }

  /**
   * Signs as `account`, once its profile lies in the repository: whoever is written to learns the key from it. A
   * repository that takes no profile is said, and is no reason to stay silent. Fails as the keys and the network do.
   */
  async signer(account: Account): Promise<Signer> {
    const signer = await this.ownKeys.signer(account.id);
    await this.#openMailboxOf(account);
    try {
      await this.ownProfiles.ensureIn(account, this.repositoryName, this.#context.signal);
    } catch (thrown) {
      const error = toDockerCommsError(thrown);
      if (error.code === 'cancelled' || error.code === 'auth' || passesByItself(error)) throw error;
      this.terminal.err(
        `The keys of ${account.identity} could not be published here, so others may not know this signature: ${describeError(error)}`,
      );
    }
    return signer;
  }

  /** Fails `untrusted` while something about the keys of this person has to be looked at in the messenger. */
  requireNoAlarm(identity: string): void {
    const person = this.store.people.findByIdentity(identity);
    if (person !== null) this.knownKeys.requireNoAlarm(person);
  }

  /**
   * What is current of a profile is decided in the account's own mailbox. On another host only the account's own login
   * counts: the environment's is for where the person pointed.
   */
  async #openMailboxOf({ id, repository }: Account): Promise<void> {
    if (this.#clients.has(repository)) return;
    const hostOf = (name: string) => parseRepositoryReference(name).host;
    const sameHost = hostOf(repository) === hostOf(this.repositoryName);
    const choice = { repo: repository, ...(!sameHost && { account: id }) };
    this.#clients.set(repository, await this.#context.repository(choice));
  }
}

type Clients = Map<string, OciRepository>;

function clientIn(clients: Clients, name: string): OciRepository {
  const client = clients.get(name);
  if (client !== undefined) return client;
  throw new DockerCommsError('internal', 'This repository was not opened.', { detail: { repository: name } });
}

/** Of several accounts of one identity, the one whose mailbox this repository is; else the oldest. */
export function accountOf(
  accounts: readonly Account[],
  identity: string,
  repository: string,
): Account | null {
  const same = accounts.filter((account) => account.identity === identity);
  return same.find((account) => account.repository === repository) ?? same[0] ?? null;
}

/** Whether no messenger runs on this home: who runs one looks after what is known of people. */
export async function isHomeFree(): Promise<boolean> {
  try {
    await (await acquireHome(homeFolder())).release();
    return true;
  } catch (error) {
    if (isDockerCommsError(error, 'conflict')) return false;
    throw error;
  }
}
