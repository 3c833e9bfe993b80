/**
 * Who may talk to the registry over the network: people with a name and a password, over TLS, and no web page.
 *
 * Threats: guessing (passwords have 100 bits, wrong ones make an address wait, and hashing is bounded, so that guessing
 * neither succeeds nor keeps the owner's computer busy); telling names apart (a name that nobody has takes as long and
 * answers the same); a page in a guest's browser that uses a login which that browser remembers.
 * Must-fail vectors (of the login: RFC 7617): test/registry/network.test.ts.
 */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../base/clock.ts';
import type { Client } from './client.ts';
import { registryError } from './errors.ts';
import type { Guests } from './guests.ts';
import { refuseWebPages } from './loopback-guard.ts';
import { SlowDown } from './slow-down.ts';

export class NetworkGuard {
  readonly #guests: Guests;
  readonly #repository: string;
  readonly #slowDown: SlowDown;
  /** Under way: a client opens several connections at once, and its password is hashed once. */
  readonly #checks = new Map<string, Promise<boolean>>();

  constructor(guests: Guests, repository: string, clock: Clock) {
    this.#guests = guests;
    this.#repository = repository;
    this.#slowDown = new SlowDown(clock);
  }

  /** Throws `UNAUTHORIZED`, `DENIED`, `TOOMANYREQUESTS`. */
  async admit(request: IncomingMessage): Promise<Client> {
    refuseWebPages(request);
    const login = parseBasic(request.headers.authorization);
    if (login === null) throw unauthorized();
    const { name, password } = login;
    if (!this.#guests.knows(name, password)) {
      const accepted = await this.#once(name, password, request.socket.remoteAddress ?? '');
      if (!accepted) throw unauthorized();
    }
    return { kind: 'guest', name, repository: this.#repository };
  }

  #once(name: string, password: string, address: string): Promise<boolean> {
    const key = JSON.stringify([address, name, password]);
    const running = this.#checks.get(key);
    if (running !== undefined) return running;
    const check = this.#check(name, password, address).finally(() => this.#checks.delete(key));
    this.#checks.set(key, check);
    return check;
  }

  async #check(name: string, password: string, address: string): Promise<boolean> {
    const wait = this.#slowDown.wait(address);
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1000);
      throw registryError('TOOMANYREQUESTS', 'Too many wrong passwords. Wait, then try again.', {
        retryAfterSeconds: seconds,
      });
    }
    // Counted before the answer is known: attempts side by side must not all be free.
    this.#slowDown.failed(address);
    const accepted = await this.#guests.accepts(name, password);
    if (accepted) this.#slowDown.succeeded(address);
    return accepted;
  }
}

function unauthorized(): Error {
  return registryError('UNAUTHORIZED', 'A name and a password are needed here.');
}

/**
 * The name and password of `Authorization: Basic …` (RFC 7617). Attacker-controlled: the longest name and our passwords fit
 * into 1,024 characters of base64 several times, and more is not decoded.
 */
export function parseBasic(
  header: string | undefined,
): { readonly name: string; readonly password: string } | null {
  const encoded = /^Basic +([A-Za-z0-9+/]{1,1024}={0,2})$/i.exec(header ?? '')?.[1];
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 1 ? null : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}
