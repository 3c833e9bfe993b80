import type { Clock } from '../base/clock.ts';
import type { Credentials } from '../oci/credentials.ts';
import {
  formatRepositoryReference,
  parseRepositoryReference,
  type RepositoryReference,
} from '../oci/reference.ts';
import { Connections } from '../oci/connections.ts';
import { OciRepository } from '../oci/repository.ts';
import type { Account } from '../store/accounts.ts';
import type { Logins } from './logins.ts';

/**
 * One client for each account and repository, so that connections and tokens are shared. A login is looked up when the
 * registry asks for it, never kept here.
 */
export class Repositories {
  readonly #logins: Logins;
  readonly #clock: Clock | undefined;
  readonly #clients = new Map<string, OciRepository>();
  /** All clients share these: to each host we are one client, however many mailboxes it has. */
  readonly #connections: Connections;

  constructor(logins: Logins, clock?: Clock) {
    this.#logins = logins;
    this.#clock = clock;
    this.#connections = new Connections({ clock });
  }

  /** The client with which `account` reaches `repository` (its own mailbox unless named). */
  for(account: Account, repository: string = account.repository): OciRepository {
    const reference = parseRepositoryReference(repository);
    const key = `${account.id} ${formatRepositoryReference(reference)}`;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const acting = parseRepositoryReference(account.repository);
    const client = new OciRepository(reference, {
      credentials: () => this.#logins.find(reference, acting),
      connections: this.#connections,
      clock: this.#clock,
    });
    this.#clients.set(key, client);
    return client;
  }

  /** A client with connections of its own: for looking at a registry as if for the first time. `close` it. */
  apart(
    reference: RepositoryReference,
    credentials: () => Promise<Credentials | null>,
  ): { readonly repository: OciRepository; readonly close: () => Promise<void> } {
    const connections = new Connections({ clock: this.#clock, network: this.#connections.network });
    const repository = new OciRepository(reference, { credentials, connections, clock: this.#clock });
    return { repository, close: () => connections.close() };
  }

  /** Forgets the account's clients: its login or its repository changed. */
  forget(accountId: string): void {
    for (const key of this.#clients.keys()) {
      if (key.startsWith(`${accountId} `)) this.#clients.delete(key);
    }
  }

  /** Ends what is still under way. */
  async close(): Promise<void> {
    this.#clients.clear();
    await this.#connections.close();
  }
}
