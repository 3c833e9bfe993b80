/**
 * What the system's settings say about the way to a host, in the form in which Chromium says it
 * (https://chromium.googlesource.com/chromium/src/+/HEAD/net/docs/proxy.md).
 * Must-fail vectors: test/oci/pac-answer.test.ts.
 */
import { DockerCommsError } from '../base/errors.ts';
import { parseProxy, type ProxyServer } from './proxy.ts';

/** Characters of an answer: a dozen proxies with the longest names. */
const longestAnswer = 4096;

/** `PROXY host:port`: the host as a name, an IPv4 address, or an IPv6 address in brackets. */
const namedProxy =
  /^(PROXY|HTTPS|SOCKS|SOCKS4|SOCKS5|QUIC) ((?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[1-9][0-9]{0,4})$/;

/** The ones that are spoken here. `PROXY` is reached without encryption; what goes to registries is encrypted in it. */
const schemes: Readonly<Record<string, string>> = { PROXY: 'http', HTTPS: 'https' };

/**
 * The first proxy that can be used of an answer such as `SOCKS5 a:1080;PROXY b:3128;DIRECT`; null: none is needed. As
 * the result of `FindProxyForURL` in a proxy auto-configuration file. All of it has to be in order: fails `invalid`
 * where something is not, and `unsupported` where it names nothing but what is not spoken here (SOCKS, QUIC).
 */
export function proxyOfPacAnswer(answer: string): ProxyServer | null {
  if (answer.length > longestAnswer) throw notUnderstood();
  const entries = answer.split(';').map((entry) => parseEntry(entry.trim()));
  const usable = entries.find((entry) => entry !== 'unsupported');
  if (usable === undefined) {
    throw new DockerCommsError(
      'unsupported',
      'This computer’s settings name a SOCKS proxy, and only HTTP proxies are supported. Enter one under Settings → Network, or choose that there is none.',
      { detail: { reason: 'proxy-address' } },
    );
  }
  return usable === 'direct' ? null : usable;
}

function parseEntry(entry: string): ProxyServer | 'direct' | 'unsupported' {
  if (entry === 'DIRECT') return 'direct';
  const [, kind = '', place = ''] = namedProxy.exec(entry) ?? [];
  const scheme = schemes[kind];
  if (!URL.canParse(`http://${place}`)) throw notUnderstood();
  return scheme === undefined ? 'unsupported' : parseProxy(`${scheme}://${place}`);
}

function notUnderstood(): DockerCommsError {
  return new DockerCommsError(
    'invalid',
    'What this computer’s settings say about proxies cannot be understood. Choose one under Settings → Network.',
    { detail: { reason: 'proxy-address' } },
  );
}
