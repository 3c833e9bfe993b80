import { formatRepositoryReference, parseRepositoryReference } from '../oci/reference.ts';
import { OciRepository } from '../oci/repository.ts';
import type { Account } from '../store/accounts.ts';
import type { Logins } from './logins.ts';

/**
 * One client for each account and repository, so that connections and tokens are shared. A login is looked up when the
 * registry asks for it, never kept here.
 */
export class Repositories {
  readonly #logins: Logins;
  readonly #clients = new Map<string, OciRepository>();

  constructor(logins: Logins) {
    this.#logins = logins;
  }

  /** The client with which `account` reaches `repository` (its own mailbox unless named). */
  for(account: Account, repository: string = account.repository): OciRepository {
    const reference = parseRepositoryReference(repository);
    const key = `${account.id} ${formatRepositoryReference(reference)}`;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const acting = parseRepositoryReference(account.repository);
    const client = new OciRepository(reference, { credentials: () => this.#logins.find(reference, acting) });
    this.#clients.set(key, client);
    return client;
  }

  /** Forgets the account's clients: its login or its repository changed. */
  async forget(accountId: string): Promise<void> {
    const stale = [...this.#clients].filter(([key]) => key.startsWith(`${accountId} `));
    for (const [key] of stale) this.#clients.delete(key);
    await Promise.all(stale.map(([, client]) => client.close()));
  }

  async close(): Promise<void> {
    const clients = [...this.#clients.values()];
    this.#clients.clear();
    await Promise.all(clients.map((client) => client.close()));
  }
}
