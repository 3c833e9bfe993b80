import type { Dispatcher } from 'undici';
import type { Clock } from '../base/clock.ts';
import { DockerCommsError } from '../base/errors.ts';
import type { Challenge } from './challenge.ts';
import { refuseRealm } from './origin-rules.ts';
import { scopeFor, sufficientAccesses, unionOfScopes, type Access } from './scope.ts';
import { requestToken, type Token } from './token-service.ts';

/** A user name with its password or access token. Held in memory only for as long as requests need it. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface AuthorizationOptions {
  /** The only origin for which headers are made. */
  readonly registry: URL;
  /** The repository's path, for scopes. */
  readonly path: string;
  readonly credentials: () => Promise<Credentials | null>;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly userAgent: string;
}

/** What the registry taught us about how it wants to be asked. */
type Method =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'basic'; readonly header: string }
  | { readonly kind: 'bearer'; readonly realm: URL; readonly service: string | undefined };

/**
 * Makes `Authorization` headers for one repository: learns the method from the first challenge, then sends along what
 * is needed without being asked again. Tokens are kept for each access until shortly before they run out; requests
 * that need the same one wait for the same answer.
 */
export class Authorization {
  readonly #options: AuthorizationOptions;
  readonly #tokens = new Map<Access, Token>();
  readonly #flights = new Map<Access, Promise<Token>>();
  /** Scopes that challenges named beyond ours. */
  readonly #askedScopes = new Map<Access, readonly string[]>();
  #method: Method = { kind: 'unknown' };

  constructor(options: AuthorizationOptions) {
    this.#options = options;
  }

  /** The header to send unasked; undefined while nothing was asked for. */
  async header(access: Access, signal?: AbortSignal): Promise<string | undefined> {
    if (this.#method.kind === 'unknown') return undefined;
    if (this.#method.kind === 'basic') return this.#method.header;
    return bearer(await this.#token(access, signal));
  }

  /**
   * The header that answers a 401 of the registry. `refused` is the header that was sent with that request: it is not
   * tried again. Fails `auth` when there is nothing (else) to offer, `protocol` for a realm we will not talk to,
   * `unsupported` for unknown methods.
   */
  async answer(
    challenges: readonly Challenge[],
    access: Access,
    refused: string | undefined,
    signal?: AbortSignal,
  ): Promise<string> {
    const asked = challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'));
    if (asked !== undefined) return this.#answerBearer(asked, access, refused, signal);
    if (challenges.some(({ scheme }) => scheme === 'basic')) return this.#answerBasic(refused);
    throw this.#failure(
      'unsupported',
      'asks for a login in a way that DockerComms does not know.',
      'login-required',
    );
  }

  /**
   * What it means that the answer to a challenge was refused too. A token was issued for it, so a login that was
   * given is right, and it is the permission that is missing.
   */
  async refusal(): Promise<DockerCommsError> {
    if (this.#method.kind !== 'bearer') {
      return this.#failure('auth', 'did not accept the user name or the password.', 'login-refused');
    }
    if ((await this.#options.credentials()) === null) {
      return this.#failure('auth', 'asks for a user name and a password.', 'login-required');
    }
    return this.#failure(
      'auth',
      'accepts this login, but it may not do that in this repository.',
      'not-permitted',
    );
  }

  async #answerBearer(
    { parameters }: Challenge,
    access: Access,
    refused: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    this.#method = {
      kind: 'bearer',
      realm: this.#checkedRealm(parameters.get('realm') ?? ''),
      service: parameters.get('service'),
    };
    this.#askedScopes.set(access, (parameters.get('scope') ?? '').split(' '));
    for (const [kept, token] of this.#tokens) {
      if (bearer(token) === refused) this.#tokens.delete(kept);
    }
    return bearer(await this.#token(access, signal));
  }

  #checkedRealm(text: string): URL {
    const { registry } = this.#options;
    const realm = URL.canParse(text) ? new URL(text) : null;
    if (realm === null || refuseRealm(registry, realm) !== null) {
      throw new DockerCommsError(
        'protocol',
        `${registry.host} names a login service that is not safe to send a password to.`,
        { detail: { registry: registry.origin, ...(realm !== null && { realm: realm.origin }) } },
      );
    }
    return realm;
  }

  async #answerBasic(refused: string | undefined): Promise<string> {
    const credentials = await this.#options.credentials();
    if (credentials === null)
      throw this.#failure('auth', 'asks for a user name and a password.', 'login-required');
    const header = basic(credentials);
    if (header === refused) {
      throw this.#failure('auth', 'did not accept the user name or the password.', 'login-refused');
    }
    this.#method = { kind: 'basic', header };
    return header;
  }

  async #token(access: Access, signal: AbortSignal | undefined): Promise<Token> {
    const now = this.#options.clock.now();
    for (const kept of sufficientAccesses[access]) {
      const token = this.#tokens.get(kept);
      if (token !== undefined && token.staleAt > now) return token;
    }
    return untilAborted(this.#flight(access), signal);
  }

  /** One request for each access at a time, whoever waits. Nobody's signal stops it for the others. */
  #flight(access: Access): Promise<Token> {
    const running = this.#flights.get(access);
    if (running !== undefined) return running;
    const flight = this.#fetchToken(access).finally(() => this.#flights.delete(access));
    this.#flights.set(access, flight);
    return flight;
  }

  async #fetchToken(access: Access): Promise<Token> {
    const method = this.#method;
    if (method.kind !== 'bearer') throw new DockerCommsError('internal', 'No token service is known.');
    const { credentials, dispatcher, clock, path, userAgent } = this.#options;
    const login = await credentials();
    const token = await requestToken(
      dispatcher,
      {
        realm: method.realm,
        service: method.service,
        scopes: unionOfScopes([...scopeFor(path, access), ...(this.#askedScopes.get(access) ?? [])]),
        login: login === null ? undefined : { username: login.username, header: basic(login) },
        userAgent,
      },
      clock,
    );
    this.#tokens.set(access, token);
    return token;
  }

  #failure(code: 'auth' | 'unsupported', words: string, reason: string): DockerCommsError {
    const { registry } = this.#options;
    return new DockerCommsError(code, `${registry.host} ${words}`, {
      detail: { registry: registry.origin, status: 401, reason },
    });
  }
}

function bearer(token: Token): string {
  return `Bearer ${token.value}`;
}

/** RFC 7617, in UTF-8. */
function basic({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** `promise`, but fails `cancelled` as soon as the signal says so. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(new DockerCommsError('cancelled', 'Cancelled.'));
    if (signal.aborted) aborted();
    signal.addEventListener('abort', aborted, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
  });
}
