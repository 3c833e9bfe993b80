/** The registry on the network: whether it can be reached there, under which addresses, and by whom. */
import { hostname, networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { DockerCommsError } from '../base/errors.ts';
import { keptCertificate, type ServerCertificate } from './certificate.ts';
import type { Guests, Invitation, InvitedPerson } from './guests.ts';
import { Listener } from './listener.ts';
import { NetworkGuard } from './network-guard.ts';
import type { Registry } from './registry.ts';

export interface NetworkOptions {
  /** The address of this computer to listen on; null: all of them. */
  readonly address: string | null;
  /** 0 means any free one. */
  readonly port: number;
  /** The repository that people see; everything else stays the owner's. */
  readonly repository: string;
  /** Bytes of disk after which people's uploads are refused; null: what the disk has. */
  readonly quotaBytes: number | null;
}

export interface OpenNetwork {
  readonly port: number;
  /** `host:port` for others to use, the likeliest first. Empty while this computer is on no network. */
  readonly hosts: readonly string[];
  /** SHA-256 of the certificate, 64 lower-case hex digits. */
  readonly fingerprint: string;
  /** Milliseconds since 1970; it is renewed before. */
  readonly certificateExpiresAt: number;
}

export interface NetworkParts {
  readonly registry: Registry;
  readonly guests: Guests;
  /** The registry's folder. */
  readonly folder: string;
  readonly clock: Clock;
  readonly onFailure: (error: DockerCommsError) => void;
}

interface Opened {
  readonly listener: Listener;
  readonly options: NetworkOptions;
  readonly port: number;
  readonly certificate: ServerCertificate;
}

export class Network {
  readonly #parts: NetworkParts;
  #opened: Opened | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: NetworkParts) {
    this.#parts = parts;
  }

  /**
   * Lets invited people in: always over TLS, always with a password. Where it is open already, under the new options.
   * Throws `conflict` for a port that is taken, `storage` for a certificate that cannot be read.
   */
  open(options: NetworkOptions): Promise<OpenNetwork> {
    return this.#inTurn(async () => {
      await this.#close();
      this.#opened = await this.#listen(options);
      return this.#state(this.#opened);
    });
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#close());
  }

  /** Addresses are asked for anew: computers move between networks. Null while closed. */
  state(): OpenNetwork | null {
    return this.#opened === null ? null : this.#state(this.#opened);
  }

  /** Bytes on the disk, as far as they were counted: right while open. */
  get usedBytes(): number {
    return this.#parts.registry.quota.used;
  }

  people(): readonly InvitedPerson[] {
    return this.#parts.guests.list();
  }

  /** Throws `invalid`, `conflict`. */
  invite(name: string): Promise<Invitation> {
    return this.#parts.guests.invite(name);
  }

  /** Throws `not-found`. */
  revoke(name: string): Promise<void> {
    return this.#parts.guests.revoke(name);
  }

  async #listen(options: NetworkOptions): Promise<Opened> {
    const { registry, guests, folder, clock, onFailure } = this.#parts;
    const names = [...new Set([...hostNames(), ...addressesOf(options)])];
    const certificate = await keptCertificate(join(folder, 'certificate.json'), names, clock);
    await registry.quota.measure(folder);
    registry.quota.limit = options.quotaBytes;
    const guard = new NetworkGuard(guests, options.repository, clock);
    const listener = new Listener({
      ...{ registry, onFailure, tls: certificate },
      admit: (request) => guard.admit(request),
    });
    const port = await listener.listen(options.address, options.port);
    return { listener, options, port, certificate };
  }

  async #close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    await opened?.listener.close();
  }

  #state({ options, port, certificate }: Opened): OpenNetwork {
    const { fingerprint, expiresAt } = certificate;
    const hosts = addressesOf(options).map((address) => `${bracketed(address)}:${port}`);
    return { port, hosts, fingerprint, certificateExpiresAt: expiresAt };
  }

  #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(task);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

function hostNames(): readonly string[] {
  const name = hostname().toLowerCase();
  // What a certificate may name; a machine may be called anything.
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9-]+)*$/.test(name)) return ['localhost'];
  return name.includes('.') ? [name] : [name, `${name}.local`];
}

function addressesOf({ address }: NetworkOptions): readonly string[] {
  return address === null ? lanAddresses(networkInterfaces()) : [address];
}

/** Addresses under which other computers may find this one: IPv4 first, because people read it to each other. */
export function lanAddresses(
  interfaces: Readonly<Record<string, NetworkInterfaceInfo[] | undefined>>,
): readonly string[] {
  const all = Object.values(interfaces)
    .flatMap((infos) => infos ?? [])
    .filter(({ internal, address }) => !internal && !isLinkLocal(address));
  const [four, six] = [all.filter(({ family }) => family === 'IPv4'), all.filter((i) => i.family === 'IPv6')];
  return [...four, ...six].map(({ address }) => address);
}

/** Of this wire only, and in IPv6 no good without the name of an interface. */
function isLinkLocal(address: string): boolean {
  return address.startsWith('169.254.') || /^fe[89ab]/i.test(address);
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
