/**
 * The certificate with which the registry shows itself on the network. Nobody vouches for it: people compare its SHA-256
 * fingerprint once, and their programs hold on to exactly this certificate. So it lives long, and it does not change when
 * the computer's addresses do.
 */
import { randomBytes, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { DockerCommsError, systemErrorCode } from '../base/errors.ts';
import { replacePrivateFile } from '../vault/private-file.ts';

const day = 24 * 60 * 60 * 1000;
/** A renewal makes everybody compare anew, so it is rare; five years is more than the machine's place in the network. */
const lifetimeMilliseconds = 5 * 365 * day;
/** Milliseconds before its end: two months in which everybody can compare the new one. */
const renewedBeforeMilliseconds = 60 * day;
/** Clocks on a network differ. */
const backdatedMilliseconds = day;

export interface ServerCertificate {
  /** PEM. */
  readonly key: string;
  /** PEM. */
  readonly certificate: string;
  /** SHA-256 of the certificate (DER), 64 lower-case hex digits. */
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const fileSchema = z.strictObject({ version: z.literal(1), key: z.string(), certificate: z.string() });

/**
 * The certificate kept at `path` (one file with its key, mode 0600), made when there is none or it is about to expire.
 * `names` are the host names and addresses that a new one is for. Throws `storage`.
 */
export async function keptCertificate(
  path: string,
  names: readonly string[],
  clock: Clock,
): Promise<ServerCertificate> {
  const kept = await readCertificate(path);
  if (kept !== null && kept.expiresAt - clock.now() > renewedBeforeMilliseconds) return kept;
  const made = await makeCertificate(names, clock.now());
  const { key, certificate } = made;
  await replacePrivateFile(path, JSON.stringify({ version: 1, key, certificate }));
  return made;
}

async function readCertificate(path: string): Promise<ServerCertificate | null> {
  try {
    const { key, certificate } = fileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return describe(key, certificate);
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return null;
    // Not as a new one: everybody holds on to the present one.
    throw new DockerCommsError('storage', 'The certificate for the network cannot be read.', { cause });
  }
}

async function makeCertificate(names: readonly string[], now: number): Promise<ServerCertificate> {
  // Loaded here alone: few people ever need it, and it wants a polyfill of Reflect before it.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: [{ CN: ['DockerComms'] }],
      notBefore: new Date(now - backdatedMilliseconds),
      notAfter: new Date(now + lifetimeMilliseconds),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
        ),
      ],
    },
    crypto,
  );
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  return describe(pem(key), certificate.toString('pem'));
}

/** Positive and unpredictable (RFC 5280, section 4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function pem(pkcs8: Buffer): string {
  const lines = pkcs8.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`;
}

function describe(key: string, certificate: string): ServerCertificate {
  const parsed = new X509Certificate(certificate);
  const fingerprint = parsed.fingerprint256.replaceAll(':', '').toLowerCase();
  return { key, certificate, fingerprint, expiresAt: parsed.validToDate.getTime() };
}
