import type { Agent, Dispatcher } from 'undici';
import { networkDispatcher, type Network, type NetworkConnectionOptions } from './network.ts';
import type { ProxyServer } from './proxy.ts';

/** What carries requests, by where they go. */
export interface Routes {
  /** What carries a request to `target` now: not to be kept. Fails where the rules for its proxy do. */
  to(target: URL): Promise<Dispatcher>;
  /** Takes no new requests; those under way come to their end. */
  close(): Promise<void>;
  /** Ends those under way too. */
  destroy(): Promise<void>;
}

/** One way to everywhere. */
export function oneRoute(dispatcher: Dispatcher): Routes {
  return {
    to: () => Promise.resolve(dispatcher),
    close: () => dispatcher.close(),
    destroy: () => dispatcher.destroy(),
  };
}

/**
 * By the rules of a network: straight, or through the proxy that they name. They are asked for every request, so that
 * what the system says may change; connections through another proxy are others.
 */
export class NetworkRoutes implements Routes {
  readonly #network: Network;
  readonly #options: NetworkConnectionOptions;
  readonly #agents = new Map<string, Agent>();
  #isClosed = false;

  constructor(network: Network, options: NetworkConnectionOptions) {
    this.#network = network;
    this.#options = options;
  }

  async to(target: URL): Promise<Dispatcher> {
    const { pinnedCertificate, proxyFor } = this.#network;
    const isPinned = target.protocol === 'https:' && pinnedCertificate(target.host) !== null;
    return this.#by(isPinned ? null : await proxyFor(target));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#agents.values()].map((agent) => agent.close()));
  }

  async destroy(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
  }

  #by(proxy: ProxyServer | null): Agent {
    // The environment may name one proxy with two logins, one for each scheme.
    const key = proxy === null ? '' : JSON.stringify([proxy.address.origin, proxy.login]);
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    const agent = networkDispatcher(this.#network, proxy, this.#options);
    this.#agents.set(key, agent);
    // What was found only after the end fails as everything then does.
    if (this.#isClosed) void agent.destroy();
    return agent;
  }
}
