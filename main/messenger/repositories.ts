import type { Clock } from '../base/clock.ts';
import type { Credentials } from '../oci/credentials.ts';
import type { Network } from '../oci/network.ts';
import {
  formatRepositoryReference,
  parseRepositoryReference,
  type RepositoryReference,
} from '../oci/reference.ts';
import { Connections } from '../oci/connections.ts';
import { fetchThrough, type Fetch } from '../oci/fetch-through.ts';
import { OciRepository } from '../oci/repository.ts';
import { BlobPlaces } from '../oci/blob-places.ts';
import type { CapabilityMemory } from '../oci/capabilities.ts';
import type { Account } from '../store/accounts.ts';
import type { Capabilities } from '../store/capabilities.ts';
import { toDockerCommsError } from '../base/errors.ts';
import type { EngineContext } from './context.ts';
import type { Logger } from './logger.ts';
import type { Logins } from './logins.ts';

/** Milliseconds that closing waits for what nobody else waits for: a few requests, and no more than a person does not notice. */
const closingGraceMs = 2000;

/**
 * One client for each account and repository, so that connections and tokens are shared. A login is looked up when the
 * registry asks for it, never kept here.
 */
export class Repositories {
  readonly #logins: Logins;
  readonly #clock: Clock;
  readonly #capabilities: Capabilities;
  readonly #logger: Logger;
  readonly #clients = new Map<string, OciRepository>();
  /** Where each account put blobs lately: the same file for two mailboxes of a registry is uploaded once. */
  readonly #places = new Map<string, BlobPlaces>();
  /** All clients share these: to each host we are one client, however many mailboxes it has. */
  readonly #connections: Connections;

  constructor(context: Pick<EngineContext, 'logins' | 'store' | 'clock' | 'logger' | 'pinned'>) {
    this.#logins = context.logins;
    this.#clock = context.clock;
    this.#capabilities = context.store.capabilities;
    this.#logger = context.logger;
    this.#connections = new Connections({
      ...{ clock: context.clock, network: context.pinned.network },
      onWarning: (warning) => this.#logger.warn({ ...warning }, 'the registry warns'),
    });
  }

  /** The client with which `account` reaches `repository` (its own mailbox unless named). */
  for(account: Account, repository: string = account.repository): OciRepository {
    const reference = parseRepositoryReference(repository);
    const name = formatRepositoryReference(reference);
    const key = `${account.id} ${name}`;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const acting = parseRepositoryReference(account.repository);
    const client = new OciRepository(reference, {
      credentials: () => this.#logins.find(reference, acting),
      connections: this.#connections,
      clock: this.#clock,
      capabilities: this.#memoryOf(name),
      places: this.#placesOf(account.id),
      onIndexProblem: ({ code, detail }) =>
        this.#logger.warn({ code, detail, repository: name }, 'a fallback index could not be written'),
    });
    this.#clients.set(key, client);
    return client;
  }

  /**
   * The client for a repository that is no account's mailbox (where updates come from), with the login that is kept for it or
   * its host, if any.
   */
  beside(reference: RepositoryReference): OciRepository {
    const name = formatRepositoryReference(reference);
    const key = ` ${name}`;
    const client =
      this.#clients.get(key) ??
      new OciRepository(reference, {
        credentials: () => this.#logins.find(reference),
        connections: this.#connections,
        clock: this.#clock,
        capabilities: this.#memoryOf(name),
      });
    this.#clients.set(key, client);
    return client;
  }

  /**
   * A client with connections of its own, for looking at a registry as if for the first time: it believes nothing that
   * was learnt before, and what it learns is kept. `close` it.
   */
  apart(
    reference: RepositoryReference,
    credentials: () => Promise<Credentials | null>,
  ): { readonly repository: OciRepository; readonly close: () => Promise<void> } {
    const connections = new Connections({ clock: this.#clock, network: this.#connections.network });
    const capabilities = { ...this.#memoryOf(formatRepositoryReference(reference)), read: () => null };
    const repository = new OciRepository(reference, {
      ...{ credentials, connections, capabilities, clock: this.#clock },
    });
    return { repository, close: () => connections.close() };
  }

  /**
   * What is learnt about a registry, kept in the store. It only saves requests: where it cannot be read or written, the
   * work goes on without.
   */
  #memoryOf(repository: string): CapabilityMemory {
    const attempt = <T>(work: () => T): T | null => {
      try {
        return work();
      } catch (error) {
        this.#logger.warn({ code: toDockerCommsError(error).code }, 'what was learnt could not be kept');
        return null;
      }
    };
    return {
      read: (name) => attempt(() => this.#capabilities.get(repository, name)),
      write: (name, learnt) => attempt(() => this.#capabilities.set(repository, name, learnt)),
    };
  }

  #placesOf(accountId: string): BlobPlaces {
    const places = this.#places.get(accountId) ?? new BlobPlaces();
    this.#places.set(accountId, places);
    return places;
  }

  /** Forgets the account's clients: its login or its repository changed. */
  forget(accountId: string): void {
    this.#places.delete(accountId);
    for (const key of this.#clients.keys()) {
      if (key.startsWith(`${accountId} `)) this.#clients.delete(key);
    }
  }

  /** New requests go over new connections: what is trusted has changed. */
  reconnect(): void {
    this.#connections.useNetwork(this.#connections.network);
  }

  /** For services beside registries: the same way out. At most `limit` bytes of an answer are read. */
  fetch(limit: number): Fetch {
    return fetchThrough(this.#connections, limit);
  }

  get network(): Network {
    return this.#connections.network;
  }

  /** Everybody goes by these rules from the next request on. */
  useNetwork(network: Network): void {
    this.#connections.useNetwork(network);
    // Which scheme a client speaks was decided when it was made.
    this.#clients.clear();
  }

  /** Ends what is still under way; what is written behind what was sent gets a moment to be done. */
  async close(): Promise<void> {
    const behind = Promise.all([...this.#clients.values()].map((client) => client.settled()));
    this.#clients.clear();
    await this.#within(closingGraceMs, behind);
    await this.#connections.close();
  }

  async #within(milliseconds: number, work: Promise<unknown>): Promise<void> {
    let stop: (() => void) | undefined;
    const late = new Promise<void>((resolve) => (stop = this.#clock.after(milliseconds, resolve)));
    await Promise.race([work, late]);
    stop?.();
  }
}
