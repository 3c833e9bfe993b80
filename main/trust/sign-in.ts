/**
 * Signing in through the browser (OpenID Connect Core; RFC 7636, PKCE; RFC 8252, native applications).
 * Must-fail vectors: test/trust/sign-in.test.ts.
 */
import * as oauth from 'oauth4webapi';
import type { Clock } from '../base/clock.ts';
import { DockerCommsError, isDockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Fetch } from '../oci/fetch-through.ts';
import { isLoopbackHost } from '../oci/reference.ts';
import { openLoopbackRedirect, type LoopbackRedirect } from './loopback-redirect.ts';

/** Who vouches for people, and what it knows us by. */
export interface IdentityProvider {
  readonly issuer: URL;
  readonly clientId: string;
}

export interface SignInOptions {
  readonly provider: IdentityProvider;
  /**
   * `loopback`: the browser comes back by itself. `paste`: the provider shows a code, for a browser on another computer.
   * Where no port can be had, it is `paste` either way.
   */
  readonly answer: 'loopback' | 'paste';
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Milliseconds until it is given up. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** A sign-in that waits for a person. */
export interface SignIn {
  /** To be opened in a browser. */
  readonly url: URL;
  readonly answer: 'loopback' | 'paste';
  /**
   * The identity token: a secret. Fails `cancelled`, `auth` when the provider refuses or its token is not right, `network`.
   */
  readonly token: Promise<string>;
  /** The code that the provider showed. Fails `invalid` unless `answer` is `paste`, and for an empty one. */
  paste(code: string): void;
  cancel(): void;
}

/** Shown by providers in place of a redirect; Sigstore's and Dex know it. */
const outOfBand = 'urn:ietf:wg:oauth:2.0:oob';
/** Milliseconds: who signs in may have to find a second factor first; a code that comes later has mostly run out. */
const defaultTimeout = 5 * 60_000;
const scope = 'openid email';

/**
 * Begins a sign-in: asks the provider where to go, and waits for the answer until it is there, cancelled or too late.
 * Fails `invalid` for a provider without https, `network`, and `unsupported` for one that is none.
 */
export async function beginSignIn(options: SignInOptions): Promise<SignIn> {
  const exchange = await Exchange.open(options);
  const waiting = Promise.withResolvers<URLSearchParams>();
  // Until somebody waits for the token, a failure is nobody's.
  waiting.promise.catch(() => undefined);
  const redirect =
    options.answer === 'loopback'
      ? await openLoopbackRedirect((query) => {
          if (!exchange.isAnswer(query)) return false;
          waiting.resolve(query);
          return true;
        })
      : null;
  return new PendingSignIn(exchange, waiting, redirect, options);
}

class PendingSignIn implements SignIn {
  readonly url: URL;
  readonly answer: 'loopback' | 'paste';
  readonly token: Promise<string>;
  readonly #waiting: PromiseWithResolvers<URLSearchParams>;
  readonly #exchange: Exchange;

  constructor(
    exchange: Exchange,
    waiting: PromiseWithResolvers<URLSearchParams>,
    redirect: LoopbackRedirect | null,
    { clock, signal, timeoutMs = defaultTimeout }: SignInOptions,
  ) {
    this.#exchange = exchange;
    this.#waiting = waiting;
    this.answer = redirect === null ? 'paste' : 'loopback';
    const returnTo = redirect?.url.href ?? outOfBand;
    this.url = exchange.urlFor(returnTo);
    const forget = clock.after(timeoutMs, () => waiting.reject(tooLate()));
    const stop = () => this.cancel();
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted === true) stop();
    this.token = waiting.promise
      .finally(() => {
        forget();
        signal?.removeEventListener('abort', stop);
        redirect?.close();
      })
      .then((answer) => exchange.redeem(answer, returnTo));
    this.token.catch(() => undefined);
  }

  paste(code: string): void {
    const trimmed = code.trim();
    if (this.answer !== 'paste' || trimmed === '' || trimmed.length > limits.signInCodeCharacters) {
      throw new DockerCommsError('invalid', 'Paste the code that the sign-in page shows.');
    }
    this.#waiting.resolve(this.#exchange.pasted(trimmed));
  }

  cancel(): void {
    this.#waiting.reject(new DockerCommsError('cancelled', 'The sign-in was given up.'));
  }
}

/** One authorization: its secrets, and what the provider says of itself. */
class Exchange {
  readonly #server: oauth.AuthorizationServer;
  readonly #client: oauth.Client;
  readonly #http: object;
  readonly #state = oauth.generateRandomState();
  readonly #nonce = oauth.generateRandomNonce();
  readonly #challenge: Challenge;

  private constructor(
    server: oauth.AuthorizationServer,
    http: object,
    challenge: Challenge,
    { clock, provider }: SignInOptions,
  ) {
    this.#server = server;
    this.#http = http;
    this.#challenge = challenge;
    const skew = Math.round((clock.now() - Date.now()) / 1000);
    this.#client = {
      client_id: provider.clientId,
      [oauth.clockSkew]: skew,
      // As everywhere: whose clock is good enough for messages can sign in. Old tokens do not come in by it: this one has
      // to name the nonce of this very sign-in.
      [oauth.clockTolerance]: limits.clockSkewSeconds,
    };
  }

  static async open(options: SignInOptions): Promise<Exchange> {
    const { provider, fetch, signal } = options;
    requireUsableProvider(provider);
    const local = isLoopbackHost(provider.issuer.host);
    const http = {
      [oauth.customFetch]: fetch,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- only ever true for this very computer
      [oauth.allowInsecureRequests]: local,
      ...(signal && { signal }),
    };
    return family(async () => {
      const answer = await oauth.discoveryRequest(provider.issuer, { algorithm: 'oidc', ...http });
      const server = await oauth.processDiscoveryResponse(provider.issuer, answer);
      refuseInsecure(server, local);
      const verifier = oauth.generateRandomCodeVerifier();
      const challenge = await oauth.calculatePKCECodeChallenge(verifier);
      return new Exchange(server, http, { verifier, challenge }, options);
    }, notAProvider);
  }

  urlFor(returnTo: string): URL {
    const url = new URL(this.#server.authorization_endpoint ?? '');
    const parameters = {
      client_id: this.#client.client_id,
      response_type: 'code',
      redirect_uri: returnTo,
      scope,
      state: this.#state,
      nonce: this.#nonce,
      code_challenge: this.#challenge.challenge,
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url;
  }

  /** Whether a visit answers this sign-in: nobody else knows its state. What it says is checked by `redeem`. */
  isAnswer(query: URLSearchParams): boolean {
    const [state, ...others] = query.getAll('state');
    return state === this.#state && others.length === 0;
  }

  /** A pasted code as if it had come back by itself: the person saw where it is from. */
  pasted(code: string): URLSearchParams {
    return new URLSearchParams({ code, state: this.#state, iss: this.#server.issuer });
  }

  async redeem(answer: URLSearchParams, returnTo: string): Promise<string> {
    return family(async () => {
      const validated = oauth.validateAuthResponse(this.#server, this.#client, answer, this.#state);
      const response = await oauth.authorizationCodeGrantRequest(
        this.#server,
        this.#client,
        oauth.None(),
        validated,
        returnTo,
        this.#challenge.verifier,
        this.#http,
      );
      const tokens = await oauth.processAuthorizationCodeResponse(this.#server, this.#client, response, {
        expectedNonce: this.#nonce,
        requireIdToken: true,
      });
      await oauth.validateApplicationLevelSignature(this.#server, response, this.#http);
      return tokens.id_token ?? '';
    }, notSignedIn);
  }
}

/** Throws `invalid` for a provider that would see a code unencrypted. */
export function requireUsableProvider({ issuer }: IdentityProvider): void {
  if (issuer.protocol === 'https:' || isLoopbackHost(issuer.host)) return;
  throw new DockerCommsError('invalid', 'The address to sign in at must begin with https.');
}

interface Challenge {
  readonly verifier: string;
  readonly challenge: string;
}

/** What the provider says of itself sends a person, and then a code, to other addresses: these must be safe too. */
function refuseInsecure(server: oauth.AuthorizationServer, local: boolean): void {
  for (const address of [server.authorization_endpoint, server.token_endpoint, server.jwks_uri]) {
    const url = URL.parse(address ?? '');
    const safe =
      url?.protocol === 'https:' || (local && url?.protocol === 'http:' && isLoopbackHost(url.host));
    if (!safe) throw notAProvider();
  }
}

/** The library's errors stay behind: they carry answers, and answers carry tokens. */
async function family<T>(work: () => Promise<T>, otherwise: () => DockerCommsError): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isDockerCommsError(error)) throw error;
    throw otherwise();
  }
}

function notAProvider(): DockerCommsError {
  return new DockerCommsError(
    'unsupported',
    'Nobody can sign in at this address. Look at Settings → Public signatures.',
    {
      detail: { reason: 'not-a-provider' },
    },
  );
}

function notSignedIn(): DockerCommsError {
  return new DockerCommsError('auth', 'You could not be signed in: the answer was refused. Try again.', {
    detail: { reason: 'sign-in-refused' },
  });
}

function tooLate(): DockerCommsError {
  return new DockerCommsError('cancelled', 'Nobody signed in for a while. Try again.', {
    detail: { reason: 'sign-in-too-late' },
  });
}
