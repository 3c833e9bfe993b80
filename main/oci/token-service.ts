import type { Dispatcher } from 'undici';
import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { DockerCommsError } from '../base/errors.ts';
import { failureOfAnswer, requestDetail } from './failures.ts';
import { parseJsonBytes } from './manifest.ts';
import { withRetries } from './retry.ts';
import { exchangeOnce, headerOf, peekBody, readBody, type WireAnswer } from './transport.ts';

/** A bearer token and the time (ms since 1970) from which we no longer use it. */
export interface Token {
  readonly value: string;
  readonly staleAt: number;
}

export interface TokenRequest {
  /** Already checked with `refuseRealm`. */
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  /** `Authorization` for the realm; undefined asks as nobody. */
  readonly login: { readonly username: string; readonly header: string } | undefined;
  readonly userAgent: string;
}

/** Longest answer of a token service: a token is a header, and headers are kilobytes. */
const answerLimit = 128 * 1024;
/** What a token lives at least and by default (distribution, "Token Authentication Specification"). */
const shortestLifeSeconds = 60;

const answerSchema = z
  .object({
    token: z.string().nullish(),
    access_token: z.string().nullish(),
    expires_in: z.number().positive().nullish().catch(null),
  })
  .transform(({ token, access_token, expires_in }) => ({
    value: token ?? access_token ?? '',
    lifeSeconds: Math.max(expires_in ?? 0, shortestLifeSeconds),
  }))
  // It goes into a header as it is: anything but visible ASCII would be another header.
  .refine(({ value }) => /^[\x21-\x7e]+$/.test(value), 'no token');

/**
 * Asks the token service (distribution, "Token Authentication Specification", GET). Redirects are not followed: the
 * request carries the password. Fails `auth` when the login is not accepted.
 */
export async function requestToken(
  dispatcher: Dispatcher,
  request: TokenRequest,
  clock: Clock,
): Promise<Token> {
  const answer = await withRetries(() => askOnce(dispatcher, request, clock), { clock });
  const parsed = answerSchema.safeParse(parseJsonBytes(await readBody(answer, answerLimit)));
  if (!parsed.success) {
    throw new DockerCommsError('protocol', `${answer.url.host} gave no usable login token.`, {
      detail: requestDetail(answer),
    });
  }
  const { value, lifeSeconds } = parsed.data;
  // Renewed a little early, so that it does not run out on its way.
  return { value, staleAt: clock.now() + lifeSeconds * 1000 - Math.min(30_000, lifeSeconds * 200) };
}

async function askOnce(dispatcher: Dispatcher, request: TokenRequest, clock: Clock): Promise<WireAnswer> {
  const answer = await exchangeOnce(dispatcher, {
    method: 'GET',
    url: tokenUrl(request),
    headers: {
      accept: 'application/json',
      'user-agent': request.userAgent,
      ...(request.login !== undefined && { authorization: request.login.header }),
    },
  });
  if (answer.status === 200) return answer;
  const body = await peekBody(answer, answerLimit);
  if (answer.status === 400 || answer.status === 401 || answer.status === 403)
    throw refusedLogin(answer, request);
  const { method, url, status } = answer;
  const contentType = headerOf(answer, 'content-type') ?? '';
  const retryAfter = headerOf(answer, 'retry-after');
  throw failureOfAnswer({ method, url, status, contentType, retryAfter, body }, clock.now());
}

function tokenUrl({ realm, service, scopes, login }: TokenRequest): URL {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (login !== undefined) url.searchParams.set('account', login.username);
  return url;
}

function refusedLogin(answer: WireAnswer, { login }: TokenRequest): DockerCommsError {
  const detail = { ...requestDetail(answer), status: answer.status };
  if (login === undefined) {
    return new DockerCommsError('auth', `${answer.url.host} asks for a user name and a password.`, {
      detail: { ...detail, reason: 'login-required' },
    });
  }
  return new DockerCommsError('auth', 'The user name or the password was not accepted.', {
    detail: { ...detail, reason: 'login-refused' },
  });
}
