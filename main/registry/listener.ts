/** One address on which the registry answers: its server, its guard, its limits, and its end. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { DockerCommsError, systemErrorCode, toDockerCommsError } from '../base/errors.ts';
import { nodeHttp } from '../base/node-http.ts';
import type { Client } from './client.ts';
import { answerError, setCommonHeaders, type Exchange } from './exchange.ts';
import { registryLimits } from './limits.ts';
import type { Registry } from './registry.ts';
import { parseTarget } from './routes.ts';

export interface ListenerOptions {
  readonly registry: Registry;
  /** Says who is there, or throws what they are answered. `port` is the one that is listened on. */
  readonly admit: (request: IncomingMessage, port: number) => Client | Promise<Client>;
  /** Without it, plain HTTP: for loopback alone. */
  readonly tls: { readonly key: string; readonly certificate: string } | null;
  /** Hears of every failure on this side (status 500 and up), for the log. */
  readonly onFailure: (error: DockerCommsError) => void;
}

export class Listener {
  readonly #options: ListenerOptions;
  readonly #server: Server;
  readonly #running = new Set<Promise<void>>();
  #port = 0;
  #closing: Promise<void> | null = null;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#server = limitedServer(options.tls, (request, response) => {
      const answering = this.#answer(request, response).finally(() => this.#running.delete(answering));
      this.#running.add(answering);
    });
  }

  /** On `host`, or (null) on every address of this computer. Answers the port; 0 asks for a free one. Throws `conflict`. */
  listen(host: string | null, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) => reject(listenFailure(error, port)));
      this.#server.listen({ ...(host !== null && { host }), port, exclusive: true }, () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve(this.#port);
      });
    });
  }

  /** Running requests get two seconds. The registry itself stays open. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const ended = new Promise((resolve) => this.#server.close(resolve));
    const cut = setTimeout(() => this.#server.closeAllConnections(), registryLimits.closeGraceMilliseconds);
    await ended;
    clearTimeout(cut);
    // A cut request may still be at a file: the catalogue stays open until it has let go.
    await Promise.allSettled(this.#running);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.once('close', () => this.#endIdleConnections());
    if (this.#closing !== null) response.setHeader('connection', 'close');
    try {
      setCommonHeaders(response);
      const client = await this.#admit(request, response);
      const { route, query } = parseTarget(request.url ?? '');
      await this.#options.registry.answer({ request, response, query, client }, route);
    } catch (error) {
      this.#fail({ request, response }, error);
    }
  }

  async #admit(request: IncomingMessage, response: ServerResponse): Promise<Client> {
    try {
      return await this.#options.admit(request, this.#port);
    } catch (error) {
      response.setHeader('connection', 'close');
      throw error;
    }
  }

  #fail(exchange: Pick<Exchange, 'request' | 'response'>, error: unknown): void {
    // Whoever hung up does not hear an answer, and their leaving is no failure of ours.
    if (isHangUp(error)) return;
    const { status } = answerError(exchange, error);
    if (status >= 500) this.#options.onFailure(toDockerCommsError(error));
  }

  /** A connection that was busy when the server closed would otherwise be kept for its next request. */
  #endIdleConnections(): void {
    if (this.#closing !== null) setImmediate(() => this.#server.closeIdleConnections());
  }
}

/** The client left: while it sent its body, or while it was sent a blob. */
function isHangUp(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(systemErrorCode(error) ?? '');
}

function limitedServer(
  tls: ListenerOptions['tls'],
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const limits = {
    maxHeaderSize: registryLimits.headerBytes,
    headersTimeout: registryLimits.headersMilliseconds,
    keepAliveTimeout: registryLimits.keepAliveMilliseconds,
    // A large blob over a slow disk may take as long as it moves; `timeout` ends what does not.
    requestTimeout: 0,
    noDelay: true,
  };
  const server = tls === null ? nodeHttp().createServer(limits, listener) : tlsServer(tls, limits, listener);
  server.maxConnections = registryLimits.connections;
  server.timeout =
    tls === null ? registryLimits.silentMilliseconds : registryLimits.networkSilentMilliseconds;
  return server;
}

function tlsServer(
  { key, certificate }: NonNullable<ListenerOptions['tls']>,
  limits: object,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const secure = {
    ...{ key, cert: certificate, minVersion: 'TLSv1.2' as const },
    handshakeTimeout: registryLimits.handshakeMilliseconds,
  };
  const server = createTlsServer({ ...limits, ...secure }, listener);
  limitByAddress(server);
  return server;
}

/** One machine must not take all connections away from the others. */
function limitByAddress(server: Server): void {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (open.get(address) ?? 0) + 1;
    if (count > registryLimits.connectionsPerAddress) {
      socket.destroy();
      return;
    }
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}

function listenFailure(error: Error, port: number): DockerCommsError {
  if (systemErrorCode(error) !== 'EADDRINUSE') return toDockerCommsError(error);
  return new DockerCommsError('conflict', `Port ${port} is in use by another program.`, {
    cause: error,
    detail: { port },
  });
}
