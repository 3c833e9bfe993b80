/**
 * Token services (https://distribution.github.io/distribution/spec/auth/token/; for identity tokens RFC 6749, section 6).
 * Must-fail vectors: test/oci/token-attacks.test.ts, and "a token realm" in test/oci/attacks.test.ts.
 */
import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { readJson } from '../base/json.ts';
import { DockerCommsError } from '../base/errors.ts';
import type { LoginReason } from '../base/reasons.ts';
import type { Connections } from './connections.ts';
import { basicAuthorization, type BasicCredentials } from './credentials.ts';
import { failureOfAnswer, requestDetail } from './failures.ts';
import { withRetries } from './retry.ts';
import {
  exchangeOnce,
  headerOf,
  peekBody,
  readBody,
  type WireAnswer,
  type WireRequest,
} from './transport.ts';

/** A bearer token and the time (ms since 1970) from which we no longer use it. */
export interface Token {
  readonly value: string;
  readonly staleAt: number;
}

export interface TokenServiceOptions {
  readonly connections: Connections;
  readonly clock: Clock;
  readonly userAgent: string;
}

export interface TokenRequest {
  /** Already checked with `refuseRealm`. */
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
}

export interface RefreshedToken {
  readonly token: Token;
  /** What to send the next time; null: what was sent this time. */
  readonly refreshToken: string | null;
}

/** Bytes of the longest answer of a token service: a token is a header, and headers are kilobytes. */
const answerLimit = 128 * 1024;
/** What a token lives at least and by default (distribution, "Token Authentication Specification"). */
const shortestLifeSeconds = 60;
/** Milliseconds by which a token is renewed early, so that it does not run out on its way. */
const earlyMilliseconds = 30_000;
/** The same of a short-lived token, as a share of its life. */
const earlyShare = 0.2;
/** Who asks: services keep it for their records, nobody has to be registered (RFC 6749, appendix A.1). */
const clientId = 'dockercomms';

/** Some services send what they do not have as an empty text. */
const optionalText = z
  .string()
  .nullish()
  .transform((text) => (text === '' ? null : text));
const answerSchema = z.object({
  token: optionalText,
  access_token: optionalText,
  refresh_token: optionalText.catch(null),
  expires_in: z.number().positive().nullish().catch(null),
});
/** RFC 6749, section 5.2. */
const refusalSchema = z.object({ error: z.string() });
/** It goes into a header as it is: anything but visible ASCII would be another header. */
const usableToken = /^[\x21-\x7e]+$/;

/**
 * Asks the token service as nobody or with a password (distribution, "Token Authentication Specification", GET).
 * Redirects are not followed: the request carries the password. Fails `auth` when the login is not accepted.
 */
export async function requestToken(
  options: TokenServiceOptions,
  request: TokenRequest,
  login: BasicCredentials | null,
): Promise<Token> {
  const wire: WireRequest = {
    method: 'GET',
    url: tokenUrl(request, login),
    headers: {
      ...commonHeaders(options),
      ...(login !== null && { authorization: basicAuthorization(login) }),
    },
  };
  const refusal = (answer: WireAnswer): DockerCommsError | null =>
    isRefusal(answer) || answer.status === 400 ? refusedLogin(answer, login !== null) : null;
  const { facts, answer } = await ask(options, wire, refusal);
  return tokenOf(options.clock, facts, answer.token ?? answer.access_token, answer.expires_in);
}

/**
 * Exchanges an identity token for an access token (distribution, "OAuth2 Token Authentication"; RFC 6749, section 6).
 * It stands in the body and nowhere else, redirects are not followed, and nothing of what the service answers to a
 * refused one is kept: services have been seen to quote it. Fails `auth` when it is not accepted, and `unsupported`
 * where the service takes none.
 */
export async function refreshToken(
  options: TokenServiceOptions,
  request: TokenRequest & { readonly service: string },
  identityToken: string,
): Promise<RefreshedToken> {
  const wire: WireRequest = {
    method: 'POST',
    url: request.realm,
    headers: { ...commonHeaders(options), 'content-type': 'application/x-www-form-urlencoded' },
    body: () => refreshForm(request, identityToken),
  };
  const { facts, answer } = await ask(options, wire, refusedIdentityToken);
  const token = tokenOf(options.clock, facts, answer.access_token ?? answer.token, answer.expires_in);
  return { token, refreshToken: answer.refresh_token ?? null };
}

/** Sends until an answer comes that is one. `refusal` says what else than 200 means; null leaves that to the status. */
async function ask(
  options: TokenServiceOptions,
  wire: WireRequest,
  refusal: (answer: WireAnswer, body: Uint8Array) => DockerCommsError | null,
) {
  const { connections, clock } = options;
  const facts = await withRetries(
    async () => {
      const answer = await exchangeOnce(connections, wire);
      if (answer.status === 200) return answer;
      const body = await peekBody(answer, answerLimit);
      throw refusal(answer, body) ?? otherFailure(answer, clock.now());
    },
    { clock },
  );
  const parsed = answerSchema.safeParse(readJson(await readBody(facts, answerLimit)));
  // Without a cause: both parsers quote what they found, and that may be a token.
  if (!parsed.success) throw unusable(facts);
  return { facts, answer: parsed.data };
}

function commonHeaders({ userAgent }: TokenServiceOptions) {
  return { accept: 'application/json', 'user-agent': userAgent };
}

function tokenUrl({ realm, service, scopes }: TokenRequest, login: BasicCredentials | null): URL {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (login !== null) url.searchParams.set('account', login.username);
  return url;
}

function refreshForm({ service, scopes }: TokenRequest & { service: string }, identityToken: string): Buffer {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: identityToken,
    service,
    client_id: clientId,
    scope: scopes.join(' '),
  });
  return Buffer.from(form.toString(), 'utf8');
}

function tokenOf(
  clock: Clock,
  facts: WireAnswer,
  value: string | null | undefined,
  expiresIn: number | null | undefined,
): Token {
  if (value === null || value === undefined || !usableToken.test(value)) throw unusable(facts);
  const lifeSeconds = Math.max(expiresIn ?? 0, shortestLifeSeconds);
  const life = lifeSeconds * 1000;
  return { value, staleAt: clock.now() + life - Math.min(earlyMilliseconds, life * earlyShare) };
}

function unusable(answer: WireAnswer): DockerCommsError {
  return new DockerCommsError('protocol', `${answer.url.host} gave no usable login token.`, {
    detail: requestDetail(answer),
  });
}

function isRefusal({ status }: WireAnswer): boolean {
  return status === 401 || status === 403;
}

/** By the status alone: the body, which might quote what was sent, stays here. */
function otherFailure(answer: WireAnswer, now: number): DockerCommsError {
  const { method, url, status } = answer;
  const contentType = headerOf(answer, 'content-type') ?? '';
  const retryAfter = headerOf(answer, 'retry-after');
  return failureOfAnswer({ method, url, status, contentType, retryAfter, body: new Uint8Array() }, now);
}

function refusedLogin(answer: WireAnswer, loggedIn: boolean): DockerCommsError {
  const [reason, message]: readonly [LoginReason, string] = loggedIn
    ? ['login-refused', 'The user name or the password was not accepted.']
    : ['login-required', `${answer.url.host} asks for a user name and a password.`];
  return new DockerCommsError('auth', message, {
    detail: { ...requestDetail(answer), status: answer.status, reason },
  });
}

function refusedIdentityToken(answer: WireAnswer, body: Uint8Array): DockerCommsError | null {
  const { status, url } = answer;
  const error = status === 400 ? refusalIn(body) : null;
  const detail = { ...requestDetail(answer), status };
  if (isRefusal(answer) || error === 'invalid_grant') {
    return new DockerCommsError(
      'auth',
      `${url.host} did not accept this login: its identity token is wrong or has run out. Log in again.`,
      { detail: { ...detail, reason: 'login-refused' } },
    );
  }
  if (status === 404 || status === 405 || error === 'unsupported_grant_type') {
    return new DockerCommsError(
      'unsupported',
      `${url.host} takes no identity tokens. Log in there with an access token instead.`,
      { detail },
    );
  }
  return null;
}

function refusalIn(body: Uint8Array): string | null {
  const parsed = refusalSchema.safeParse(readJson(body));
  return parsed.success ? parsed.data.error : null;
}
