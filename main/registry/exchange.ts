/** One request and its answer, and the headers that every answer has. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Client } from './client.ts';
import { registryError, registryFailure, type RegistryFailure } from './errors.ts';
import { registryLimits } from './limits.ts';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly client: Client;
}

/**
 * Set before anything else. A person who opens an address of ours in a browser gets bytes that somebody pushed:
 * nothing in them may run.
 */
export function setCommonHeaders(response: ServerResponse): void {
  response.setHeader('docker-distribution-api-version', 'registry/2.0');
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('content-security-policy', "sandbox; default-src 'none'");
}

/** An answer without a body. */
export function answerEmpty({ response }: Exchange, status: number, headers: OutgoingHttpHeaders = {}): void {
  // RFC 9110, section 8.6: a 204 has no Content-Length.
  const length = status === 204 ? {} : { 'content-length': 0 };
  response.writeHead(status, { ...length, ...headers }).end();
}

/** An answer with these bytes; for HEAD, with their length alone. */
export function answerBytes(
  { request, response }: Pick<Exchange, 'request' | 'response'>,
  status: number,
  headers: OutgoingHttpHeaders,
  bytes: Uint8Array | string,
): void {
  const length = Buffer.byteLength(bytes);
  response.writeHead(status, { ...headers, 'content-length': length });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

export function answerJson(exchange: Exchange, value: unknown, headers: OutgoingHttpHeaders = {}): void {
  answerBytes(exchange, 200, { 'content-type': 'application/json', ...headers }, JSON.stringify(value));
}

/** The error body of the specification, "Error Codes". Where an answer has begun already, the connection is cut. */
export function answerError(
  exchange: Pick<Exchange, 'request' | 'response'>,
  thrown: unknown,
): RegistryFailure {
  const failure = registryFailure(thrown);
  const { request, response } = exchange;
  if (response.headersSent) {
    response.destroy();
    return failure;
  }
  swallowRest(request);
  const body = JSON.stringify({ errors: [{ code: failure.code, message: failure.message, detail: null }] });
  answerBytes(exchange, failure.status, { 'content-type': 'application/json', ...failure.headers }, body);
  return failure;
}

/**
 * The request's body, piece by piece. Leaving off in the middle does not end the connection, as reading a stream
 * otherwise does: the client still has to hear why.
 */
export function bodyOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>,
  };
}

/** Reads what is left of a refused body, so that the client gets to the answer; a body that does not end is cut. */
function swallowRest(request: IncomingMessage): void {
  let swallowed = 0;
  request.on('data', (piece: Uint8Array) => {
    swallowed += piece.length;
    if (swallowed > registryLimits.swallowedBytes) request.destroy();
  });
  request.on('error', () => undefined);
  request.resume();
}

/** Calls the one that the request's method names. Throws `UNSUPPORTED`, with the `Allow` that RFC 9110 wants. */
export async function byMethod(
  { request, response }: Exchange,
  handlers: Readonly<Record<string, () => void | Promise<void>>>,
): Promise<void> {
  const handler = Object.hasOwn(handlers, request.method ?? '') ? handlers[request.method ?? ''] : undefined;
  if (handler === undefined) {
    response.setHeader('allow', Object.keys(handlers).join(', '));
    throw registryError('UNSUPPORTED', 'This address does not take this method.');
  }
  await handler();
}
