/**
 * Where a request comes from. Threats: a foreign page posts a form, opens a WebSocket or loads us in a frame (the browser
 * would send along what it has); a foreign name is rebound to 127.0.0.1, so that the foreign page *is* our origin for
 * the browser. The platform does not help: WebSockets are outside the same-origin policy, `SameSite` counts another
 * port as the same site, and a rebound name passes every check on the page's side.
 *
 * The rule, for every request: `Host` is one of our two names with our port; `Origin`, where there is one, is exactly
 * that host's; `Sec-Fetch-Site` says same-origin, or `none` for a person's own navigation. What changes something, or
 * upgrades, must carry `Origin`.
 */
import type { IncomingHttpHeaders } from 'node:http';

export interface IncomingRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly upgrade: boolean;
}

export type Refusal = 'host' | 'origin' | 'site';

/** Why the request is not one of our own page's or a person's, or null when it is. */
export function refusal(request: IncomingRequest, port: number): Refusal | null {
  const { headers, method } = request;
  const host = headers.host ?? '';
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return 'host';
  const passive = (method === 'GET' || method === 'HEAD') && !request.upgrade;
  if (headers.origin === undefined ? !passive : headers.origin !== `http://${host}`) return 'origin';
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin') return null;
  return site === 'none' && passive ? null : 'site';
}
