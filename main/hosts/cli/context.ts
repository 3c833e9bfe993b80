import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { DockerCommsError } from '../../base/errors.ts';
import { containerToolLogins, type ContainerToolLogins } from '../../credentials/container-tools.ts';
import { Connections } from '../../oci/connections.ts';
import { fetchThrough, type Fetch } from '../../oci/fetch-through.ts';
import type { Network } from '../../oci/network.ts';
import type { RegistryWarning } from '../../oci/warnings.ts';
import { isLoopbackHost, parseRepositoryReference, type RepositoryReference } from '../../oci/reference.ts';
import { type Credentials, OciRepository } from '../../oci/repository.ts';
import { PinnedCertificates } from '../../messenger/pinned-certificates.ts';
import { Logins } from '../../messenger/logins.ts';
import { networkRules } from '../../messenger/network/rules.ts';
import { readSettings } from '../../messenger/settings.ts';
import { instanceOf, largestAnswer, Sigstore } from '../../messenger/sigstore/sigstore.ts';
import { ensureHome } from '../../store/home.ts';
import type { Account } from '../../store/accounts.ts';
import { Store } from '../../store/store.ts';
import { Vault } from '../../vault/vault.ts';
import { keySlots } from '../key-slots.ts';
import { homeFolder } from '../places.ts';
import { vaultPassphrase } from '../passphrases.ts';
import type { Terminal } from './terminal.ts';

/** Where the environment may hold a login for machines that have no home: names as secrets managers inject them. */
const environmentLogin = { username: 'DOCKERCOMMS_USERNAME', password: 'DOCKERCOMMS_PASSWORD' } as const;

/** What every command that goes to a registry is told about it. */
export interface RepositoryChoice {
  /** `host[:port]/path`. */
  readonly repo: string;
  /** The home's account whose login is used. */
  readonly account?: string;
  /** Talk to this registry without encryption. */
  readonly plainHttp?: boolean;
}

/** What every command works with. Store and vault are opened only when a command needs them. */
export class CliContext {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  #store: Store | undefined;
  readonly #containerTools: ContainerToolLogins;
  readonly #connections: Connections[] = [];
  readonly #repositories: OciRepository[] = [];

  constructor(terminal: Terminal, signal: AbortSignal) {
    this.terminal = terminal;
    this.signal = signal;
    this.#containerTools = containerToolLogins({ environment: process.env, home: homedir(), signal });
  }

  /** The home's store, shared with a messenger that may be running (SQLite's WAL allows both). */
  async store(): Promise<Store> {
    const home = await ensureHome(homeFolder());
    this.#store ??= Store.open(join(home, 'dockercomms.sqlite'));
    return this.#store;
  }

  /**
   * A client for `reference` with the login that fits, found when the registry asks for one: of `--account` where given
   * (and then not the environment's), else the environment's, else one that the home keeps for this repository or its
   * host, else the one with which container tools would go there, else none. Never one of another host: only what the
   * environment says goes wherever the person points.
   */
  async repository({ repo, account, plainHttp = false }: RepositoryChoice): Promise<OciRepository> {
    const target = parseRepositoryReference(repo);
    const network = await this.#network(plainHttp ? target.host : null);
    if (network.usesPlainHttp(target.host) && !isLoopbackHost(target.host)) {
      this.terminal.err(`Warning: nothing that travels to ${target.host} is encrypted, a password neither.`);
    }
    const connections = this.#connect(network);
    const credentials = () => this.#login(target, account);
    const repository = new OciRepository(target, { credentials, connections });
    this.#repositories.push(repository);
    return repository;
  }

  /** Public signatures, by the instance in the home's settings; the public one where there is no home. */
  async sigstore(): Promise<{ readonly sigstore: Sigstore; readonly fetch: Fetch }> {
    const chosen = instanceOf(readSettings(await this.#settings()));
    const fetch = fetchThrough(this.#connect(await this.#network(null)), largestAnswer);
    const instance = new Sigstore({
      settings: () => chosen,
      fetch,
      clock: systemClock,
      folder: join(homeFolder(), 'sigstore'),
      onStale: () =>
        this.terminal.err('The list of trusted authorities could not be renewed; the last one counts.'),
    });
    return { sigstore: instance, fetch };
  }

  #connect(network: Network): Connections {
    const onWarning = ({ host, text }: RegistryWarning) => this.terminal.err(`${host} says: “${text}”`);
    const connections = new Connections({ network, onWarning });
    this.#connections.push(connections);
    return connections;
  }

  /** As they are stored; of no home, none. */
  async #settings(): Promise<unknown> {
    return existsSync(join(homeFolder(), 'dockercomms.sqlite')) ? (await this.store()).settings.get() : {};
  }

  /** As the home's settings say, the environment and container tools; `plainHost` is what the command line adds. */
  async #network(plainHost: string | null): Promise<Network> {
    const settings = await this.#settings();
    const surroundings = { environment: process.env, home: homedir() };
    // A vault that does not open matters to those who need what is in it: proxy, registry or login will say so.
    const vault = await openVault().catch(() => null);
    const network = await networkRules(readSettings(settings).network, vault, surroundings);
    return {
      ...network,
      pinnedCertificate: (host) => this.#pinnedCertificate(host),
      usesPlainHttp: (host) => host === plainHost || network.usesPlainHttp(host),
    };
  }

  /** The accounts of the home; none where there is no home, and asking makes none. */
  async accounts(): Promise<readonly Account[]> {
    if (!existsSync(join(homeFolder(), 'dockercomms.sqlite'))) return [];
    return (await this.store()).accounts.list();
  }

  /** The home's account of this id or identity. Fails `invalid`: a missing one is no missing repository. */
  async account(name: string): Promise<Account> {
    const account = (await this.accounts()).find(({ id, identity }) => id === name || identity === name);
    if (account !== undefined) return account;
    throw new DockerCommsError('invalid', 'This home has no such account.', { detail: { account: name } });
  }

  /** The home's secrets. Fails `invalid` where there is no home: looking at one makes none. */
  async existingVault(): Promise<Vault> {
    const vault = await openVault();
    if (vault !== null) return vault;
    throw new DockerCommsError('invalid', 'This home has no secrets yet.');
  }

  /** The home's secrets; made where the home has none yet. */
  async vault(): Promise<Vault> {
    return vaultIn(await ensureHome(homeFolder()));
  }

  /** Waits for what is written behind what was sent, unless somebody interrupts. */
  async close(): Promise<void> {
    if (!this.signal.aborted) {
      const interrupted = once(this.signal, 'abort');
      await Promise.race([interrupted, Promise.all(this.#repositories.map((one) => one.settled()))]);
    }
    await Promise.all(this.#connections.map((connections) => connections.close()));
    this.#store?.close();
  }

  /** What was accepted in this home's messenger holds here too. Without a home there is nothing to open or to make. */
  #pinnedCertificate(host: string): string | null {
    const path = join(homeFolder(), 'dockercomms.sqlite');
    if (this.#store === undefined && !existsSync(path)) return null;
    this.#store ??= Store.open(path);
    return new PinnedCertificates(this.#store).of(host);
  }

  async #login(target: RepositoryReference, accountId: string | undefined): Promise<Credentials | null> {
    const given = accountId === undefined ? loginInEnvironment() : null;
    return given ?? (await this.#homeLogin(target, accountId)) ?? this.#containerTools.find(target);
  }

  async #homeLogin(target: RepositoryReference, accountId: string | undefined): Promise<Credentials | null> {
    const acting =
      accountId === undefined
        ? undefined
        : parseRepositoryReference((await this.account(accountId)).repository);
    const vault = await openVault();
    return vault === null ? null : new Logins(vault, this.#containerTools).find(target, acting);
  }
}

/** Where nobody ever logged in there is nothing to open: asking for a login must not make a home. */
async function openVault(): Promise<Vault | null> {
  const home = homeFolder();
  return existsSync(join(home, 'vault.json')) ? vaultIn(home) : null;
}

function vaultIn(home: string): Promise<Vault> {
  const slots = keySlots(home);
  return Vault.open({ path: join(home, 'vault.json'), slots, askPassphrase: vaultPassphrase });
}

function loginInEnvironment(): Credentials | null {
  const username = process.env[environmentLogin.username];
  const password = process.env[environmentLogin.password];
  return username && password ? { username, password } : null;
}
