import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  /** Path without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** What the peer does with a request. */
export interface ScriptedAnswer {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** An object is sent as JSON. */
  readonly body?: Uint8Array | string | object;
  /** Milliseconds to wait first. */
  readonly delay?: number;
  /** Changes one bit of the byte at this position of the body, counted from its end where negative. */
  readonly corruptAt?: number;
  /** Cuts the connection after this many bytes of the body; -1: without any answer. */
  readonly cutAfter?: number;
  /** Answers as soon as the headers are there, without waiting for the request's body. */
  readonly early?: boolean;
}

export type Reaction = ScriptedAnswer | ((request: SeenRequest) => ScriptedAnswer | Promise<ScriptedAnswer>);

interface Entry {
  readonly method: string;
  readonly path: string | RegExp;
  readonly reaction: Reaction;
  left: number;
}

type PeerServer = ReturnType<typeof createServer> | ReturnType<typeof createSecureServer>;

/**
 * A peer that does what a test wrote down, and nothing else: a request that no entry expects fails the test, and so
 * does an entry that was never used. Entries are used up in their order; `always` ones stay.
 */
export class ScriptedRegistry {
  readonly requests: SeenRequest[] = [];
  readonly #entries: Entry[] = [];
  readonly #unexpected: string[] = [];
  readonly #server: PeerServer;
  #inFlight = 0;
  #mostInFlight = 0;
  /** Milliseconds that every answer takes, besides its own `delay`: a distant registry. */
  latency = 0;

  constructor(server: PeerServer) {
    this.#server = server;
    server.on('request', (request, response) => void this.#serve(request, response));
  }

  /** `127.0.0.1:port`. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://${this.host}`;
  }

  /** Expects one request; `path` is compared without the query, a RegExp with it. */
  once(method: string, path: string | RegExp, reaction: Reaction): this {
    return this.times(1, method, path, reaction);
  }

  /** Expects the same request several times. */
  times(count: number, method: string, path: string | RegExp, reaction: Reaction): this {
    this.#entries.push({ method, path, reaction, left: count });
    return this;
  }

  /** Answers any number of requests, none included. */
  always(method: string, path: string | RegExp, reaction: Reaction): this {
    return this.times(Number.POSITIVE_INFINITY, method, path, reaction);
  }

  /** Answers any number of requests with `reactions` in turn, over and over. */
  loop(method: string, path: string | RegExp, ...reactions: readonly [Reaction, ...Reaction[]]): this {
    let turn = 0;
    return this.always(method, path, (request) => {
      const reaction = reactions[turn % reactions.length] ?? reactions[0];
      turn += 1;
      return react(reaction, request);
    });
  }

  /** The most requests that were here at one moment: begun, and not yet answered to the last byte. */
  get mostInFlight(): number {
    return this.#mostInFlight;
  }

  /** `METHOD path` of everything that came, in order. */
  get seen(): string[] {
    return this.requests.map(({ method, url }) => `${method} ${url}`);
  }

  /** Every value of the Authorization header that ever arrived here. */
  get credentialsSeen(): string[] {
    return this.requests.flatMap(({ headers }) => headers.authorization ?? []);
  }

  /** Fails for what came unexpected and for what was expected and did not come. */
  check(): void {
    const unused = this.#entries
      .filter(({ left }) => Number.isFinite(left) && left > 0)
      .map(({ method, path }) => `${method} ${String(path)}`);
    expect({ unexpected: this.#unexpected, unused }).toEqual({ unexpected: [], unused: [] });
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#countInFlight(response);
    const url = new URL(request.url ?? '/', 'http://peer');
    const entry = this.#entries.find(
      ({ method, path, left }) =>
        left > 0 &&
        method === request.method &&
        (typeof path === 'string' ? path === url.pathname : path.test(request.url ?? '')),
    );
    if (entry !== undefined) entry.left -= 1;
    else this.#unexpected.push(`${request.method ?? ''} ${request.url ?? ''}`);
    try {
      const early = typeof entry?.reaction === 'object' && entry.reaction.early === true;
      const seen = await readRequest(request, url, early);
      this.requests.push(seen);
      if (this.latency > 0) await pause(this.latency, undefined, { ref: false });
      const answer = await react(entry?.reaction ?? { status: 418 }, seen);
      await send(response, answer);
    } catch {
      // The client went away: what it saw of that is the test's to judge.
      response.destroy();
    }
  }

  #countInFlight(response: ServerResponse): void {
    this.#inFlight += 1;
    this.#mostInFlight = Math.max(this.#mostInFlight, this.#inFlight);
    response.once('close', () => {
      this.#inFlight -= 1;
    });
  }
}

async function react(reaction: Reaction, request: SeenRequest): Promise<ScriptedAnswer> {
  return typeof reaction === 'function' ? reaction(request) : reaction;
}

async function readRequest(request: IncomingMessage, url: URL, early: boolean): Promise<SeenRequest> {
  const pieces: Buffer[] = [];
  if (!early) for await (const piece of request) pieces.push(piece as Buffer);
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
    ),
    body: Buffer.concat(pieces),
  };
}

async function send(response: ServerResponse, answer: ScriptedAnswer): Promise<void> {
  if (answer.delay !== undefined) await pause(answer.delay, undefined, { ref: false });
  if (answer.cutAfter === -1) {
    response.destroy();
    return;
  }
  const body = corrupted(bodyOf(answer.body), answer.corruptAt);
  const json = typeof answer.body === 'object' && !(answer.body instanceof Uint8Array);
  response.writeHead(answer.status ?? 200, {
    ...(json && { 'content-type': 'application/json' }),
    'content-length': String(body.byteLength),
    ...answer.headers,
  });
  if (answer.cutAfter === undefined) {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, answer.cutAfter), () => response.destroy());
}

function corrupted(body: Buffer, position: number | undefined): Buffer {
  const index = position !== undefined && position < 0 ? body.length + position : position;
  const byte = index === undefined ? undefined : body[index];
  if (index === undefined || byte === undefined) return body;
  const copy = Buffer.from(body);
  copy[index] = byte ^ 1;
  return copy;
}

/** An answer that leads elsewhere. */
export function redirectTo(location: string, status = 307): ScriptedAnswer {
  return { status, headers: { location } };
}

function bodyOf(body: ScriptedAnswer['body']): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body, 'utf8');
  return body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(JSON.stringify(body), 'utf8');
}

/** A scripted peer on a free loopback port, checked and stopped when the test ends; with `tls` it speaks https. */
export async function scriptedRegistry(tls?: ServerOptions): Promise<ScriptedRegistry> {
  const server = tls === undefined ? createServer() : createSecureServer(tls);
  const peer = new ScriptedRegistry(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    await peer.stop();
    peer.check();
  });
  return peer;
}

/** An error body as the distribution specification has it. */
export function ociError(code: string, detail?: unknown): object {
  return { errors: [{ code, message: code.toLowerCase(), ...(detail !== undefined && { detail }) }] };
}
