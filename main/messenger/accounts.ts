import { join } from 'node:path';
import type { ConnectionState } from '../../preload/views.ts';
import { DockerCommsError, toDockerCommsError } from '../base/errors.ts';
import { formatRepositoryReference, parseRepositoryReference } from '../oci/reference.ts';
import type { Credentials } from '../oci/repository.ts';
import { parseIdentity } from '../protocol/identity.ts';
import { inboxPrefix } from '../protocol/tags.ts';
import type { Account } from '../store/accounts.ts';
import type { EngineContext } from './context.ts';
import { errorView } from './errors.ts';
import type { MailboxWatch } from './inbox/watch.ts';

/** The mailbox that everybody on the embedded registry shares, as with v1. */
const embeddedMailbox = 'mail';
const portFact = 'embedded-registry-port';

export interface AccountsOptions {
  readonly context: EngineContext;
  /** Makes the watch of an account's mailbox, not started. */
  readonly watch: (accountId: string) => MailboxWatch;
}

/** My identities: where each is written to, with which login, and how it stands with its registry. */
export class Accounts {
  readonly #context: EngineContext;
  readonly #newWatch: (accountId: string) => MailboxWatch;
  readonly #watches = new Map<string, MailboxWatch>();
  #embeddedFailure: ConnectionState | null = null;

  constructor({ context, watch }: AccountsOptions) {
    this.#context = context;
    this.#newWatch = watch;
  }

  /** Starts the embedded registry if an account needs it, then looks at every mailbox. */
  async start(): Promise<void> {
    const accounts = this.#context.store.accounts.list();
    if (accounts.some(({ kind }) => kind === 'this-computer')) await this.#startEmbedded();
    for (const { id } of accounts) this.#watch(id).start();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#watches.values()].map((watch) => watch.stop()));
  }

  /** The network is back, or the computer woke: look everywhere now. */
  wake(): void {
    for (const watch of this.#watches.values()) {
      watch.noteActivity();
      watch.start();
    }
  }

  list(): readonly Account[] {
    return this.#context.store.accounts.list();
  }

  /** Fails `not-found`. */
  get(id: string): Account {
    const account = this.#context.store.accounts.get(id);
    if (account === null) throw new DockerCommsError('not-found', 'This account is no longer here.');
    return account;
  }

  connection(id: string): ConnectionState {
    return this.#embeddedFailure ?? this.#watches.get(id)?.connection ?? { state: 'connecting' };
  }

  noteActivity(id: string): void {
    this.#watches.get(id)?.noteActivity();
  }

  /** Looks at the mailboxes now and answers when that is done. */
  async sync(id?: string): Promise<void> {
    const watches = id === undefined ? [...this.#watches.values()] : [this.#watch(this.get(id).id)];
    await Promise.all(watches.map((watch) => watch.lookNow()));
  }

  /** Uses (and starts, and keeps) the registry of this computer. */
  async createOnThisComputer(identity: string): Promise<Account> {
    const me = parseIdentity(identity);
    const host = await this.#startEmbedded();
    return this.#insert({
      identity: me,
      repository: `${host}/${embeddedMailbox}`,
      kind: 'this-computer',
      username: null,
    });
  }

  /** Uses a registry that is already there. The login is sealed before the account exists. */
  async createOnRegistry(identity: string, repository: string, credentials?: Credentials): Promise<Account> {
    const me = parseIdentity(identity);
    const reference = parseRepositoryReference(repository);
    if (credentials !== undefined) await this.#context.logins.save(reference, credentials);
    return this.#insert({
      identity: me,
      repository: formatRepositoryReference(reference),
      kind: 'registry',
      username: credentials?.username ?? null,
    });
  }

  /** `credentials: null` forgets the login. */
  async update(
    id: string,
    change: {
      readonly repository?: string | undefined;
      readonly credentials?: Credentials | null | undefined;
    },
  ): Promise<Account> {
    const { store, logins, repositories, events } = this.#context;
    const account = this.get(id);
    const reference = parseRepositoryReference(change.repository ?? account.repository);
    if (change.credentials === null) await logins.forget(reference);
    else if (change.credentials !== undefined) await logins.save(reference, change.credentials);
    const username =
      change.credentials === undefined ? account.username : (change.credentials?.username ?? null);
    store.accounts.update(id, { repository: formatRepositoryReference(reference), username });
    await this.#watches.get(id)?.stop();
    await repositories.forget(id);
    this.#watch(id).start();
    events.emit({ type: 'accounts.changed' });
    return this.get(id);
  }

  /** Forgets the account here; nothing is deleted on the registry. */
  async remove(id: string): Promise<void> {
    const { store, logins, repositories, events } = this.#context;
    const account = this.get(id);
    await this.#watches.get(id)?.stop();
    this.#watches.delete(id);
    await repositories.forget(id);
    const reference = parseRepositoryReference(account.repository);
    const sharesLogin = this.list().some(
      (other) => other.id !== id && other.repository === account.repository,
    );
    if (!sharesLogin) await logins.forget(reference);
    store.transaction(() => {
      store.accounts.remove(id);
      // Coming back later means wanting the mail that is still there.
      store.inbox.forget(account.repository, inboxPrefix(account.identity));
    });
    events.emit({ type: 'accounts.changed' });
    events.emit({ type: 'conversations.changed', conversationIds: [] });
  }

  #insert(account: Omit<Account, 'id' | 'createdAt'>): Account {
    const { store, clock, events } = this.#context;
    const inserted = store.accounts.insert({ ...account, createdAt: clock.now() });
    this.#watch(inserted.id).start();
    events.emit({ type: 'accounts.changed' });
    return inserted;
  }

  #watch(id: string): MailboxWatch {
    const known = this.#watches.get(id);
    if (known !== undefined) return known;
    const watch = this.#newWatch(id);
    this.#watches.set(id, watch);
    return watch;
  }

  /** Answers the embedded registry's host. Its port was given out in references, so the same one is tried first. */
  async #startEmbedded(): Promise<string> {
    const { embeddedRegistry, home, store, logger } = this.#context;
    if (embeddedRegistry === null) {
      throw new DockerCommsError(
        'unsupported',
        'This program brings no registry of its own. Connect one instead.',
      );
    }
    const remembered = store.facts.get(portFact);
    const port = typeof remembered === 'number' ? remembered : null;
    try {
      const running = await embeddedRegistry.start(join(home, 'registry'), port);
      store.facts.set(portFact, running.port);
      if (port !== null && running.port !== port) this.#moveTo(running.host);
      this.#embeddedFailure = null;
      return running.host;
    } catch (error) {
      logger.error({ err: error }, 'the embedded registry did not start');
      this.#embeddedFailure = { state: 'trouble', error: errorView(error), retryAt: null };
      throw toDockerCommsError(error);
    }
  }

  /** Another program has taken the port: the registry is the same, under another address. */
  #moveTo(host: string): void {
    const { store } = this.#context;
    const repository = `${host}/${embeddedMailbox}`;
    for (const account of this.list()) {
      if (account.kind !== 'this-computer' || account.repository === repository) continue;
      store.renameRepository(account.repository, repository);
    }
  }
}
