/** Which of the network's settings may be what a connection lacks: before there is an account, the settings are not at hand. */
import type { ErrorView } from '../../preload/contract/answer.ts';
import type { ConnectionReport } from '../../preload/contract/connection.ts';
import { isOfProxy } from '../state/way-out.ts';

/**
 * `proxy`: the proxy said no, or nothing. `maybe-proxy`: nothing answers, as in networks where only a proxy leads out.
 * `authorities`, `client-certificate`: what TLS lacks.
 */
export interface NetworkOffer {
  readonly kind: 'proxy' | 'maybe-proxy' | 'authorities' | 'client-certificate';
  /** Address of the proxy that failed; null: none did. */
  readonly proxy: string | null;
}

type Failure = Pick<ErrorView, 'code' | 'detail'>;

/** Null: nothing of the network stands in the way. */
export function networkOffer(error: Failure): NetworkOffer | null {
  const kind = kindOf(error);
  const { proxy } = error.detail;
  return kind === null ? null : { kind, proxy: typeof proxy === 'string' ? proxy : null };
}

function kindOf(error: Failure): NetworkOffer['kind'] | null {
  if (isOfProxy(error)) return 'proxy';
  const { reason } = error.detail;
  if (reason === 'client-certificate') return reason;
  if (reason === 'untrusted-certificate') return 'authorities';
  return reason === undefined && error.code === 'network' ? 'maybe-proxy' : null;
}

/** Of a finished test: only what keeps the registry from being reached can be the network's. */
export function networkOfferOf(report: ConnectionReport): NetworkOffer | null {
  const failures = report.checks.map(({ error }) => error).filter((error) => error !== undefined);
  const offers = failures.map(networkOffer).filter((offer) => offer !== null);
  if (report.checks.some(({ name, outcome }) => name === 'reach' && outcome === 'passed')) {
    return offers.find(({ kind }) => kind !== 'maybe-proxy') ?? null;
  }
  return offers[0] ?? null;
}
