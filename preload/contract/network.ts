/** Requests about the way to registries: proxies, authorities, certificates. */
import { z } from 'zod';
import { limits } from '../../main/base/limits.ts';
import { fieldLimits } from './field-limits.ts';
import { credentialsSchema } from './login.ts';
import { nothing, registryHost, request } from './request.ts';

/** How registries are reached from here. Secrets never are in it. */
export interface NetworkView {
  readonly proxy: {
    readonly mode: 'system' | 'none' | 'address';
    readonly address: string | null;
    readonly exceptions: string;
    /** Of the login that was entered for it. */
    readonly username: string | null;
    /** What the mode `system` comes to here, for showing. */
    readonly system: SystemProxyView;
  };
  readonly authorities: readonly (CertificateView & { readonly host: string | null })[];
  readonly plainHttpHosts: readonly string[];
  readonly clientCertificates: readonly (CertificateView & { readonly host: string })[];
}

export interface SystemProxyView {
  /** What is asked: the environment and then the settings of the desktop, or the environment alone. */
  readonly source: 'desktop' | 'environment';
  /** The proxy that is named for https; null: none, or none that can be used. */
  readonly address: string | null;
  /** False where something is named that is no proxy for us, such as SOCKS. */
  readonly isUsable: boolean;
}

export interface CertificateView {
  readonly subject: string;
  readonly issuer: string;
  readonly expiresAt: number;
  /** SHA-256, `AB:CD:…`. */
  readonly fingerprint: string;
}

/** What the settings keep of a proxy; changed by `network.setProxy` only. */
export const networkFields = {
  /** What the environment and the system say, none, or the one at `address`. */
  proxyMode: z.enum(['system', 'none', 'address']),
  /** Hosts that are reached directly, as in `NO_PROXY`; counts with mode `address`. */
  exceptions: z.string().max(fieldLimits.proxyExceptions),
};

/** A certificate with its key, for a registry that asks who connects. The window may submit one and never receives one. */
export const clientCertificateSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('pem'),
    certificate: z.string().min(1).max(limits.certificateFileBytes),
    key: z.string().min(1).max(limits.certificateFileBytes),
    passphrase: z.string().max(limits.longestPassphraseCharacters).optional(),
  }),
  z.strictObject({
    kind: z.literal('pkcs12'),
    file: z.base64().min(1).max(limits.certificateFileBytes),
    passphrase: z.string().max(limits.longestPassphraseCharacters).optional(),
  }),
]);

export const networkRequests = {
  'network.get': request(nothing).returns<NetworkView>(),
  /**
   * Which proxy leads to registries. `login` left out keeps the one that was entered, unless the address changes; null
   * forgets it. An address may bring its login as `user:password@host:port`. Fails `invalid`, `unsupported`.
   */
  'network.setProxy': request(
    z.strictObject({
      mode: networkFields.proxyMode,
      address: z.string().max(fieldLimits.proxyAddress).optional(),
      exceptions: networkFields.exceptions.optional(),
      login: credentialsSchema.nullable().optional(),
    }),
  ).returns<NetworkView>(),
  /**
   * Trusts the authorities in a file (PEM or DER, in base64), for one host or (null) for all. Fails `invalid` with
   * `detail.reason`: `no-certificate`, `expired`, `not-an-authority`, …
   */
  'network.addAuthorities': request(
    z.strictObject({
      content: z.base64().max(limits.certificateFileBytes * 2),
      host: registryHost.nullable(),
    }),
  ).returns<NetworkView>(),
  'network.removeAuthority': request(
    z.strictObject({ fingerprint: z.string().max(fieldLimits.fingerprint), host: registryHost.nullable() }),
  ).returns<NetworkView>(),
  /** Talks to this registry without encryption, or no longer does. */
  'network.setPlainHttp': request(
    z.strictObject({ host: registryHost, allowed: z.boolean() }),
  ).returns<NetworkView>(),
  /** Shows this certificate to this registry. Opened before it is kept: fails `invalid` with `detail.reason`. */
  'network.setClientCertificate': request(
    z.strictObject({ host: registryHost, certificate: clientCertificateSchema }),
  ).returns<NetworkView>(),
  'network.removeClientCertificate': request(z.strictObject({ host: registryHost })).returns<NetworkView>(),
};
