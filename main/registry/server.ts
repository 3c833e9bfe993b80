/** The embedded registry's HTTP server: loopback only, its limits, and its end. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock, type Clock } from '../base/clock.ts';
import { DockerCommsError, systemErrorCode, toDockerCommsError } from '../base/errors.ts';
import { answerError, setCommonHeaders, type Exchange } from './exchange.ts';
import { registryLimits } from './limits.ts';
import { guardLoopback, isLoopbackName } from './loopback-guard.ts';
import { Registry } from './registry.ts';
import { parseTarget } from './routes.ts';

export interface RegistryOptions {
  /** Absolute folder with everything the registry keeps; made when missing. */
  readonly folder: string;
  /** A loopback address; 127.0.0.1 when absent. */
  readonly host?: string;
  /** 0 means any free one. */
  readonly port: number;
  /** Hears of every failure on this side (status 500 and up), for the log. */
  readonly onFailure?: (error: DockerCommsError) => void;
  readonly clock?: Clock;
}

export interface RunningRegistry {
  /** `127.0.0.1:port`, as it stands in references. */
  readonly host: string;
  readonly port: number;
  /** Ends connections and open uploads, and gives the folder free. Running requests get two seconds. */
  close(): Promise<void>;
}

/**
 * Serves `options.folder` as an OCI registry (distribution specification 1.1) on loopback. Throws `invalid` for an
 * address that others could reach, `conflict` when the port or the folder is taken (`detail.port` for the port),
 * `storage` when the folder cannot be used.
 */
export async function startRegistry(options: RegistryOptions): Promise<RunningRegistry> {
  const host = options.host ?? '127.0.0.1';
  const shown = host.includes(':') ? `[${host}]` : host;
  if (!isLoopbackName(shown)) {
    throw new DockerCommsError(
      'invalid',
      'The embedded registry listens on this computer only, e.g. 127.0.0.1.',
    );
  }
  const registry = await Registry.open(options.folder, options.clock ?? systemClock).catch(
    (error: unknown) => {
      throw toDockerCommsError(error);
    },
  );
  const front = new Front(registry, options.onFailure ?? (() => undefined));
  try {
    const port = await front.listen(host, options.port);
    return { host: `${shown}:${port}`, port, close: () => front.close() };
  } catch (error) {
    await registry.close();
    throw error;
  }
}

class Front {
  readonly #registry: Registry;
  readonly #onFailure: (error: DockerCommsError) => void;
  readonly #server: Server;
  readonly #running = new Set<Promise<void>>();
  #port = 0;
  #closing: Promise<void> | null = null;

  constructor(registry: Registry, onFailure: (error: DockerCommsError) => void) {
    this.#registry = registry;
    this.#onFailure = onFailure;
    this.#server = limitedServer((request, response) => {
      const answering = this.#answer(request, response).finally(() => this.#running.delete(answering));
      this.#running.add(answering);
    });
  }

  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) => reject(listenFailure(error, port)));
      this.#server.listen({ host, port, exclusive: true }, () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve(this.#port);
      });
    });
  }

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
    await this.#registry.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.once('close', () => this.#endIdleConnections());
    if (this.#closing !== null) response.setHeader('connection', 'close');
    try {
      setCommonHeaders(response);
      await this.#guarded(request, response);
    } catch (error) {
      this.#fail({ request, response }, error);
    }
  }

  async #guarded(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      guardLoopback(request, this.#port);
    } catch (error) {
      response.setHeader('connection', 'close');
      throw error;
    }
    const { route, query } = parseTarget(request.url ?? '');
    await this.#registry.answer({ request, response, query }, route);
  }

  #fail(exchange: Pick<Exchange, 'request' | 'response'>, error: unknown): void {
    // Whoever hung up does not hear an answer, and their leaving is no failure of ours.
    if (isHangUp(error)) return;
    const { status } = answerError(exchange, error);
    if (status >= 500) this.#onFailure(toDockerCommsError(error));
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

function limitedServer(listener: (request: IncomingMessage, response: ServerResponse) => void): Server {
  const server = createServer(
    {
      maxHeaderSize: registryLimits.headerBytes,
      headersTimeout: registryLimits.headersMilliseconds,
      keepAliveTimeout: registryLimits.keepAliveMilliseconds,
      // A large blob over a slow disk may take as long as it moves; `timeout` ends what does not.
      requestTimeout: 0,
      noDelay: true,
    },
    listener,
  );
  server.timeout = registryLimits.silentMilliseconds;
  server.maxConnections = registryLimits.connections;
  return server;
}

function listenFailure(error: Error, port: number): DockerCommsError {
  if (systemErrorCode(error) !== 'EADDRINUSE') return toDockerCommsError(error);
  return new DockerCommsError('conflict', `Port ${port} is in use by another program.`, {
    cause: error,
    detail: { port },
  });
}
