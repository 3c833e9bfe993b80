/**
 * Who may enter. Threats: other users and programs of this computer can connect to 127.0.0.1; other pages of the same
 * browser can send requests there; cookies ignore ports, so a page on another port of 127.0.0.1 would be sent ours.
 *
 * The rule: a one-time key, known only to who can read this user's terminal or home, is exchanged once for a cookie that
 * scripts cannot read and other sites do not send. The cookie carries the port in its name (two hosts do not overwrite
 * each other) and holds only below a random path, so the browser shows it to no other program on another port.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Unspent keys kept: more are asked for only by mistake, and the oldest goes. */
const unspentKeys = 8;

export class Doorkeeper {
  /** The random first segment of every path. Not a secret to the browser, but unknown to other pages. */
  readonly room = randomBytes(12).toString('base64url');
  readonly #keys: Buffer[] = [];
  readonly #sessions: Buffer[] = [];

  /** A new one-time key. */
  issueKey(): string {
    const key = randomBytes(32).toString('base64url');
    this.#keys.push(fingerprint(key));
    if (this.#keys.length > unspentKeys) this.#keys.shift();
    return key;
  }

  /** The cookie's value for a key that was never used before; null for every other. */
  redeem(key: string): string | null {
    const place = find(this.#keys, key);
    if (place === -1) return null;
    this.#keys.splice(place, 1);
    const session = randomBytes(32).toString('base64url');
    this.#sessions.push(fingerprint(session));
    return session;
  }

  /** True when the `Cookie` header carries a session of ours. */
  admits(cookieHeader: string | undefined, port: number): boolean {
    const session = cookies(cookieHeader).get(cookieName(port));
    return session !== undefined && find(this.#sessions, session) !== -1;
  }

  /** The `Set-Cookie` header for a session (RFC 6265bis). No `Secure`: this is plain HTTP on loopback. */
  setCookie(session: string, port: number): string {
    return `${cookieName(port)}=${session}; Path=/${this.room}/; HttpOnly; SameSite=Strict`;
  }
}

function cookieName(port: number): string {
  return `dockercomms-${port}`;
}

function fingerprint(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Compares with every entry and in constant time: how long it takes says nothing about how much was right. */
function find(entries: readonly Buffer[], text: string): number {
  const wanted = fingerprint(text);
  return entries.reduce((found, entry, index) => (timingSafeEqual(entry, wanted) ? index : found), -1);
}

function cookies(header: string | undefined): Map<string, string> {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='));
  return new Map(pairs.map(([name = '', value = '']) => [name, value]));
}
