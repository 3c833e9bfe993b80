/**
 * Where the browser comes back to after signing in (RFC 8252, section 7.3): a port of this computer, for one sign-in.
 * Must-fail vectors: test/trust/sign-in.test.ts.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nodeHttp } from '../base/node-http.ts';

const path = '/auth/callback';

export interface LoopbackRedirect {
  readonly url: URL;
  close(): void;
}

/**
 * Listens (and keeps the process alive) on 127.0.0.1 and a free port until it is closed. `onAnswer` is given the query of
 * each visit and says whether it belongs to this sign-in; any page may send the browser here, so others are refused and
 * change nothing. Null where no port can be had.
 */
export async function openLoopbackRedirect(
  onAnswer: (query: URLSearchParams) => boolean,
): Promise<LoopbackRedirect | null> {
  const server = nodeHttp().createServer((request, response) => {
    const url = visited(request, server.address() as AddressInfo | null);
    const taken = url !== null && onAnswer(url.searchParams);
    reply(response, taken ? 200 : 400);
  });
  const listening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(0, '127.0.0.1', () => resolve(true));
  });
  if (!listening) return null;
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}${path}`),
    close() {
      server.close();
      server.closeIdleConnections();
    },
  };
}

/** Null for anything but a visit under the address that was given out: another name may be another's (DNS rebinding). */
function visited({ method, url, headers }: IncomingMessage, address: AddressInfo | null): URL | null {
  if (method !== 'GET' || url === undefined || headers.host !== `127.0.0.1:${address?.port}`) return null;
  const target = URL.parse(url, `http://${headers.host}`);
  return target?.pathname === path ? target : null;
}

function reply(response: ServerResponse, status: 200 | 400): void {
  const words =
    status === 200
      ? ['Back to DockerComms', 'You can close this page and go back to DockerComms.']
      : ['Not a sign-in', 'This page does not belong to a sign-in of DockerComms that is under way.'];
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  response.end(
    `<!doctype html><html lang="en"><meta name="color-scheme" content="light dark"><title>${words[0]}</title><h1>${words[0]}</h1><p>${words[1]}</p></html>`,
  );
}
