/**
 * Where a registry may send us. Redirects, upload Locations, Link headers and token realms are chosen by the other
 * side, so they are attacker-controlled: a registry (or somebody in front of it) could point them at a host that
 * collects credentials, at plain HTTP where anybody can listen, or at services of this computer that trust loopback.
 * HTTP libraries follow whatever they are told. The rules:
 *
 * - credentials only ever go to the registry's own origin (scheme, host and port), and to a permitted realm;
 * - never from https to http; plain HTTP is for loopback, and for a host that a person chose to reach so: that one may
 *   send us elsewhere within its own origin, and to https;
 * - never from somewhere else to this computer;
 * - never from anywhere to link-local addresses, where clouds answer every process of a machine with its keys.
 *
 * Private networks (10.0.0.0/8 and the like) are not refused over https: registries in companies do keep their storage
 * there, no login goes along, and whoever answers needs a certificate that this computer trusts for that very name or
 * address. Without encryption they are refused like everything else. A name is judged as it is written: what it resolves
 * to is found out only by connecting, and there TLS decides.
 */
import { isIP } from 'node:net';
import { isLoopbackHost } from './reference.ts';

/** Why a target is refused; null when it may be used. */
export type Refusal = 'unencrypted' | 'loopback' | 'link-local' | 'scheme' | 'credentials-in-url';

/** Whether a redirect or Location that came from `from` may lead to `to`. */
export function refuseTarget(from: URL, to: URL): Refusal | null {
  if (to.protocol !== 'https:' && to.protocol !== 'http:') return 'scheme';
  if (to.username !== '' || to.password !== '') return 'credentials-in-url';
  if (!isSameOrigin(from, to) && !isLoopbackHost(from.host) && meansThisComputer(to)) return 'loopback';
  if (!isSameOrigin(from, to) && isLinkLocal(to)) return 'link-local';
  return isUnencryptedStep(from, to) ? 'unencrypted' : null;
}

/** Being on plain HTTP with another computer means that a person chose this origin, and none other. */
function isUnencryptedStep(from: URL, to: URL): boolean {
  if (to.protocol !== 'http:') return false;
  return from.protocol === 'https:' || !(isLoopbackHost(to.host) || isSameOrigin(from, to));
}

/**
 * Whether the token service at `realm` may be given the credentials for `registry`. It often is another host
 * (auth.docker.io for registry-1.docker.io), so the registry's word counts; but https it must be, unless both ends are
 * plain HTTP on this computer, or it is the registry itself that a person chose to reach without encryption.
 */
export function refuseRealm(registry: URL, realm: URL): Refusal | null {
  return refuseTarget(registry, realm);
}

/** Same scheme, host and port (RFC 6454): the only place for the registry's credentials. */
export function isSameOrigin(one: URL, other: URL): boolean {
  return one.origin === other.origin && one.origin !== 'null';
}

/**
 * True for every name and address that may reach this computer: wider than `isLoopbackHost`, because here a doubt
 * means refusing. URL has already brought IPv4 in odd notations (`127.1`, `0x7f000001`) into the usual one.
 */
function meansThisComputer(url: URL): boolean {
  const name = nameOf(url);
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  if (name.startsWith('[')) return isInwardIPv6(name.slice(1, -1));
  return isIP(name) === 4 && (name.startsWith('127.') || name.startsWith('0.'));
}

/** `::`, `::1`, and 127.0.0.0/8 and 0.0.0.0/8 written as IPv4-mapped or IPv4-compatible addresses. */
function isInwardIPv6(address: string): boolean {
  return /^::(?:1|ffff:(?:7f[0-9a-f]{2}|0|[0-9a-f]{1,2}):[0-9a-f]{1,4}|7f[0-9a-f]{2}:[0-9a-f]{1,4})?$/.test(
    address,
  );
}

/** Names and addresses of clouds' metadata services beyond the link-local ranges (AWS, Google, Alibaba). */
const metadataServices: ReadonlySet<string> = new Set([
  'metadata.google.internal',
  'metadata',
  '[fd00:ec2::254]',
  '[fd20:ce::254]',
  '100.100.100.200',
]);
/** fe80::/10, and 169.254.0.0/16 as IPv4-mapped (::ffff:0:0/96), IPv4-compatible and NAT64 (64:ff9b::/96) addresses. */
const linkLocalIPv6 = /^\[(?:fe[89ab][0-9a-f]:|(?:::|::ffff:|64:ff9b::)a9fe:)/;

/** 169.254.0.0/16 and fe80::/10 (RFC 3927, RFC 4291), and what serves a cloud's metadata elsewhere. */
function isLinkLocal(url: URL): boolean {
  const name = nameOf(url);
  if (metadataServices.has(name) || linkLocalIPv6.test(name)) return true;
  return isIP(name) === 4 && name.startsWith('169.254.');
}

function nameOf({ hostname }: URL): string {
  return hostname.toLowerCase().replace(/\.$/, '');
}
