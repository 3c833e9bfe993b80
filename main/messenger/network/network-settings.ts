import type { ValidInput } from '../../../preload/contract/requests.ts';
import type { Settings } from '../../../preload/contract/settings.ts';
import type { NetworkView } from '../../../preload/contract/network.ts';
import type { Clock } from '../../base/clock.ts';
import { DockerCommsError } from '../../base/errors.ts';
import {
  clientCertificateFacts,
  factsOfAuthority,
  readAuthorities,
  readClientCertificate,
} from '../../oci/certificates.ts';
import type { Network } from '../../oci/network.ts';
import { parseProxy } from '../../oci/proxy.ts';
import { isLoopbackHost, parseRegistryHost } from '../../oci/reference.ts';
import type { Vault } from '../../vault/vault.ts';
import type { PinnedCertificates } from '../pinned-certificates.ts';
import type { SettingsService } from '../settings.ts';
import {
  chosenClientCertificates,
  clientCertificateSecret,
  networkRules,
  proxyLogin,
  proxySecret,
  systemChoice,
  type Surroundings,
} from './rules.ts';

export interface NetworkSettingsOptions {
  readonly settings: SettingsService;
  readonly vault: Vault;
  readonly pinned: PinnedCertificates;
  readonly surroundings: Surroundings;
  readonly clock: Clock;
}

/** Authorities that may be kept: each is some kilobytes of the settings. */
const mostAuthorities = 100;

/** What a person decides about the network: checked when it is chosen, secrets into the vault. */
export class NetworkSettings {
  readonly #settings: SettingsService;
  readonly #vault: Vault;
  readonly #pinned: PinnedCertificates;
  readonly #surroundings: Surroundings;
  readonly #clock: Clock;

  constructor({ settings, vault, pinned, surroundings, clock }: NetworkSettingsOptions) {
    this.#settings = settings;
    this.#vault = vault;
    this.#pinned = pinned;
    this.#surroundings = surroundings;
    this.#clock = clock;
  }

  /** What holds now. Fails `auth` when a secret cannot be read. */
  rules(): Promise<Network> {
    return this.#rules(this.#vault);
  }

  rulesWithoutSecrets(): Promise<Network> {
    return this.#rules(null);
  }

  async #rules(secrets: Vault | null): Promise<Network> {
    const rules = await networkRules(this.#now, secrets, this.#surroundings);
    return { ...rules, pinnedCertificate: (host) => this.#pinned.of(host) };
  }

  async view(): Promise<NetworkView> {
    const { proxy, authorities, plainHttpHosts } = this.#now;
    const clients = await chosenClientCertificates(this.#vault);
    return {
      proxy: {
        ...proxy,
        username: (await proxyLogin(this.#vault))?.username ?? null,
        system: await this.#systemProxy(),
      },
      authorities: authorities.map(({ pem, host }) => ({ ...factsOfAuthority(pem), host })),
      plainHttpHosts,
      clientCertificates: [...clients].map(([host, client]) => ({ ...clientCertificateFacts(client), host })),
    };
  }

  /** `login`: left out keeps it, null forgets it; one that stands in the address counts as given. Fails `invalid`. */
  async setProxy({ mode, address, exceptions, login }: ValidInput<'network.setProxy'>): Promise<void> {
    const proxy = address === undefined ? null : parseProxy(address);
    if (mode === 'address' && (proxy?.address.origin ?? this.#now.proxy.address) === null) {
      throw new DockerCommsError('invalid', 'Enter the address of the proxy.');
    }
    const given = proxy?.login ?? login;
    const moved = proxy !== null && proxy.address.origin !== this.#now.proxy.address;
    // A login is for the proxy that it was entered for, and goes to no other.
    if (given === null || (given === undefined && moved)) await this.#vault.delete(proxySecret);
    else if (given !== undefined) await this.#seal(proxySecret, given);
    this.#settings.changeNetwork({
      proxy: {
        mode,
        ...(proxy !== null && { address: proxy.address.origin }),
        ...(exceptions !== undefined && { exceptions }),
      },
    });
  }

  /** For one host, or (null) for all. Fails `invalid`, with `detail.reason` a `CertificateReason`. */
  addAuthorities({ content, host }: ValidInput<'network.addAuthorities'>): void {
    const forHost = host === null ? null : parseRegistryHost(host);
    const added = readAuthorities(Buffer.from(content, 'base64'), this.#clock.now());
    const pems = new Set(added.map(({ pem }) => pem));
    const others = this.#now.authorities.filter((known) => known.host !== forHost || !pems.has(known.pem));
    if (others.length + pems.size > mostAuthorities) {
      throw new DockerCommsError('too-large', `No more than ${mostAuthorities} authorities can be kept.`);
    }
    this.#settings.changeNetwork({
      authorities: [...others, ...[...pems].map((pem) => ({ pem, host: forHost }))],
    });
  }

  removeAuthority({ fingerprint, host }: ValidInput<'network.removeAuthority'>): void {
    this.#settings.changeNetwork({
      authorities: this.#now.authorities.filter(
        (known) => known.host !== host || factsOfAuthority(known.pem).fingerprint !== fingerprint,
      ),
    });
  }

  setPlainHttp({ host, allowed }: ValidInput<'network.setPlainHttp'>): void {
    const chosen = parseRegistryHost(host);
    const others = this.#now.plainHttpHosts.filter((other) => other !== chosen);
    // This computer needs no permission.
    const added = allowed && !isLoopbackHost(chosen) ? [chosen] : [];
    this.#settings.changeNetwork({ plainHttpHosts: [...others, ...added] });
  }

  /** Fails `invalid`, with `detail.reason` a `CertificateReason`. */
  async setClientCertificate({
    host,
    certificate,
  }: ValidInput<'network.setClientCertificate'>): Promise<void> {
    readClientCertificate(certificate, this.#clock.now());
    await this.#seal(clientCertificateSecret(parseRegistryHost(host)), certificate);
    this.#settings.changeNetwork({});
  }

  async removeClientCertificate({ host }: ValidInput<'network.removeClientCertificate'>): Promise<void> {
    await this.#vault.delete(clientCertificateSecret(host));
    this.#settings.changeNetwork({});
  }

  get #now(): Settings['network'] {
    return this.#settings.get().network;
  }

  #seal(name: string, secret: object): Promise<void> {
    return this.#vault.set(name, JSON.stringify(secret));
  }

  /** For showing: what counts for https where nothing is an exception, without its login. */
  async #systemProxy(): Promise<NetworkView['proxy']['system']> {
    const { environment, systemProxies } = this.#surroundings;
    const source = systemProxies === undefined ? 'environment' : 'desktop';
    const choose = systemChoice({
      ...this.#surroundings,
      environment: { ...environment, NO_PROXY: '', no_proxy: '' },
    });
    try {
      const proxy = await choose(new URL('https://registry.invalid/'));
      return { source, address: proxy?.address.origin ?? null, isUsable: true };
    } catch {
      return { source, address: null, isUsable: false };
    }
  }
}
