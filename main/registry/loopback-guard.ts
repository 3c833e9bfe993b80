/**
 * Who may talk to a server on this computer's loopback.
 *
 * Threat: any page in any browser on this computer can send requests to 127.0.0.1. Cross-origin rules hide most
 * answers from it, but not the effect of a request; and a page whose own name is made to resolve to 127.0.0.1 after it
 * loaded (DNS rebinding) is same-origin to the browser and sees answers too. The registry has no login that would
 * stop it.
 *
 * Rule: the `Host` must be a loopback address or `localhost`, with our port (RFC 9110, section 7.2; a rebound name is neither), and nothing
 * that a browser marks as started by a page gets through. Registry clients send no `Origin` and no `Sec-Fetch-Site`.
 * Must-fail vectors: "web pages" in test/registry/attacks.test.ts, and "hosts" in test/registry/parsers.test.ts.
 */
import type { IncomingMessage } from 'node:http';
import { registryError } from './errors.ts';

const loopbackName = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;

/** Throws `DENIED` unless this request was meant for us and no web page sent it. */
export function guardLoopback(request: IncomingMessage, port: number): void {
  const { headersDistinct: headers } = request;
  const hosts = headers.host ?? [];
  if (hosts.length !== 1 || !isOurHost(hosts[0] ?? '', port)) {
    throw registryError('DENIED', 'This registry answers only to the loopback address it listens on.');
  }
  refuseWebPages(request);
}

/** Throws `DENIED` for what a browser marks as started by a page. */
export function refuseWebPages({ headersDistinct: headers }: IncomingMessage): void {
  if (headers.origin !== undefined || !isOwnDoing(headers['sec-fetch-site'])) {
    throw registryError('DENIED', 'Web pages may not use this registry.');
  }
}

/** True for `localhost`, 127.0.0.0/8 and `[::1]` with this port (which is left out only where it is 80). */
export function isOurHost(host: string, port: number): boolean {
  const colon = /:\d{1,5}$/.exec(host);
  const name = (colon === null ? host : host.slice(0, colon.index)).toLowerCase();
  const given = colon === null ? 80 : Number(colon[0].slice(1));
  return given === port && isLoopbackName(name);
}

/** True for what a server may listen on without being reachable from elsewhere; IPv6 in brackets. */
export function isLoopbackName(name: string): boolean {
  return loopbackName.test(name);
}

function isOwnDoing(site: readonly string[] | undefined): boolean {
  return site === undefined || site.every((value) => value === 'none' || value === 'same-origin');
}
