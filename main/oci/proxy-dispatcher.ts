import type { Duplex } from 'node:stream';
import { Pool, ProxyAgent, type Dispatcher } from 'undici';
import { basicAuthorization } from './credentials.ts';
import { proxyFailure, proxyRefusal } from './proxy-problems.ts';
import type { ProxyServer } from './proxy.ts';

export interface ProxyDispatcherOptions {
  readonly proxy: ProxyServer;
  readonly target: URL;
  readonly pool: Pool.Options;
  /** For the connection to the target, inside the tunnel. */
  readonly requestTls: ConnectOptions;
  /** For the connection to the proxy. */
  readonly proxyTls: ConnectOptions;
}

type ConnectOptions = Readonly<Record<string, unknown>>;

/**
 * Connections to one origin through a proxy: a tunnel (RFC 9110, section 9.3.6) for https, so that the proxy sees
 * nothing but the host; for http the request itself in absolute form (RFC 9112, section 3.2.2), because proxies seldom
 * open tunnels to other ports than 443. Whatever fails before the proxy has done its part is said of the proxy.
 */
export function proxyDispatcher(options: ProxyDispatcherOptions): Dispatcher {
  return options.target.protocol === 'https:' ? tunnels(options) : forwarded(options);
}

function tunnels({ proxy, target, pool, requestTls, proxyTls }: ProxyDispatcherOptions): Dispatcher {
  const { login } = proxy;
  return new ProxyAgent({
    ...pool,
    uri: proxy.address.href,
    ...(login !== null && { token: basicAuthorization(login) }),
    requestTls,
    proxyTls,
    clientFactory: (address, connector) =>
      new Pool(address, { ...pool, ...connector }).compose(
        (dispatch) => (request, handler) => dispatch(request, new ProxyWatch(handler, proxy, target)),
      ),
  });
}

function forwarded({ proxy, target, pool, proxyTls }: ProxyDispatcherOptions): Dispatcher {
  const { login } = proxy;
  const proxyHeaders = login === null ? {} : { 'proxy-authorization': basicAuthorization(login) };
  return new Pool(proxy.address, { ...pool, connect: proxyTls }).compose(
    (dispatch) => (request, handler) =>
      dispatch(
        {
          ...request,
          path: `${target.origin}${request.path}`,
          headers: { ...(request.headers as Record<string, string>), host: target.host, ...proxyHeaders },
        },
        new ProxyWatch(handler, proxy, target),
      ),
  );
}

/** Hands everything on, but says of the proxy what concerns the proxy. */
class ProxyWatch implements Dispatcher.DispatchHandler {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #proxy: ProxyServer;
  readonly #target: URL;
  #answered = false;

  constructor(handler: Dispatcher.DispatchHandler, proxy: ProxyServer, target: URL) {
    this.#handler = handler;
    this.#proxy = proxy;
    this.#target = target;
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#handler.onRequestStart?.(controller, context);
  }

  /** The answer to CONNECT, whatever its status. */
  onRequestUpgrade(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Parameters<NonNullable<Dispatcher.DispatchHandler['onRequestUpgrade']>>[2],
    socket: Duplex,
  ): void {
    if (status !== 200) throw proxyRefusal(status, this.#proxy, this.#target);
    this.#handler.onRequestUpgrade?.(controller, status, headers, socket);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2],
    statusMessage?: string,
  ): void {
    if (status === 407) throw proxyRefusal(status, this.#proxy, this.#target);
    if (status >= 200) this.#answered = true;
    this.#handler.onResponseStart?.(controller, status, headers, statusMessage);
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Buffer): void {
    this.#handler.onResponseData?.(controller, piece);
  }

  onResponseEnd(
    controller: Dispatcher.DispatchController,
    trailers: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseEnd']>>[1],
  ): void {
    this.#handler.onResponseEnd?.(controller, trailers);
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    const failure = this.#answered ? error : proxyFailure(error, this.#proxy, this.#target);
    this.#handler.onResponseError?.(controller, failure);
  }
}
