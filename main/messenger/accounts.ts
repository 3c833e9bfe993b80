import { join } from 'node:path';
import type { LoginChoice } from '../../preload/contract/login.ts';
import type { ConnectionState } from '../../preload/contract/connection.ts';
import { DockerCommsError, toDockerCommsError } from '../base/errors.ts';
import {
  formatRepositoryReference,
  parseRepositoryReference,
  type RepositoryReference,
} from '../oci/reference.ts';
import { parseIdentity } from '../protocol/identity.ts';
import { inboxPrefix } from '../protocol/tags.ts';
import type { Account, NewAccount } from '../store/accounts.ts';
import type { EngineContext } from './context.ts';
import { errorView } from './errors.ts';
import type { MailboxWatch } from './inbox/watch.ts';
import { embeddedMailbox } from './local-network.ts';
import { pausedUntil } from './quiet-times.ts';
import { removingCopies } from './removal.ts';
import type { NewDevice } from './trust/device-file.ts';
import { joinAs } from './trust/join.ts';

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
  #starting: Promise<void> = Promise.resolve();
  #stopped = true;

  constructor({ context, watch }: AccountsOptions) {
    this.#context = context;
    this.#newWatch = watch;
  }

  /** Starts the embedded registry if an account needs it, then looks at every mailbox. Never fails: accounts show it. */
  start(): Promise<void> {
    this.#stopped = false;
    return this.#begun(this.#startAll());
  }

  /** Starts the embedded registry if an account needs it, and looks at nothing. Never fails. */
  serve(): Promise<void> {
    return this.#begun(this.#serve());
  }

  #begun(work: Promise<void>): Promise<void> {
    this.#starting = work.catch((error: unknown) => {
      this.#context.logger.error({ err: error }, 'the accounts could not be started');
    });
    return this.#starting;
  }

  /** Resolves when nothing is under way; nothing is begun until `start`. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([this.#starting, ...[...this.#watches.values()].map((watch) => watch.stop())]);
  }

  /** Somebody is there, or comes back: look often for a while. */
  noteActivityEverywhere(): void {
    for (const watch of this.#watches.values()) watch.noteActivity();
  }

  async #startAll(): Promise<void> {
    await this.#serve();
    for (const account of this.list()) {
      if (this.#stopped) return;
      if (this.#failureOf(account) === null) this.#watch(account.id).start();
    }
  }

  /** One that does not start is no reason to leave the other accounts' mail unread. */
  async #serve(): Promise<void> {
    const needsEmbedded = this.list().some(({ kind }) => kind === 'this-computer');
    if (needsEmbedded) await this.#startEmbedded().catch(() => undefined);
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

  connection(account: Account): ConnectionState {
    const until = pausedUntil(this.#context);
    if (until !== null) return { state: 'paused', until };
    return this.#failureOf(account) ?? this.#watches.get(account.id)?.connection ?? { state: 'connecting' };
  }

  /** When this account's mailbox was last looked at with success, and when it will be looked at next. Milliseconds. */
  looks({ id }: Account): { readonly lookedAt: number | null; readonly nextLookAt: number | null } {
    const watch = this.#watches.get(id);
    return { lookedAt: watch?.lookedAt ?? null, nextLookAt: watch?.nextLookAt ?? null };
  }

  /** What keeps this account from being looked at: the registry of this computer does not run. */
  #failureOf({ kind }: Account): ConnectionState | null {
    return kind === 'this-computer' ? this.#embeddedFailure : null;
  }

  noteActivity(id: string): void {
    this.#watches.get(id)?.noteActivity();
  }

  /** Looks at the mailboxes now and answers when that is done. Fails `conflict` while syncing is paused. */
  async sync(id?: string): Promise<void> {
    if (pausedUntil(this.#context) !== null) throw new DockerCommsError('conflict', 'Syncing is paused.');
    // Whoever asks while it starts means the mailboxes that it starts with.
    await this.#starting;
    const watches = id === undefined ? [...this.#watches.values()] : [this.#watch(this.get(id).id)];
    if (this.#embeddedFailure !== null) await this.start();
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
      ...loginColumns(undefined),
    });
  }

  /** Uses a registry that is already there. The login is sealed before the account exists. Fails `conflict`. */
  async createOnRegistry(identity: string, repository: string, login?: LoginChoice): Promise<Account> {
    const me = parseIdentity(identity);
    const reference = parseRepositoryReference(repository);
    const canonical = formatRepositoryReference(reference);
    this.#requireNew(me, canonical);
    if (login !== undefined) await this.#context.logins.save(reference, login);
    return this.#insert({
      identity: me,
      repository: canonical,
      kind: 'registry',
      ...loginColumns(login),
    });
  }

  /** One more device of somebody who has another one. Fails `conflict` for an account that is here, and as the vault does. */
  async join(device: NewDevice, login?: LoginChoice): Promise<Account> {
    const reference = parseRepositoryReference(device.repository);
    this.#requireNew(device.identity, formatRepositoryReference(reference));
    if (login !== undefined) await this.#context.logins.save(reference, login);
    return this.#begin(await joinAs(this.#context, device, loginColumns(login)));
  }

  /** Before anything is written: the login of the account that is there must not be replaced on the way to a refusal. */
  #requireNew(identity: string, repository: string, except?: string): void {
    const taken = this.list().some(
      (other) => other.id !== except && other.identity === identity && other.repository === repository,
    );
    if (taken)
      throw new DockerCommsError('conflict', 'This identity is set up with this repository already.');
  }

  /** Fails `conflict`, and `invalid` for another place of this computer's mail. */
  async update(
    id: string,
    change: {
      readonly repository?: string | undefined;
      readonly login?: LoginChoice | undefined;
    },
  ): Promise<Account> {
    const { store, repositories, events } = this.#context;
    const account = this.get(id);
    const reference = parseRepositoryReference(change.repository ?? account.repository);
    const repository = formatRepositoryReference(reference);
    if (account.kind === 'this-computer' && repository !== account.repository) {
      throw new DockerCommsError('invalid', 'This account lives on this computer. Add another one instead.');
    }
    this.#requireNew(account.identity, repository, id);
    const login = await this.#changeLogin(account, reference, change.login);
    store.accounts.update(id, { repository, ...login });
    await this.#watches.get(id)?.stop();
    repositories.forget(id);
    if (!this.#stopped) this.#watch(id).start();
    events.emit({ type: 'accounts.changed' });
    return this.get(id);
  }

  /** The login goes along to another repository of the same host, and never to another host. */
  async #changeLogin(account: Account, to: RepositoryReference, login: LoginChoice | undefined) {
    const { logins } = this.#context;
    const from = parseRepositoryReference(account.repository);
    const moves = account.repository !== formatRepositoryReference(to) && !this.#sharesLogin(account);
    if (login === undefined && from.host === to.host) {
      if (moves) await logins.move(from, to);
      return {};
    }
    if (moves) await logins.forget(from);
    if (login !== undefined) await logins.save(to, login);
    return loginColumns(login);
  }

  /** Forgets the account here, whatever is under way for it included; nothing is deleted on the registry. */
  async remove(id: string): Promise<void> {
    const { store, logins, repositories, events, transfers, localNetwork, ownKeys, logger } = this.#context;
    const account = this.get(id);
    // First: if the vault cannot be written, everything is as it was.
    if (!this.#sharesLogin(account)) await logins.forget(parseRepositoryReference(account.repository));
    const conversations = store.conversations.list().filter(({ accountId }) => accountId === id);
    await removingCopies(this.#context, () => {
      store.transaction(() => {
        store.accounts.remove(id);
        // Coming back later means wanting the mail that is still there.
        store.inbox.forget(account.repository, inboxPrefix(account.identity));
      });
      for (const conversation of conversations) transfers.cancelConversation(conversation.id);
    });
    // Without an account here nobody could see that it is open, or close it.
    if (!this.list().some(({ kind }) => kind === 'this-computer')) await localNetwork.closeIfOpen();
    await this.#watches.get(id)?.stop();
    // Sealed and without its account it is of no use to anybody: no reason to say that the account is still there.
    await ownKeys.forget(id).catch((error: unknown) => {
      logger.warn({ err: error }, 'the key of a removed account is still in the vault');
    });
    this.#watches.delete(id);
    repositories.forget(id);
    events.emit({ type: 'accounts.changed' });
    events.emit({ type: 'conversations.changed', conversationIds: conversations.map((gone) => gone.id) });
  }

  #sharesLogin(account: Account): boolean {
    return this.list().some(({ id, repository }) => id !== account.id && repository === account.repository);
  }

  #insert(account: Omit<NewAccount, 'createdAt'>): Account {
    const { store, clock } = this.#context;
    return this.#begin(store.accounts.insert({ ...account, createdAt: clock.now() }));
  }

  #begin(account: Account): Account {
    if (!this.#stopped) this.#watch(account.id).start();
    this.#context.events.emit({ type: 'accounts.changed' });
    return account;
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
    const { embeddedRegistry, home, store, logger, localNetwork } = this.#context;
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
      if (running.port !== port) store.facts.set(portFact, running.port);
      if (port !== null && running.port !== port) this.#moveTo(running.host);
      this.#embeddedFailure = null;
      await localNetwork.resume();
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

function loginColumns(login: LoginChoice | undefined): Pick<Account, 'loginKind' | 'username'> {
  return { loginKind: login?.kind ?? 'none', username: login?.kind === 'password' ? login.username : null };
}
