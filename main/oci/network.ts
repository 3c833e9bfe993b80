import { Agent, Pool, type Dispatcher } from 'undici';
import { noPins, pinningConnector, type PinnedCertificates } from './pinned-certificate.ts';
import { noProxies, type ProxyServer } from './proxy.ts';
import { proxyDispatcher } from './proxy-dispatcher.ts';
import { TrustStore, usualTls, type HostTls } from './trust-store.ts';

/** How hosts are reached from here. Every request obeys it: redirects and token services too. */
export interface Network {
  /** Which proxy leads to `target`; null: none. Fails `invalid` or `unsupported` where what is configured is no proxy. */
  readonly proxyFor: (target: URL) => ProxyServer | null | Promise<ProxyServer | null>;
  /** For `host[:port]` as in a URL (without the port that its scheme has anyway). Fails `invalid` for bad files. */
  readonly tlsFor: (host: string) => HostTls;
  /** Whether a person chose to talk to this registry (`host[:port]`) without encryption. */
  readonly usesPlainHttp: (host: string) => boolean;
  /** Hosts that are trusted by one certificate alone, and reached without a proxy. */
  readonly pinnedCertificate: PinnedCertificates;
}

/** Straight to every host, with what this computer trusts. */
export const plainNetwork: Network = {
  proxyFor: noProxies,
  tlsFor: () => usualTls,
  usesPlainHttp: () => false,
  pinnedCertificate: noPins,
};

export interface NetworkConnectionOptions extends Omit<Pool.Options, 'connect' | 'factory'> {
  /** Of a connection; shared by those to hosts and those to proxies. */
  readonly connect: Readonly<Record<string, unknown>> & { readonly timeout: number };
}

/**
 * Connections through `proxy` (null: straight) by the rules of `network`, one pool for each origin. What the rules say of
 * trust is asked once for each pool.
 */
export function networkDispatcher(
  network: Network,
  proxy: ProxyServer | null,
  options: NetworkConnectionOptions,
): Agent {
  const trust = new TrustStore();
  const secured = (host: string) => ({ secureContext: trust.contextFor(network.tlsFor(host)) });
  return new Agent({
    factory: (origin): Dispatcher => {
      const target = new URL(origin);
      const tls = target.protocol === 'https:' ? secured(target.host) : {};
      const direct = { ...options.connect, ...tls };
      if (proxy === null) {
        const connect = pinningConnector(direct, network.pinnedCertificate);
        return new Pool(target.origin, { ...options, connect });
      }
      const proxyTls = proxy.address.protocol === 'https:' ? secured(proxy.address.host) : {};
      return proxyDispatcher({
        proxy,
        target,
        pool: options,
        requestTls: direct,
        proxyTls: { ...options.connect, ...proxyTls },
      });
    },
  });
}
