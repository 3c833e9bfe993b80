import type { Dispatcher } from 'undici';
import { systemClock, type Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { HostGate } from './host-gate.ts';
import { Warnings, type RegistryWarning } from './warnings.ts';
import { plainNetwork, type Network } from './network.ts';
import { NetworkRoutes, oneRoute, type Routes } from './routes.ts';

/**
 * Requests to one host at once, over all repositories there. Small ones are all round trip, and a mailbox has thousands:
 * sixteen make that sixteen times shorter and are still fewer than what one pull of an image with many layers opens.
 * Large transfers are bounded by memory (`limits.transferMemoryBytes`, `limits.chunksAtOnce`) before they get here. It
 * must stay above the chunks of all downloads together, which may wait for each other.
 */
export const requestsPerHost = 16;
/** An idle connection is kept this long: under the 30 s and 60 s after which common load balancers cut silently. */
const keepAliveMs = 20_000;

/** Until a server must begin to answer. While a large body goes out, every piece that leaves begins this anew. */
export const headersTimeoutMs = 60_000;
/** The longest pause inside an answer. A consumer that pauses does not count. */
export const idleBodyTimeoutMs = 60_000;

/** Hosts that are remembered; redirects, chosen by the other side, could name any number. */
const hostsRemembered = 64;

export interface ConnectionsOptions {
  readonly clock?: Clock | undefined;
  /** How hosts are reached; left out: straight. */
  readonly network?: Network | undefined;
  /** What carries the requests, in place of what `network` asks for; closed with this either way. */
  readonly dispatcher?: Dispatcher | undefined;
  /** Told once of everything that a registry warns of. */
  readonly onWarning?: ((warning: RegistryWarning) => void) | undefined;
}

/**
 * How this process talks to registries: the connections, and for each host (scheme, name and port; storage hosts and
 * token services are hosts of their own) the gate through which every request goes. Shared by all repositories that
 * should be one client to their host; the owner closes it.
 */
export class Connections {
  #routes: Routes;
  #network: Network;
  readonly #clock: Clock;
  /** What registries warned of. */
  readonly warnings: Warnings;
  readonly #gates = new Map<string, HostGate>();

  constructor(options: ConnectionsOptions = {}) {
    const { clock = systemClock, network = plainNetwork, dispatcher, onWarning } = options;
    this.warnings = new Warnings(onWarning);
    this.#clock = clock;
    this.#network = network;
    this.#routes = dispatcher === undefined ? routesBy(network) : oneRoute(dispatcher);
  }

  /** Calls `send` with what carries requests to `target` now. Fails where it is not known which proxy leads there. */
  async through<T>(target: URL, send: (dispatcher: Dispatcher) => Promise<T>): Promise<T> {
    const routes = this.#routes;
    const dispatcher = await routes.to(target);
    // Where the rules changed meanwhile, the new ones count; the old connections take nothing more.
    return routes === this.#routes ? send(dispatcher) : this.through(target, send);
  }

  get network(): Network {
    return this.#network;
  }

  /** New requests go by these rules at once; those under way end on the connections that they have. */
  useNetwork(network: Network): void {
    const old = this.#routes;
    this.#network = network;
    this.#routes = routesBy(network);
    // It fails only where it was destroyed meanwhile.
    old.close().catch(() => undefined);
  }

  /** The gate to the host of `url`. */
  gate({ origin, host }: URL): HostGate {
    const known = this.#gates.get(origin);
    if (known !== undefined) return known;
    if (this.#gates.size >= hostsRemembered) this.#forgetIdle();
    const gate = new HostGate({ host, clock: this.#clock, limit: requestsPerHost });
    this.#gates.set(origin, gate);
    return gate;
  }

  /** Ends what is still running. */
  close(): Promise<void> {
    return this.#routes.destroy();
  }

  #forgetIdle(): void {
    for (const [origin, gate] of this.#gates) {
      if (gate.isIdle) this.#gates.delete(origin);
    }
  }
}

/**
 * One pool of connections for each host. HTTP/1.1 only, because parallel connections are what moves large blobs, and one
 * HTTP/2 window is not.
 */
function routesBy(network: Network): Routes {
  return new NetworkRoutes(network, {
    connections: requestsPerHost,
    pipelining: 1,
    allowH2: false,
    connect: { timeout: limits.connectMilliseconds },
    keepAliveTimeout: keepAliveMs,
    headersTimeout: headersTimeoutMs,
    bodyTimeout: idleBodyTimeoutMs,
  });
}
