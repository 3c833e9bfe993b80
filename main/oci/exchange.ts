import type { Readable } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import { DockerCommsError } from '../base/errors.ts';
import type { Authorization } from './authorization.ts';
import { parseChallenges } from './challenge.ts';
import type { Connections } from './connections.ts';
import { failureOfAnswer, requestDetail } from './failures.ts';
import { isSameOrigin, refuseTarget } from './origin-rules.ts';
import { pauseBeforeRepeat, withRetries } from './retry.ts';
import type { Access } from './scope.ts';
import { discardBody, exchangeOnce, headerOf, peekBody, type Method, type WireAnswer } from './transport.ts';

/** Hops of one request: registries send one or two on to their storage; more is a loop. */
const mostRedirects = 5;
/** Of an error's body: the specification's JSON is far smaller. */
const errorBodyBytes = 64 * 1024;

export interface RegistryRequest {
  readonly method: Method;
  readonly url: URL;
  readonly access: Access;
  /** Statuses that are answers; every other one is a failure. */
  readonly accept: readonly number[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Made anew for every attempt. */
  readonly body?: () => Uint8Array | Readable;
  /** Sent without the login, also to the registry itself: the address was chosen by somebody else. */
  readonly anonymous?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface ExchangeOptions {
  /** The registry's own origin: the only one that gets credentials. */
  readonly registry: URL;
  readonly authorization: Authorization;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly userAgent: string;
}

/** Requests to one registry: login, redirects and repeats, by the rules of `origin-rules.ts`. */
export class Exchange {
  readonly #options: ExchangeOptions;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  /** Sends, and repeats what failed in passing. Only for requests that may arrive twice. */
  send(request: RegistryRequest): Promise<WireAnswer> {
    return this.retrying(() => this.once(request), request.signal);
  }

  /** Repeats an operation as a whole: several requests, or a request and the reading of its answer. */
  retrying<T>(operation: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return withRetries(operation, { clock: this.#options.clock, signal });
  }

  /** For operations that hand on what they have while they run: `pauseBeforeRepeat` of `retry.ts`. */
  pauseBeforeRepeat(error: unknown, attempt: number, signal?: AbortSignal): Promise<void> {
    return pauseBeforeRepeat(error, attempt, { clock: this.#options.clock, signal });
  }

  /** Sends without repeats. Fails by our codes for every status that is not accepted. */
  async once(request: RegistryRequest): Promise<WireAnswer> {
    let url = request.url;
    // Once a chain has left the registry, nothing brings the credentials back: not even a redirect back to it.
    let trusted = request.anonymous !== true && isSameOrigin(url, this.#options.registry);
    for (let hops = 0; ; hops += 1) {
      const answer = await this.#authorized(request, url, trusted);
      if (trusted) this.#hearWarnings(answer);
      if (request.accept.includes(answer.status)) return answer;
      const target = redirectTarget(request, answer);
      if (target === null) throw await this.#failure(answer);
      await discardBody(answer);
      if (hops >= mostRedirects) throw refusedRedirect(answer, 'never stops redirecting');
      url = target;
      trusted &&= isSameOrigin(url, this.#options.registry);
    }
  }

  /** One hop: with the login where it belongs, and a second try when the registry itself asks for one. */
  async #authorized(request: RegistryRequest, url: URL, trusted: boolean): Promise<WireAnswer> {
    if (!trusted) return this.#exchange(request, url, undefined);
    const { authorization } = this.#options;
    const offered = await authorization.header(request.access, request.signal);
    const answer = await this.#exchange(request, url, offered);
    if (answer.status !== 401) return answer;
    const challenges = parseChallenges(answer.headers['www-authenticate']);
    if (challenges.length === 0) return answer;
    await discardBody(answer);
    const header = await authorization.answer(challenges, request.access, offered, request.signal);
    const second = await this.#exchange(request, url, header);
    if (second.status !== 401) return second;
    await discardBody(second);
    throw authorization.refusal();
  }

  #exchange(request: RegistryRequest, url: URL, authorization: string | undefined): Promise<WireAnswer> {
    const { method, signal, headers, body } = request;
    return exchangeOnce(this.#options.connections, {
      method,
      url,
      signal,
      headers: {
        'user-agent': this.#options.userAgent,
        // What is hashed is what travels: no encoding in between.
        'accept-encoding': 'identity',
        ...headers,
        ...(authorization !== undefined && { authorization }),
      },
      body,
    });
  }

  /** The registry's own only: whoever it sends us to has nothing to tell a person. */
  #hearWarnings({ headers }: WireAnswer): void {
    const { connections, registry, authorization } = this.#options;
    connections.warnings.hear(registry.host, headers.warning, (text) => authorization.hasSecretIn(text));
  }

  async #failure(answer: WireAnswer): Promise<DockerCommsError> {
    const { method, url, status } = answer;
    const body = await peekBody(answer, errorBodyBytes);
    const contentType = headerOf(answer, 'content-type') ?? '';
    const retryAfter = headerOf(answer, 'retry-after');
    return failureOfAnswer({ method, url, status, contentType, retryAfter, body }, this.#options.clock.now());
  }
}

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Where a redirect leads; null when the answer is none. Fails `protocol` where it may not lead. */
function redirectTarget(request: RegistryRequest, answer: WireAnswer): URL | null {
  const location = headerOf(answer, 'location');
  if (!redirectStatuses.has(answer.status) || location === undefined) return null;
  if (!URL.canParse(location, answer.url))
    throw refusedRedirect(answer, 'redirects to an address that makes no sense');
  const target = new URL(location, answer.url);
  checkTarget(answer, target);
  if (request.method !== 'GET' && request.method !== 'HEAD') checkWriteRedirect(answer, target);
  return target;
}

/** Content and deletions go where they were meant to go: the method stays, and so does the origin. */
function checkWriteRedirect(answer: WireAnswer, target: URL): void {
  const keepsMethod = answer.status === 307 || answer.status === 308;
  if (!keepsMethod || !isSameOrigin(answer.url, target)) {
    throw refusedRedirect(answer, 'redirects where nothing may be sent');
  }
}

/** Fails `protocol` when `target`, chosen by the other side in `answer`, breaks the rules of `origin-rules.ts`. */
export function checkTarget(answer: WireAnswer, target: URL): void {
  const refusal = refuseTarget(answer.url, target);
  if (refusal === null) return;
  const words =
    refusal === 'unencrypted'
      ? 'leads to an unencrypted connection; its administrator has to set its external address'
      : 'leads to an address that is not safe to follow';
  throw refusedRedirect(answer, words, { refusal, target: target.origin });
}

function refusedRedirect(
  answer: WireAnswer,
  words: string,
  more: Readonly<Record<string, string>> = {},
): DockerCommsError {
  return new DockerCommsError('protocol', `${answer.url.host} ${words}.`, {
    detail: { ...requestDetail(answer), status: answer.status, ...more },
  });
}
