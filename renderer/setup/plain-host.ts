import type { ConnectionReport } from '../../preload/contract/connection.ts';

/** The host of a report that failed because the registry answers only without encryption; null otherwise. */
export function plainHostOf(report: ConnectionReport | null): string | null {
  const detail = report?.checks
    .map(({ error }) => error?.detail)
    .find((each) => each?.reason === 'plain-http-only');
  return typeof detail?.host === 'string' ? detail.host : null;
}
