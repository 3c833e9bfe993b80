import pLimit from 'p-limit';
import { isDockerCommsError, toDockerCommsError, type DockerCommsError } from '../base/errors.ts';
import type { RepositoryReference } from '../oci/reference.ts';
import { CredentialHelper } from './credential-helper.ts';
import { readConfig } from './config-file.ts';
import { configPlaces, type ConfigPlace, type Environment } from './config-places.ts';
import type { ContainerConfig } from './config.ts';
import type { FoundLogin } from './found-login.ts';
import { runHelper, type RunHelper } from './helper-process.ts';
import { helperSource, isHelperName } from './helper-program.ts';
import { questionsFor, type Question } from './resolve.ts';
import {
  helpersOf,
  listedUsername,
  onePerRegistry,
  shown,
  suggestionsIn,
  type HelperLists,
  type LoginOffer,
  type LoginSuggestion,
} from './suggestions.ts';

export interface ContainerToolLoginsOptions {
  /** The process's: where configurations are, where helpers are, and what helpers need. */
  readonly environment: Environment;
  /** The user's own folder. Absolute. */
  readonly home: string;
  readonly run?: RunHelper | undefined;
  /** Milliseconds that a helper has for one answer; by default `answerMilliseconds`. */
  readonly timeoutMs?: number | undefined;
  readonly platform?: NodeJS.Platform | undefined;
  readonly uid?: number | undefined;
  /** Ends the helpers that are running, when their owner closes. */
  readonly signal?: AbortSignal | undefined;
  /** Told what `suggestions` leaves out because it could not be read. Never carries a secret. */
  readonly onProblem?: ((problem: DockerCommsError) => void) | undefined;
}

/** The logins that Docker, Podman and their kin have on this computer. Only read, and kept nowhere. */
export interface ContainerToolLogins {
  /**
   * The login with which the tools would go to this repository; null when they have none. Asks again each time, so that
   * a login made meanwhile is found. Fails `invalid`, `too-large` or `storage` for a configuration that cannot be
   * used, and as `CredentialHelper.get` for a helper. A failure is not *no login*: another, less specific login is
   * never taken instead. Only a store that is not installed is passed over where nothing says that it has this login.
   */
  find(reference: RepositoryReference): Promise<FoundLogin | null>;
  /**
   * What `find` would use for this repository, for choosing; null when there seems to be nothing. Asks only the helpers
   * that this registry's login may be in, and opens no secret. Never fails: what cannot be read is left out.
   */
  offerFor(reference: RepositoryReference): Promise<LoginOffer | null>;
  /** What could be found, for choosing, most specific tool first. Never fails: what cannot be read is left out. */
  suggestions(): Promise<readonly LoginSuggestion[]>;
}

/** For one answer of a helper: some ask a cloud; one that waits for a person who is not there must not hold a message. */
const answerMilliseconds = 10_000;
/** Helpers at once: each may open a dialog or ask a cloud. */
const helpersAtOnce = 4;

export function containerToolLogins(options: ContainerToolLoginsOptions): ContainerToolLogins {
  return new Logins(options);
}

class Logins implements ContainerToolLogins {
  readonly #options: ContainerToolLoginsOptions;
  readonly #platform: NodeJS.Platform;
  /** Questions under way: two repositories of one registry must not open two dialogs. */
  readonly #flights = new Map<string, Promise<FoundLogin | null>>();
  readonly #listFlights = new Map<string, Promise<ReadonlyMap<string, string>>>();

  constructor(options: ContainerToolLoginsOptions) {
    this.#options = options;
    this.#platform = options.platform ?? process.platform;
  }

  async find(reference: RepositoryReference): Promise<FoundLogin | null> {
    let missing: unknown = null;
    for (const place of this.#places()) {
      const config = await readConfig(place);
      for (const question of config === null ? [] : questionsFor(config, reference)) {
        try {
          const login = await this.#answer(question);
          if (login !== null) return login;
        } catch (error) {
          if (!isDockerCommsError(error, 'unsupported')) throw error;
          if (question.kind === 'helper' && question.expected) missing ??= error;
        }
      }
    }
    if (missing !== null) throw toDockerCommsError(missing);
    return null;
  }

  async offerFor(reference: RepositoryReference): Promise<LoginOffer | null> {
    for (const config of await this.#readableConfigs()) {
      const questions = await this.#orProblem(Promise.resolve().then(() => questionsFor(config, reference)));
      for (const question of questions ?? []) {
        const offer = await this.#offer(config.place, question);
        if (offer !== null) return offer;
      }
    }
    return null;
  }

  async suggestions(): Promise<readonly LoginSuggestion[]> {
    const configs = await this.#readableConfigs();
    const lists = await this.#lists(configs.flatMap(helpersOf));
    return onePerRegistry(configs.flatMap((config) => suggestionsIn(config, lists)));
  }

  #places(): readonly ConfigPlace[] {
    const { environment, home, uid = process.getuid?.() } = this.#options;
    return configPlaces({ environment, home, platform: this.#platform, uid });
  }

  async #answer(question: Question): Promise<FoundLogin | null> {
    if (question.kind === 'stored') return question.login.open();
    for (const server of question.servers) {
      const login = await this.#get(question.helper, server);
      if (login !== null) return login;
    }
    return null;
  }

  #get(helper: string, server: string): Promise<FoundLogin | null> {
    return sharedFlight(this.#flights, `${helper} ${server}`, () => this.#helper(helper).get(server));
  }

  async #readableConfigs(): Promise<readonly ContainerConfig[]> {
    const configs: ContainerConfig[] = [];
    for (const place of this.#places()) {
      const config = await this.#orProblem(readConfig(place));
      if (config !== null) configs.push(config);
    }
    return configs;
  }

  async #offer({ source, tool }: ConfigPlace, question: Question): Promise<LoginOffer | null> {
    if (question.kind === 'stored') return { tool, source, username: shown(question.login.username) };
    const { helper, servers, expected } = question;
    // One that is not installed has no login, whatever the configuration says.
    if (!(await this.#helper(helper).isInstalled())) return null;
    const list = await this.#orProblem(this.#list(helper));
    const username = list === null ? undefined : listedUsername(list, servers);
    if (username === undefined && !expected) return null;
    return { tool, source: helperSource(helper), username: username ?? null };
  }

  async #lists(names: readonly string[]): Promise<HelperLists> {
    const limit = pLimit(helpersAtOnce);
    const lists = new Map<string, ReadonlyMap<string, string>>();
    const ask = async (name: string): Promise<void> => {
      const list = await this.#orProblem(this.#list(name));
      if (list !== null) lists.set(name, list);
    };
    await Promise.all([...new Set(names)].filter(isHelperName).map((name) => limit(ask, name)));
    return lists;
  }

  #list(name: string): Promise<ReadonlyMap<string, string>> {
    return sharedFlight(this.#listFlights, name, () => this.#helper(name).list());
  }

  #helper(name: string): CredentialHelper {
    const { environment, run = runHelper, timeoutMs = answerMilliseconds, signal } = this.#options;
    return new CredentialHelper({ name, environment, platform: this.#platform, run, timeoutMs, signal });
  }

  async #orProblem<T>(promise: Promise<T>): Promise<T | null> {
    try {
      return await promise;
    } catch (error) {
      this.#options.onProblem?.(toDockerCommsError(error));
      return null;
    }
  }
}

/** The one that is under way under this name, or a new one. */
function sharedFlight<T>(
  flights: Map<string, Promise<T>>,
  name: string,
  begin: () => Promise<T>,
): Promise<T> {
  const running = flights.get(name);
  if (running !== undefined) return running;
  const flight = begin().finally(() => flights.delete(name));
  flights.set(name, flight);
  return flight;
}
