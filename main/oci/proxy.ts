/**
 * Proxies as people and the environment write them (`HTTPS_PROXY`:
 * https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config).
 * Must-fail vectors: test/oci/proxy.test.ts.
 */
import { DockerCommsError } from '../base/errors.ts';
import type { BasicCredentials } from './credentials.ts';
import { NoProxy } from './no-proxy.ts';

/** A forward proxy: where it is, and how one logs in there. Nothing else ever gets that login. */
export interface ProxyServer {
  /** `http:` or `https:`; without path, user and password, so it may be shown. */
  readonly address: URL;
  readonly login: BasicCredentials | null;
}

/** Which proxy leads to `target`; null: none. Fails `invalid` or `unsupported` where what was configured is no proxy. */
export type ProxyChoice = (target: URL) => ProxyServer | null;

export const noProxies: ProxyChoice = () => null;

type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says about the way to `target`, by `wordOfEnvironment`; undefined: nothing. */
export type EnvironmentWord = (target: URL) => ProxyServer | null | undefined;

/** What it says counts, and where it says nothing, no proxy. */
export function proxiesOfEnvironment(environment: Environment): ProxyChoice {
  const word = wordOfEnvironment(environment);
  return (target) => word(target) ?? null;
}

/**
 * The proxies that the environment names: `HTTPS_PROXY` for https, `HTTP_PROXY` for http, `NO_PROXY` for exceptions,
 * each also in lower case (upper case first, as in Go). Within CGI a client chooses what `HTTP_PROXY` says (a header
 * `Proxy:` becomes it), so there only `http_proxy` counts.
 * The exceptions, and this computer always, are a word too: no proxy leads there.
 */
export function wordOfEnvironment(environment: Environment): EnvironmentWord {
  const read = (name: string): string | undefined =>
    nonEmpty(environment[name]) ?? nonEmpty(environment[name.toLowerCase()]);
  const cgi = environment.REQUEST_METHOD !== undefined;
  const addresses: Readonly<Record<string, string | undefined>> = {
    'https:': read('HTTPS_PROXY'),
    'http:': cgi ? nonEmpty(environment.http_proxy) : read('HTTP_PROXY'),
  };
  const exceptions = new NoProxy(read('NO_PROXY') ?? '');
  return (target) => {
    const address = addresses[target.protocol];
    if (exceptions.covers(target)) return null;
    return address === undefined ? undefined : parseProxy(address);
  };
}

/** One proxy for everything but the exceptions, which are written as in `NO_PROXY`. */
export function proxyForAll(proxy: ProxyServer, exceptions: string): ProxyChoice {
  const direct = new NoProxy(exceptions);
  return (target) => (direct.covers(target) ? null : proxy);
}

/**
 * A proxy as people write it: `proxy.example:3128`, `http://user:password@proxy.example:3128`. Fails `invalid`, and
 * `unsupported` for SOCKS and whatever else is not spoken here; the text, which may hold a password, is in no error.
 */
export function parseProxy(text: string): ProxyServer {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text.trim()) ? text.trim() : `http://${text.trim()}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : null;
  if (url === null || url.hostname === '') {
    throw new DockerCommsError('invalid', 'This is not the address of a proxy. Write it as host:port.', {
      detail: { reason: 'proxy-address' },
    });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new DockerCommsError('unsupported', 'Only HTTP proxies are supported, not SOCKS.', {
      detail: { reason: 'proxy-address' },
    });
  }
  return { address: new URL(url.origin), login: loginOf(url) };
}

function loginOf({ username, password }: URL): BasicCredentials | null {
  return username === '' ? null : { username: decoded(username), password: decoded(password) };
}

/** A stray percent sign is what somebody's password has in it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}
