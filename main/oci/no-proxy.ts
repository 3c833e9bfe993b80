/**
 * Hosts that are reached without a proxy (`NO_PROXY`, as Go's `httpproxy` reads it:
 * https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config).
 * Must-fail vectors: test/oci/no-proxy.test.ts.
 */
import { BlockList, isIP } from 'node:net';
import { isLoopbackHost } from './reference.ts';

/**
 * Hosts that are reached without a proxy, as `NO_PROXY` lists them. The rules are those of Go's `httpproxy`, because
 * that is what container tools follow: entries stand between commas (white space will do, as curl has it);
 * `example.com` means the name and everything below it, `.example.com` and `*.example.com` only what is below, an
 * address means itself, `10.0.0.0/8` every address in it, `*` everything; a port behind an entry makes it mean that
 * port only. Names are never looked up. What makes no sense is left out.
 */
export class NoProxy {
  readonly #entries: readonly Matches[];

  constructor(list: string) {
    this.#entries = list
      .slice(0, longestList)
      .split(/[\s,]+/)
      .map(parseEntry)
      .filter((entry) => entry !== null);
  }

  /** Whether `target` is reached directly. This computer always is: a proxy would ask itself. */
  covers(target: URL): boolean {
    const name = nameOf(target.hostname);
    if (isLoopbackHost(target.host) || name === 'localhost') return true;
    const port = target.port === '' ? defaultPorts[target.protocol] : target.port;
    return this.#entries.some((matches) => matches({ name, port, family: isIP(name) }));
  }
}

interface Target {
  /** Lower case, without brackets and without the dot at its end. */
  readonly name: string;
  readonly port: string | undefined;
  /** 0: a name. */
  readonly family: number;
}
type Matches = (target: Target) => boolean;

/** Characters of the list: a variable of the environment is bounded by the system, a setting by its schema; this is above both. */
const longestList = 128 * 1024;
const defaultPorts: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

function nameOf(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

function parseEntry(text: string): Matches | null {
  const entry = text.toLowerCase();
  if (entry === '') return null;
  if (entry === '*') return () => true;
  const network = parseNetwork(entry);
  if (network !== null) return network;
  const [host, port] = splitPort(entry);
  const matchesHost = matcherOf(host);
  if (matchesHost === null) return null;
  return (target) => (port === undefined || target.port === port) && matchesHost(target);
}

/** `10.0.0.0/8`, `fd00::/8`. */
function parseNetwork(entry: string): Matches | null {
  const [, address = '', bits = ''] = /^([^/]*)\/(\d{1,3})$/.exec(entry) ?? [];
  const family = isIP(address);
  if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) return null;
  const list = new BlockList();
  list.addSubnet(address, Number(bits), familyName(family));
  return (target) => isIn(list, target);
}

/** `host:port` taken apart; an IPv6 address with a port is in brackets. */
function splitPort(entry: string): [host: string, port: string | undefined] {
  if (isIP(entry) === 6) return [entry, undefined];
  const [, host = '', port] = /^(.*?)(?::(\d{1,5}))?$/.exec(entry) ?? [];
  return [host, port];
}

function matcherOf(text: string): Matches | null {
  if (text === '*') return () => true;
  const host = nameOf(text);
  const family = isIP(host);
  if (family !== 0) {
    const list = new BlockList();
    list.addAddress(host, familyName(family));
    return (target) => isIn(list, target);
  }
  const below = host.startsWith('*.') ? host.slice(1) : host;
  if (below === '' || below === '.' || /[*/:]/.test(below)) return null;
  if (below.startsWith('.')) return ({ name }) => name.endsWith(below);
  return ({ name }) => name === below || name.endsWith(`.${below}`);
}

function isIn(list: BlockList, { name, family }: Target): boolean {
  return family !== 0 && list.check(name, familyName(family));
}

function familyName(family: number): 'ipv4' | 'ipv6' {
  return family === 4 ? 'ipv4' : 'ipv6';
}
