/**
 * What answers that are failures mean (OCI distribution specification, "Error Codes").
 * Must-fail vectors: test/oci/failures.test.ts.
 */
import { errors } from 'undici';
import { z } from 'zod';
import { DockerCommsError, systemErrorCode, type ErrorCode, type ErrorDetail } from '../base/errors.ts';
import type { ConnectionReason } from '../base/reasons.ts';
import { parseRetryAfter } from './retry.ts';
import { isTlsCode, tlsProblem } from './tls-problems.ts';

/** A request as it may be shown: no headers, no query (signed storage addresses are secrets), no user in the URL. */
export interface RequestFacts {
  readonly method: string;
  readonly url: URL;
}

/** An answer that was not what we asked for, its body read up to a cap. */
export interface RefusedAnswer extends RequestFacts {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | undefined;
  readonly body: Uint8Array;
}

/** `detail` of every failure here: what was asked, of whom. */
export function requestDetail({ method, url }: RequestFacts): ErrorDetail {
  return { method, url: `${url.origin}${url.pathname}` };
}

/** The error that an unexpected status means. `now` is for a `Retry-After` that is a date. */
export function failureOfAnswer(answer: RefusedAnswer, now: number): DockerCommsError {
  const codes = errorCodesIn(answer.body);
  const retryAfterMs = parseRetryAfter(answer.retryAfter, now);
  const [code, message] =
    meaningOfOciCode(codes, answer) ?? meaningOfStatus(answer, diskIsFull(answer.body), codes.length > 0);
  return new DockerCommsError(code, message, {
    detail: {
      ...requestDetail(answer),
      status: answer.status,
      ...(codes.length > 0 && { registryCodes: codes.join(' ') }),
      ...(retryAfterMs !== null && { retryAfterMs }),
      ...(code === 'auth' && { reason: answer.status === 401 ? 'login-refused' : 'not-permitted' }),
    },
  });
}

/** The third is `detail.reason`. */
type Meaning = readonly [code: ErrorCode, message: string, reason?: ConnectionReason | undefined];

const errorBodySchema = z.object({
  errors: z.array(z.object({ code: z.string(), detail: z.unknown().optional() })).min(1),
});

/** Error codes of one answer that are kept, each of 64 characters at most: registries give one or two, of some twenty. */
const mostCodes = 8;

/** Error codes of a body as in the distribution specification, "Error Codes". Only what looks like a code. */
function errorCodesIn(body: Uint8Array): string[] {
  const errors = errorsIn(body) ?? [];
  return errors
    .map(({ code }) => code)
    .filter((code) => /^[A-Z][A-Z0-9_]{0,63}$/.test(code))
    .slice(0, mostCodes);
}

function errorsIn(body: Uint8Array): z.output<typeof errorBodySchema>['errors'] | null {
  try {
    const parsed = errorBodySchema.safeParse(JSON.parse(Buffer.from(body).toString('utf8')));
    return parsed.success ? parsed.data.errors : null;
  } catch {
    return null;
  }
}

/**
 * How distribution says that its disk is full or its quota used up, always as a 500 UNKNOWN: while an upload runs, with
 * the system's text for ENOSPC or EDQUOT at the end of its detail (there is no code to go by); elsewhere with the
 * number (28, 122), sometimes inside its driver's error.
 */
const fullDiskNumber = z.object({ Err: z.union([z.literal(28), z.literal(122)]) });
const fullDiskSchema = z.union([
  z.string().regex(/: (?:no space left on device|disk quota exceeded)$/),
  fullDiskNumber,
  z.object({ Enclosed: fullDiskNumber }),
]);

function diskIsFull(body: Uint8Array): boolean {
  return (errorsIn(body) ?? []).some(({ detail }) => fullDiskSchema.safeParse(detail).success);
}

const meaningsOfOciCodes: Readonly<Record<string, Meaning>> = {
  TOOMANYREQUESTS: ['rate-limited', 'The registry asks to slow down. Try again in a while.'],
  DENIED: [
    'auth',
    'This login may not do that in this repository. Ask for permission, or log in as somebody else.',
  ],
  NAME_UNKNOWN: [
    'not-found',
    'The registry has no such repository. Check the path, or create the repository first.',
  ],
  NAME_INVALID: ['invalid', 'The registry does not accept this repository path. Check its spelling.'],
  MANIFEST_UNKNOWN: ['not-found', 'The registry does not have this any more.'],
  BLOB_UNKNOWN: ['not-found', 'The registry does not have this piece any more.'],
  MANIFEST_BLOB_UNKNOWN: ['not-found', 'The registry has lost a piece that was uploaded. Send it again.'],
  BLOB_UPLOAD_UNKNOWN: ['conflict', 'The registry has forgotten this upload. Send it again.'],
  BLOB_UPLOAD_INVALID: ['conflict', 'The registry has given up this upload. Send it again.'],
  MANIFEST_INVALID: [
    'unsupported',
    'The registry does not accept messages: it refuses this kind of content.',
  ],
  DIGEST_INVALID: ['verification-failed', 'The registry received other bytes than were sent. Send it again.'],
  SIZE_INVALID: ['verification-failed', 'The registry received other bytes than were sent. Send it again.'],
  UNSUPPORTED: ['unsupported', 'The registry does not support this.'],
};

function meaningOfOciCode(codes: readonly string[], answer: RefusedAnswer): Meaning | null {
  if (answer.status === 401 || answer.status === 413) return null;
  // distribution answers the removal of a tag with 400 DIGEST_INVALID: it wants a digest there.
  if (answer.method === 'DELETE' && answer.status === 400) return meaningsOfOciCodes.UNSUPPORTED ?? null;
  return codes.map((code) => meaningsOfOciCodes[code]).find((meaning) => meaning !== undefined) ?? null;
}

function meaningOfStatus(answer: RefusedAnswer, full: boolean, speaksOci: boolean): Meaning {
  const { status } = answer;
  const host = answer.url.host;
  if (full || status === 507) {
    return ['too-large', `${host} has no space left. Its administrator has to free some.`];
  }
  switch (status) {
    case 401:
      return ['auth', `${host} did not accept the login. Log in again.`];
    case 403:
      return [
        'auth',
        'This login may not do that in this repository. Ask for permission, or log in as somebody else.',
      ];
    case 405:
    case 501:
      return ['unsupported', 'The registry does not support this.'];
    case 408:
      return ['network', `${host} got the request too slowly. Check your network.`];
    case 409:
    case 412:
    case 416:
      return [
        'conflict',
        'The registry refused because something else was there first, or changed meanwhile.',
      ];
    case 413:
      return [
        'too-large',
        `${host} does not accept anything as large as this. Its administrator can raise the limit.`,
      ];
    case 429:
      return ['rate-limited', 'The registry asks to slow down. Try again in a while.'];
    default:
      break;
  }
  if (status >= 500)
    return ['network', `${host} has a problem of its own (status ${status}). Try again later.`];
  if (looksLikeHtml(answer.contentType, answer.body) && !speaksOci) return notARegistryMeaning(host);
  if (status === 404) return ['not-found', 'The registry does not have this.'];
  return ['protocol', `${host} gave an answer that makes no sense here (status ${status}).`];
}

function notARegistryMeaning(host: string): Meaning {
  return ['protocol', `${host} answers, but it is not a container registry. Check the address.`];
}

/** The failure for a web page (a proxy's, a portal's, another product's) where a registry should be. */
export function notARegistry(facts: RequestFacts, status: number): DockerCommsError {
  const [code, message] = notARegistryMeaning(facts.url.host);
  return new DockerCommsError(code, message, { detail: { ...requestDetail(facts), status } });
}

/** True for a web page: by its type, or by how it begins. */
export function looksLikeHtml(contentType: string, body: Uint8Array = new Uint8Array()): boolean {
  if (/^\s*(?:text\/html|application\/xhtml\+xml)/i.test(contentType)) return true;
  return /^\s*<(?:!doctype|html|head|body)/i.test(Buffer.from(body.subarray(0, 256)).toString('latin1'));
}

/**
 * The error behind a request that got no (whole) answer: lookup, connection, TLS, time-out, cut, abort. Ours pass
 * through.
 */
export function failureOfTransport(
  error: unknown,
  facts: RequestFacts,
  signal?: AbortSignal,
): DockerCommsError {
  if (error instanceof DockerCommsError) return error;
  if (signal?.aborted === true || (error instanceof Error && error.name === 'AbortError')) {
    return new DockerCommsError('cancelled', 'Cancelled.', { detail: requestDetail(facts), cause: error });
  }
  const system = codeOf(error);
  const [code, message, reason] = isTlsCode(system)
    ? meaningOfTlsCode(system, facts.url)
    : meaningOfSystemCode(system, facts.url);
  return new DockerCommsError(code, message, {
    detail: {
      ...requestDetail(facts),
      ...(system !== undefined && { system }),
      ...(reason !== undefined && { reason }),
    },
    cause: error,
  });
}

function meaningOfTlsCode(system: string, { host }: URL): Meaning {
  const { message, reason } = tlsProblem(system, host);
  return ['network', message, reason];
}

/** The system's code, also where it hides in `cause` or in the attempts on several addresses. */
function codeOf(error: unknown): string | undefined {
  const own = systemErrorCode(error);
  if (error instanceof errors.HTTPParserError) return own ?? 'HPE_NO_HTTP';
  if (own !== undefined && own !== 'UND_ERR_SOCKET') return own;
  if (error instanceof AggregateError)
    return error.errors.map(codeOf).find((code) => code !== undefined) ?? own;
  const cause = error instanceof Error ? systemErrorCode(error.cause) : undefined;
  return cause ?? own;
}

const meaningsOfSystemCodes: Readonly<Record<string, (url: URL) => Meaning>> = {
  ENOTFOUND: ({ hostname }) => [
    'network',
    `No host named ${hostname} was found. Check the spelling and your network.`,
  ],
  EAI_AGAIN: ({ hostname }) => [
    'network',
    `The name ${hostname} could not be looked up. Check your network.`,
  ],
  ECONNREFUSED: ({ host }) => [
    'network',
    `Nothing answers at ${host}. Check the address, and that the registry is running.`,
  ],
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  UND_ERR_CONNECT_TIMEOUT: silent,
  ETIMEDOUT: silent,
  UND_ERR_HEADERS_TIMEOUT: stalled,
  UND_ERR_BODY_TIMEOUT: stalled,
  UND_ERR_CLOSED: () => ['cancelled', 'The connection to the registry was closed here.'],
  UND_ERR_DESTROYED: () => ['cancelled', 'The connection to the registry was closed here.'],
  UND_ERR_HEADERS_OVERFLOW: ({ host }) => ['protocol', `${host} gave an answer that makes no sense here.`],
};

function unreachable({ host }: URL): Meaning {
  return ['network', `${host} cannot be reached from here. Check your network.`];
}

function silent({ host }: URL): Meaning {
  return ['network', `${host} did not answer in time. Check your network, or whether a firewall is between.`];
}

function stalled({ host }: URL): Meaning {
  return ['network', `${host} stopped answering. Try again.`];
}

function meaningOfSystemCode(system: string | undefined, url: URL): Meaning {
  const known = system === undefined ? undefined : meaningsOfSystemCodes[system];
  if (known !== undefined) return known(url);
  if (system?.startsWith('HPE_') === true) return notARegistryMeaning(url.host);
  return ['network', `The connection to ${url.host} was cut. Try again.`];
}
