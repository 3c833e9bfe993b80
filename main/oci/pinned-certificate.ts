/**
 * Hosts that are trusted by one exact certificate, which a person compared: registries on the local network, for which no
 * authority vouches. For such a host nothing else counts: no authority, no name, no expiry; a certificate that differs in
 * one bit is refused before a byte of a request, and with it a password, has left.
 */
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';
import { DockerCommsError, toDockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { failureOfTransport } from './failures.ts';

/** SHA-256 of the certificate (DER) that `host[:port]` has to show, in 64 lower-case hex digits; null: the usual rules. */
export type PinnedCertificates = (host: string) => string | null;

export const noPins: PinnedCertificates = () => null;

/** A certificate as a server shows it. Everything but the fingerprint is the server's own word. */
export interface ShownCertificate {
  /** SHA-256, 64 lower-case hex digits. */
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Failures of TLS that say: this certificate is whole, but nobody here vouches for it. */
const untrustedCodes: ReadonlySet<unknown> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

/** Whether a person could decide to trust the certificate over which this failed. */
export function isUntrustedCertificate(error: Pick<DockerCommsError, 'code' | 'detail'>): boolean {
  return error.code === 'network' && untrustedCodes.has(error.detail.system);
}

/** Connects as undici does; to pinned hosts, by their pin alone. Pins are looked up for each connection. */
export function pinningConnector(
  options: buildConnector.BuildOptions,
  pins: PinnedCertificates,
): buildConnector.connector {
  const usual = buildConnector(options);
  // A resumed session shows no certificate: nothing to compare.
  const unchecked = buildConnector({ ...options, rejectUnauthorized: false, maxCachedSessions: 0 });
  return (target, callback) => {
    // Without the port that the scheme has anyway, as in a reference.
    const host = target.host ?? target.hostname;
    const pin = lookUp(pins, target.protocol, host);
    if (pin instanceof Error) callback(pin, null);
    else if (pin === null) usual(target, callback);
    else unchecked(target, pinned(host, pin, callback));
  };
}

/** Thrown through undici, a failure would leave the request waiting. */
function lookUp(pins: PinnedCertificates, protocol: string, host: string): string | null | Error {
  try {
    return protocol === 'https:' ? pins(host) : null;
  } catch (error) {
    return toDockerCommsError(error);
  }
}

/** Hands on only a connection over which the pinned certificate was shown. */
function pinned(host: string, pin: string, callback: buildConnector.Callback): buildConnector.Callback {
  return (...result) => {
    const [error, socket] = result;
    if (error !== null) {
      callback(error, null);
      return;
    }
    const shown = fingerprintOf(socket as TLSSocket);
    if (shown === pin) {
      callback(null, socket);
      return;
    }
    socket.destroy();
    callback(changedCertificate(host, pin, shown), null);
  };
}

/** The certificate that the host of `url` shows now. Nothing is sent to it, and nothing of it believed. Fails `network`. */
export function shownCertificate(url: URL): Promise<ShownCertificate> {
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      socket.destroy();
      reject(failureOfTransport(error, { method: 'GET', url }));
    };
    const socket = connectTls({
      host: hostname,
      port: url.port === '' ? 443 : Number(url.port),
      ...(isIP(hostname) === 0 && { servername: hostname }),
      rejectUnauthorized: false,
    });
    socket.setTimeout(limits.connectMilliseconds, () =>
      fail(Object.assign(new Error('silent'), { code: 'ETIMEDOUT' })),
    );
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      const certificate = certificateOf(socket);
      socket.destroy();
      if (certificate === null) fail(new Error('no certificate'));
      else {
        const { validToDate } = certificate;
        resolve({ fingerprint: plainFingerprint(certificate), expiresAt: validToDate.getTime() });
      }
    });
  });
}

function certificateOf(socket: TLSSocket): X509Certificate | null {
  return socket.getPeerX509Certificate() ?? null;
}

function fingerprintOf(socket: TLSSocket): string | null {
  const certificate = certificateOf(socket);
  return certificate === null ? null : plainFingerprint(certificate);
}

function plainFingerprint({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(':', '').toLowerCase();
}

function changedCertificate(host: string, pinned: string, shown: string | null): DockerCommsError {
  return new DockerCommsError(
    'untrusted',
    `${host} shows another certificate than the one you accepted. Somebody may be in between: ask its owner before you go on.`,
    { detail: { host, pinned, shown: shown ?? 'none' } },
  );
}
