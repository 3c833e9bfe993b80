import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { DockerCommsError, toDockerCommsError } from '../base/errors.ts';
import { KiB } from '../base/limits.ts';
import { headersTimeoutMs, idleBodyTimeoutMs, type Connections } from './connections.ts';
import { failureOfTransport, requestDetail, type RequestFacts } from './failures.ts';
import { isPassing } from './retry.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface WireRequest extends RequestFacts {
  readonly method: Method;
  readonly headers: Readonly<Record<string, string>>;
  /** Made when it is the request's turn. */
  readonly body?: (() => Uint8Array | Readable) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface WireAnswer extends RequestFacts {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly body: Dispatcher.ResponseData['body'];
  readonly signal?: AbortSignal | undefined;
}

/**
 * One request, one answer: no redirects, no login, no second try. Waits at the gate of its host first, and is in flight
 * there until the answer's body was read or given up. Fails `network`, `cancelled` or `protocol`, and `rate-limited`
 * where the host asked for a long rest before.
 */
export async function exchangeOnce(connections: Connections, request: WireRequest): Promise<WireAnswer> {
  const passage = await connections.gate(request.url).enter(request.signal);
  try {
    const answer = await dispatch(connections, request);
    answer.body.once('close', () => passage.leave());
    passage.answered(answer.status, headerOf(answer, 'retry-after'));
    return answer;
  } catch (error) {
    if (isPassing(toDockerCommsError(error))) passage.failed();
    passage.leave();
    throw error;
  }
}

async function dispatch(connections: Connections, request: WireRequest): Promise<WireAnswer> {
  const { method, url, signal } = request;
  try {
    signal?.throwIfAborted();
    const answer = await connections.through(url, (dispatcher) => {
      // It may have taken a while to learn the way.
      signal?.throwIfAborted();
      return dispatcher.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers: request.headers,
        body: request.body?.() ?? null,
        signal: signal ?? null,
        headersTimeout: headersTimeoutMs,
        bodyTimeout: idleBodyTimeoutMs,
      });
    });
    // A body fails by itself when it is cut or given up while nobody reads it. Whoever reads it gets the error there.
    answer.body.on('error', () => undefined);
    return { method, url, signal, status: answer.statusCode, headers: answer.headers, body: answer.body };
  } catch (error) {
    throw failureOfTransport(error, request, signal);
  }
}

/** One value of a header: the first where there are several. */
export function headerOf(answer: WireAnswer, name: string): string | undefined {
  const value = answer.headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

/** The pieces of an answer's body, with failures brought into our family. */
export async function* bodyPieces(answer: WireAnswer): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const piece of answer.body as AsyncIterable<Buffer>) yield piece;
  } catch (error) {
    throw failureOfTransport(error, answer, answer.signal);
  }
}

/** The whole body, at most `limit` bytes of it: more fails `too-large` and cuts the connection. */
export async function readBody(answer: WireAnswer, limit: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let total = 0;
  for await (const piece of bodyPieces(answer)) {
    total += piece.byteLength;
    if (total > limit) {
      throw new DockerCommsError('too-large', `${answer.url.host} sent more than is accepted here.`, {
        detail: { ...requestDetail(answer), limit },
      });
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces, total);
}

/** The first bytes of a body that is only looked at; the rest is thrown away. Never fails. */
export async function peekBody(answer: WireAnswer, limit: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let total = 0;
  try {
    for await (const piece of bodyPieces(answer)) {
      pieces.push(piece);
      total += piece.byteLength;
      if (total >= limit) break;
    }
  } catch {
    // What came before the cut still says more than nothing: the status is what counts.
  }
  return Buffer.concat(pieces).subarray(0, limit);
}

/** Bytes of a body nobody wants that are read on to keep its connection; past them a new connection is cheaper. */
const discardedBytes = 64 * KiB;

/** Lets go of a body nobody reads, so that its connection can serve again. Never fails. */
export async function discardBody(answer: WireAnswer): Promise<void> {
  await answer.body.dump({ limit: discardedBytes }).catch(() => undefined);
}
