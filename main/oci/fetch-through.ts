import type { Connections } from './connections.ts';
import { exchangeOnce, headerOf, readBody, type Method } from './transport.ts';

/** What libraries need of `fetch`: no redirects, no cookies, no cache. */
export type Fetch = (url: string | URL, init?: FetchInit) => Promise<Response>;

export interface FetchInit {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | URLSearchParams | null | undefined;
  readonly signal?: AbortSignal | null | undefined;
}

/** Statuses whose answers have no body (Fetch standard, "null body status"). */
const withoutBody: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * A `fetch` that goes the way of everything else: proxy, authorities, gates. It reads at most `limit` bytes of an answer
 * and follows no redirects: who is asked may get secrets. Fails `network`, `cancelled`, `too-large`, `protocol`.
 */
export function fetchThrough(connections: Connections, limit: number): Fetch {
  return async (url, { method = 'GET', headers = {}, body, signal } = {}) => {
    const bytes = bytesOf(body);
    const answer = await exchangeOnce(connections, {
      method: method.toUpperCase() as Method,
      url: new URL(url),
      headers,
      ...(bytes !== null && { body: () => bytes }),
      ...(signal && { signal }),
    });
    const content = await readBody(answer, limit);
    const contentType = headerOf(answer, 'content-type');
    const location = headerOf(answer, 'location');
    return new Response(withoutBody.has(answer.status) ? null : new Uint8Array(content), {
      status: answer.status,
      headers: {
        ...(contentType !== undefined && { 'content-type': contentType }),
        ...(location !== undefined && { location }),
      },
    });
  };
}

function bytesOf(body: FetchInit['body']): Uint8Array | null {
  if (body === null || body === undefined) return null;
  return body instanceof Uint8Array ? body : Buffer.from(body.toString(), 'utf8');
}
