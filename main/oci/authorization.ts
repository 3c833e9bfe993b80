import type { Clock } from '../base/clock.ts';
import { DockerCommsError } from '../base/errors.ts';
import type { LoginReason } from '../base/reasons.ts';
import type { Challenge } from './challenge.ts';
import type { Connections } from './connections.ts';
import {
  basicAuthorization,
  isSameLogin,
  secretsOf,
  type Credentials,
  type RegistryToken,
} from './credentials.ts';
import { IdentityTokens } from './identity-tokens.ts';
import { refuseRealm } from './origin-rules.ts';
import { scopeFor, sufficientAccesses, unionOfScopes, type Access } from './scope.ts';
import { requestToken, type Token } from './token-service.ts';

export interface AuthorizationOptions {
  /** The only origin for which headers are made. */
  readonly registry: URL;
  /** The repository's path, for scopes. */
  readonly path: string;
  readonly credentials: () => Promise<Credentials | null>;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly userAgent: string;
}

/** What the registry taught us about how it wants to be asked. */
type Method =
  { readonly kind: 'unknown' } | { readonly kind: 'basic'; readonly header: string } | BearerMethod;

interface BearerMethod {
  readonly kind: 'bearer';
  /** As it was written: only those who go there check it. */
  readonly realm: string | undefined;
  readonly service: string | undefined;
}

/** How long a registry token is used before the login is asked for again: it may have been replaced. */
const registryTokenLifeMs = 60_000;

/**
 * Makes `Authorization` headers for one repository: learns the method from the first challenge, then sends along what
 * is needed without being asked again. Tokens are kept for each access until shortly before they run out; requests
 * that need the same one wait for the same answer. The login is asked for whenever a token is needed or something was
 * refused; when it is another one than before, no token of the earlier one is used any more.
 */
export class Authorization {
  readonly #options: AuthorizationOptions;
  readonly #tokens = new Map<Access, Token>();
  readonly #flights = new Map<Access, Promise<Token>>();
  /** Scopes that challenges named beyond ours. */
  readonly #askedScopes = new Map<Access, readonly string[]>();
  readonly #identityTokens: IdentityTokens;
  #method: Method = { kind: 'unknown' };
  /** The login that was given last. */
  #login: Credentials | null = null;

  constructor(options: AuthorizationOptions) {
    this.#options = options;
    this.#identityTokens = new IdentityTokens(options);
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
    const bearers = challenges.filter(({ scheme }) => scheme === 'bearer');
    const asked = bearers.find(({ parameters }) => parameters.has('realm'));
    if (asked !== undefined) return this.#answerBearer(asked, access, refused, signal);
    if (challenges.some(({ scheme }) => scheme === 'basic')) return this.#answerBasic(refused, signal);
    if (bearers[0] !== undefined) return this.#answerBearer(bearers[0], access, refused, signal);
    throw this.#unknownMethod();
  }

  /**
   * What it means that the answer to a challenge was refused too. Where a token was issued for it, a login that was
   * given is right, and it is the permission that is missing.
   */
  refusal(): DockerCommsError {
    if (this.#method.kind !== 'bearer') return this.#refusedPassword();
    if (this.#login === null) return this.#loginRequired();
    if (this.#login.kind === 'registry-token') return this.#refusedToken();
    return this.#failure(
      'auth',
      'accepts this login, but it may not do that in this repository.',
      'not-permitted',
    );
  }

  /** Whether `text`, which a server wrote, repeats a secret that went out with this login, however it is spaced. */
  hasSecretIn(text: string): boolean {
    const tokens = [...this.#tokens.values()].map(({ value }) => value);
    const secrets = [...secretsOf(this.#login), ...tokens].map(closedUp);
    return secrets.some((secret) => secret !== '' && closedUp(text).includes(secret));
  }

  async #answerBearer(
    { parameters }: Challenge,
    access: Access,
    refused: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    this.#method = { kind: 'bearer', realm: parameters.get('realm'), service: parameters.get('service') };
    this.#askedScopes.set(access, (parameters.get('scope') ?? '').split(' '));
    for (const [kept, token] of this.#tokens) {
      if (bearer(token) === refused) this.#tokens.delete(kept);
    }
    const header = bearer(await this.#token(access, signal));
    if (header === refused) throw this.refusal();
    return header;
  }

  async #answerBasic(refused: string | undefined, signal: AbortSignal | undefined): Promise<string> {
    const login = await untilAborted(this.#currentLogin(), signal);
    if (login === null) throw this.#loginRequired();
    if (login.kind === 'identity-token' || login.kind === 'registry-token') {
      throw this.#failure('auth', 'takes no tokens, only a user name with a password.', 'login-refused');
    }
    const header = basicAuthorization(login);
    if (header === refused) throw this.#refusedPassword();
    this.#method = { kind: 'basic', header };
    return header;
  }

  async #currentLogin(): Promise<Credentials | null> {
    const login = await this.#options.credentials();
    if (!isSameLogin(login, this.#login)) this.#tokens.clear();
    this.#login = login;
    return login;
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
    const login = await this.#currentLogin();
    const token = await this.#tokenFor(login, method, access);
    // Whoever waited for it may use it; but it must not outlive its login.
    if (isSameLogin(login, this.#login)) this.#tokens.set(access, token);
    return token;
  }

  async #tokenFor(login: Credentials | null, method: BearerMethod, access: Access): Promise<Token> {
    if (login?.kind === 'registry-token') return this.#registryToken(login);
    const { registry, path } = this.#options;
    const { service } = method;
    const scopes = unionOfScopes([...scopeFor(path, access), ...(this.#askedScopes.get(access) ?? [])]);
    const request = { realm: this.#checkedRealm(method), service, scopes };
    if (login?.kind !== 'identity-token') return requestToken(this.#options, request, login);
    return this.#identityTokens.exchange(login.token, { ...request, service: service ?? registry.host });
  }

  #registryToken({ token }: RegistryToken): Token {
    // A header with a line break in it would be two.
    if (!/^[\x21-\x7e]+$/.test(token)) throw this.#refusedToken();
    return { value: token, staleAt: this.#options.clock.now() + registryTokenLifeMs };
  }

  #checkedRealm(method: BearerMethod): URL {
    const { registry } = this.#options;
    const realm = URL.canParse(method.realm ?? '') ? new URL(method.realm ?? '') : null;
    if (realm !== null && refuseRealm(registry, realm) === null) return realm;
    // The next request asks the registry anew: somebody may have put it right.
    this.#method = { kind: 'unknown' };
    if (method.realm === undefined) throw this.#unknownMethod();
    throw new DockerCommsError(
      'protocol',
      `${registry.host} names a login service that is not safe to send a login to.`,
      { detail: { registry: registry.origin, ...(realm !== null && { realm: realm.origin }) } },
    );
  }

  #loginRequired(): DockerCommsError {
    return this.#failure('auth', 'asks for a user name and a password.', 'login-required');
  }

  #refusedPassword(): DockerCommsError {
    return this.#failure('auth', 'did not accept the user name or the password.', 'login-refused');
  }

  #refusedToken(): DockerCommsError {
    return this.#failure(
      'auth',
      'did not accept this login: its token is wrong, has run out, or is not for this repository. Log in again.',
      'login-refused',
    );
  }

  #unknownMethod(): DockerCommsError {
    return this.#failure(
      'unsupported',
      'asks for a login in a way that DockerComms does not know.',
      'login-required',
    );
  }

  #failure(code: 'auth' | 'unsupported', words: string, reason: LoginReason): DockerCommsError {
    const { registry } = this.#options;
    return new DockerCommsError(code, `${registry.host} ${words}`, {
      detail: { registry: registry.origin, status: 401, reason },
    });
  }
}

function bearer(token: Token): string {
  return `Bearer ${token.value}`;
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

/** Without spaces and what cannot be seen: a text is cleaned of these before it is shown. */
function closedUp(text: string): string {
  return text.replaceAll(/[\s\p{Z}\p{C}]+/gu, '');
}
