import type { Clock } from '../../base/clock.ts';
import { DockerCommsError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { proxyOfPacAnswer } from '../../oci/pac-answer.ts';
import type { ProxyServer } from '../../oci/proxy.ts';

/** Milliseconds that an answer counts: requests come in bursts, and who changes a setting does not wait long. */
const keptMs = 15_000;
/** Origins that are remembered; redirects, chosen by the other side, could name any number. */
const originsRemembered = 64;

/** Asks the system for the way to an origin; the answer is a PAC file's (`PROXY host:port;DIRECT`). */
export type AskSystemProxy = (origin: URL) => Promise<string>;

interface Known {
  readonly answer: Promise<string>;
  readonly until: number;
}

/** What the system's settings say about proxies. It is told origins only, never what is asked for there. */
export class SystemProxies {
  readonly #ask: AskSystemProxy;
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();

  constructor(ask: AskSystemProxy, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** Null: none is needed. Fails `invalid` and `unsupported` as `proxyOfPacAnswer`, `network` without an answer. */
  async for({ origin }: URL): Promise<ProxyServer | null> {
    return proxyOfPacAnswer(await this.#answer(origin));
  }

  #answer(origin: string): Promise<string> {
    const now = this.#clock.now();
    const known = this.#known.get(origin);
    if (known !== undefined && now < known.until) return known.answer;
    this.#known.delete(origin);
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= originsRemembered) this.#known.delete(oldest);
    const answer = this.#inTime(this.#ask(new URL(origin)));
    this.#known.set(origin, { answer, until: now + keptMs });
    // The next request asks again.
    answer.catch(() => this.#known.delete(origin));
    return answer;
  }

  /** A system that looks for its settings in the network may take long: no longer than a connection. */
  async #inTime(answer: Promise<string>): Promise<string> {
    let stop: (() => void) | undefined;
    const late = new Promise<null>((resolve) => {
      stop = this.#clock.after(limits.connectMilliseconds, () => resolve(null));
    });
    const said = await Promise.race([answer.catch(() => null), late]);
    stop?.();
    if (said !== null) return said;
    throw new DockerCommsError('network', 'This computer does not say which proxy to use. Try again later.');
  }
}
