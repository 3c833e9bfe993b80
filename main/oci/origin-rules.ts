/**
 * Where a registry may send us. Redirects, upload Locations, Link headers and token realms are chosen by the other
 * side, so they are attacker-controlled: a registry (or somebody in front of it) could point them at a host that
 * collects credentials, at plain HTTP where anybody can listen, or at services of this computer that trust loopback.
 * HTTP libraries follow whatever they are told. The rules:
 *
 * - credentials only ever go to the registry's own origin (scheme, host and port), and to a permitted realm;
 * - never from https to http; plain HTTP is for loopback, and for a host that a person chose to reach so: that one may
 *   send us elsewhere within its own origin, and to https;
 * - never from somewhere else to this computer.
 */
import { isIP } from 'node:net';
import { isLoopbackHost } from './reference.ts';

/** Why a target is refused; null when it may be used. */
export type Refusal = 'unencrypted' | 'loopback' | 'scheme' | 'credentials-in-url';

/** Whether a redirect or Location that came from `from` may lead to `to`. */
export function refuseTarget(from: URL, to: URL): Refusal | null {
  if (to.protocol !== 'https:' && to.protocol !== 'http:') return 'scheme';
  if (to.username !== '' || to.password !== '') return 'credentials-in-url';
  if (!isSameOrigin(from, to) && !isLoopbackHost(from.host) && meansThisComputer(to)) return 'loopback';
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
  const name = url.hostname.toLowerCase().replace(/\.$/, '');
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
