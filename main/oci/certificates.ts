/**
 * Certificates and keys in files of people (RFC 7468, PEM; RFC 5280; RFC 7292, PKCS #12).
 * Must-fail vectors: test/oci/certificates.test.ts.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Duplex } from 'node:stream';
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';
import { DockerCommsError, systemErrorCode } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { CertificateReason } from '../base/reasons.ts';

/** What a person is shown of a certificate (RFC 5280). */
export interface CertificateFacts {
  /** One line: `CN=…, O=…`. */
  readonly subject: string;
  readonly issuer: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** SHA-256 over the certificate, `AB:CD:…`. */
  readonly fingerprint: string;
}

export interface Authority extends CertificateFacts {
  readonly pem: string;
}

/** With what this computer shows a registry who it is. Secret: only the vault keeps it. */
export type ClientCertificate =
  | {
      readonly kind: 'pem';
      readonly certificate: string;
      readonly key: string;
      readonly passphrase?: string | undefined;
    }
  | {
      readonly kind: 'pkcs12';
      /** Base64. */
      readonly file: string;
      readonly passphrase?: string | undefined;
    };

/** Certificates that one file may bring: bundles of whole systems have about 150. */
const mostInOneFile = 500;
const pemBlock = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
const pemKey = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/;

/**
 * The authorities in a file that a person chose: PEM with one or several certificates, or DER with one. Fails `invalid`
 * unless every one of them can vouch for a registry now: it may issue certificates or is its own issuer (a registry's
 * self-signed certificate vouches for itself), and has not run out at `now`.
 */
export function readAuthorities(file: Uint8Array, now: number): readonly Authority[] {
  const authorities = certificatesIn(file);
  for (const certificate of authorities) checkAuthority(certificate, now);
  return authorities.map((certificate) => ({
    ...certificateFacts(certificate),
    pem: certificate.toString(),
  }));
}

/** Of an authority that was checked before. Fails `invalid` when it is no certificate. */
export function factsOfAuthority(pem: string): CertificateFacts {
  return certificateFacts(parseCertificate(pem));
}

function certificatesIn(file: Uint8Array): readonly X509Certificate[] {
  const text = Buffer.from(file).toString('latin1');
  if (pemKey.test(text)) {
    throw problem(
      'private-key',
      'This file holds a private key. Choose the authority’s certificate alone; keys are kept secret.',
    );
  }
  const blocks = text.match(pemBlock) ?? [];
  if (blocks.length > mostInOneFile) {
    throw problem('too-many', `This file holds more than ${mostInOneFile} certificates.`);
  }
  if (blocks.length > 0) return blocks.map(parseCertificate);
  // DER begins with an ASN.1 sequence.
  if (file[0] === 0x30) return [parseCertificate(file)];
  throw problem('no-certificate', 'There is no certificate in this file. Choose a PEM or DER certificate.');
}

function parseCertificate(content: string | Uint8Array): X509Certificate {
  try {
    return new X509Certificate(content);
  } catch (cause) {
    throw problem('unreadable', 'A certificate in this file cannot be read. It may be damaged.', { cause });
  }
}

function checkAuthority(certificate: X509Certificate, now: number): void {
  const { subject } = certificateFacts(certificate);
  if (certificate.validToDate.getTime() <= now) {
    throw problem('expired', `The certificate “${subject}” has expired. Ask for the new one.`);
  }
  if (!certificate.ca && !issuedItself(certificate)) {
    throw problem(
      'not-an-authority',
      `“${subject}” is not the certificate of an authority. Ask for the certificate of the authority that issued it.`,
    );
  }
}

function issuedItself(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey);
}

function certificateFacts(certificate: X509Certificate): CertificateFacts {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    expiresAt: certificate.validToDate.getTime(),
    fingerprint: certificate.fingerprint256,
  };
}

/** Names are somebody else's text: one line, and not endless. */
function oneLine(name: string): string {
  return name.split('\n').reverse().join(', ').replace(/\p{C}/gu, '\uFFFD').slice(0, limits.detailCharacters);
}

/**
 * Opens a client certificate with its key, so that it is known to work before it is kept. Fails `invalid` (with a
 * `CertificateReason`), never with a part of it. An expired one fails too: no registry would take it.
 */
export function readClientCertificate(client: ClientCertificate, now: number): CertificateFacts {
  const facts = clientCertificateFacts(client);
  if (facts.expiresAt <= now) throw problem('expired', `The certificate “${facts.subject}” has expired.`);
  return facts;
}

/** As `readClientCertificate`, of one that was kept: it may have run out since. */
export function clientCertificateFacts(client: ClientCertificate): CertificateFacts {
  return certificateFacts(client.kind === 'pem' ? pairedCertificate(client) : certificateOfPkcs12(client));
}

function pairedCertificate(client: ClientCertificate & { kind: 'pem' }): X509Certificate {
  if (client.certificate.match(pemBlock) === null) {
    throw problem('no-certificate', 'There is no certificate in this file. Choose a PEM certificate.');
  }
  const certificate = parseCertificate(client.certificate);
  if (!certificate.checkPrivateKey(privateKeyOf(client))) {
    throw problem('wrong-key', 'This key does not belong to this certificate.');
  }
  return certificate;
}

function privateKeyOf({ key, passphrase }: ClientCertificate & { kind: 'pem' }) {
  if (!pemKey.test(key))
    throw problem('unreadable', 'There is no private key in this file. Choose a PEM key.');
  try {
    return createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) });
  } catch {
    // Without the cause: whatever a parser quotes of a key is too much.
    throw problem('wrong-passphrase', 'This key cannot be opened. Check its passphrase.');
  }
}

function certificateOfPkcs12(client: ClientCertificate & { kind: 'pkcs12' }): X509Certificate {
  const certificate = openPkcs12(client);
  if (certificate === undefined) throw problem('no-certificate', 'There is no certificate in this file.');
  return certificate;
}

/** Node opens PKCS#12 only for connections, so one that goes nowhere is asked for its certificate. */
function openPkcs12(client: ClientCertificate & { kind: 'pkcs12' }): X509Certificate | undefined {
  try {
    const socket = new TLSSocket(new Duplex({ read: () => undefined }), {
      isServer: true,
      secureContext: createSecureContext(clientCertificateOptions(client)),
    });
    const certificate = socket.getX509Certificate();
    socket.destroy();
    return certificate;
  } catch (error) {
    throw systemErrorCode(error) === 'ERR_CRYPTO_UNSUPPORTED_OPERATION'
      ? problem(
          'unreadable',
          'This file is encrypted in an outdated way. Export it again, or choose certificate and key as PEM.',
        )
      : problem('wrong-passphrase', 'This file cannot be opened. Check its passphrase.');
  }
}

/** For `tls.createSecureContext`. */
export function clientCertificateOptions(client: ClientCertificate): SecureContextOptions {
  const passphrase = client.passphrase === undefined ? {} : { passphrase: client.passphrase };
  return client.kind === 'pem'
    ? { cert: client.certificate, key: client.key, ...passphrase }
    : { pfx: Buffer.from(client.file, 'base64'), ...passphrase };
}

function problem(
  reason: CertificateReason,
  message: string,
  options: { readonly cause?: unknown } = {},
): DockerCommsError {
  return new DockerCommsError('invalid', message, { detail: { reason }, ...options });
}
