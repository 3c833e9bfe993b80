/** Signing as a person who signs in (protocol, section 6, "Keyless"): Fulcio certifies, Rekor logs, a TSA stamps. */
import { X509Certificate } from 'node:crypto';
import { bundleToJSON, envelopeToJSON, toDSSEBundle } from '@sigstore/bundle';
import type { Clock } from '../base/clock.ts';
import type { Digest } from '../base/digest.ts';
import { DockerCommsError, toDockerCommsError } from '../base/errors.ts';
import type { Fetch } from '../oci/fetch-through.ts';
import { isLoopbackHost } from '../oci/reference.ts';
import { subjectOfToken } from './identity-token.ts';
import { preAuthEncoding, type Signer } from './signer.ts';
import { createSigningKey, signBytes, type SigningKey } from './signing-key.ts';
import { logEnvelope, logSignature, requestCertificate, requestTimestamp } from './signing-services.ts';
import { buildStatement, statementPayloadType } from './statement.ts';

/** Where to sign: the public-good instance of Sigstore, or a private one. */
export interface KeylessServices {
  readonly fulcio: URL;
  readonly rekor: URL;
  /** The log's interface. Version 2 gives no time, so it needs a timestamp authority. */
  readonly rekorVersion: 1 | 2;
  readonly timestampAuthority?: URL;
}

export interface KeylessSignerOptions {
  readonly services: KeylessServices;
  /** An OpenID Connect identity token for the audience `sigstore`: asked for once for each certificate. A secret. */
  readonly identityToken: () => Promise<string>;
  /** Who the certificate has to name; another name fails `auth` before anything is logged. Left out: whoever signs in. */
  readonly expected?: string | undefined;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

/** Whoever signs in, for as long as the certificate lasts. */
export interface KeylessSigner extends Signer {
  /** Sees to it that there is a certificate, before anything is to be signed. Fails as `sign`. */
  prepare(): Promise<void>;
}

/** A certificate is not used in its last moments: log and timestamp are still to come. */
const certificateMargin = 60_000;

/**
 * Signs with a key that exists only here, for which the certificate authority certifies who signed in; the certificate
 * is used again until it expires. A public log keeps the signer's identity for ever: only on a person's wish. Throws
 * `invalid` for services that would see the token unencrypted, or that give no time.
 */
export function keylessSigner(options: KeylessSignerOptions): KeylessSigner {
  requireUsableServices(options.services);
  const certificates = new CertificateKeeper(options);
  return {
    async prepare() {
      try {
        await certificates.current();
      } catch (error) {
        throw toDockerCommsError(error);
      }
    },
    async sign(digest, signal) {
      try {
        signal?.throwIfAborted();
        const certified = await certificates.current();
        signal?.throwIfAborted();
        return await signCertified(certified, digest, options, signal);
      } catch (error) {
        throw toDockerCommsError(error);
      }
    },
  };
}

/** Throws `invalid` for services that would see a token unencrypted, or that give no time. */
export function requireUsableServices({
  fulcio,
  rekor,
  rekorVersion,
  timestampAuthority,
}: KeylessServices): void {
  const urls = timestampAuthority === undefined ? [fulcio, rekor] : [fulcio, rekor, timestampAuthority];
  if (urls.some(({ protocol, host }) => protocol !== 'https:' && !isLoopbackHost(host))) {
    throw new DockerCommsError('invalid', 'The services for signing must have addresses with https.');
  }
  if (rekorVersion === 2 && timestampAuthority === undefined) {
    throw new DockerCommsError('invalid', 'This transparency log needs a timestamp authority beside it.');
  }
}

interface Certified {
  readonly key: SigningKey;
  /** PEM. */
  readonly certificate: string;
}

/** Holds one certified key until its certificate runs out; whoever asks meanwhile waits for the same one. */
class CertificateKeeper {
  readonly #options: KeylessSignerOptions;
  #current: Promise<Certified> | null = null;

  constructor(options: KeylessSignerOptions) {
    this.#options = options;
  }

  async current(): Promise<Certified> {
    const held = this.#current;
    if (held !== null && this.#isFresh(await held)) return held;
    // Meanwhile somebody else may have renewed it.
    if (this.#current === held) this.#current = null;
    this.#current ??= this.#certify();
    return this.#current;
  }

  async #certify(): Promise<Certified> {
    try {
      return await certify(this.#options);
    } catch (error) {
      this.#current = null;
      throw error;
    }
  }

  #isFresh({ certificate }: Certified): boolean {
    const expiry = readCertificate(certificate).validToDate.getTime();
    return this.#options.clock.now() < expiry - certificateMargin;
  }
}

async function certify({
  services,
  identityToken,
  expected,
  fetch,
}: KeylessSignerOptions): Promise<Certified> {
  const key = createSigningKey();
  const token = await identityToken();
  const certificate = await requestCertificate(
    { fetch, url: services.fulcio },
    {
      identityToken: token,
      publicKey: key.verifying.key.export({ format: 'pem', type: 'spki' }).toString(),
      proofOfPossession: signBytes(key, Buffer.from(subjectOfToken(token))),
    },
  );
  if (expected !== undefined && !namesExactly(certificate, expected)) {
    throw new DockerCommsError(
      'auth',
      `You signed in as somebody else than ${expected}. Nothing was signed.`,
      {
        detail: { reason: 'signed-in-as-other' },
      },
    );
  }
  return { key, certificate };
}

function namesExactly(certificate: string, identity: string): boolean {
  const names = readCertificate(certificate).subjectAltName;
  return names === `URI:${identity}` || names === `email:${identity}`;
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new DockerCommsError('protocol', 'The certificate authority gave no certificate.', { cause });
  }
}

async function signCertified(
  { key, certificate }: Certified,
  digest: Digest,
  { services, fetch }: KeylessSignerOptions,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const { rekor, rekorVersion, timestampAuthority } = services;
  const statement = buildStatement(digest);
  const encoded = preAuthEncoding(statement);
  const signature = signBytes(key, encoded);
  const { raw } = readCertificate(certificate);
  const bundle = toDSSEBundle({
    ...{ artifact: statement, artifactType: statementPayloadType, signature, certificate: raw },
    // Version 0.3 of the format has the one certificate only.
    certificateChain: false,
  });
  const log = { fetch, url: rekor, signal };
  const envelope = () => JSON.stringify(envelopeToJSON(bundle.content.dsseEnvelope));
  const [entry, timestamp] = await Promise.all([
    rekorVersion === 2
      ? logSignature(log, { encoded, signature }, raw)
      : logEnvelope(log, envelope(), certificate),
    timestampAuthority && requestTimestamp({ fetch, url: timestampAuthority, signal }, signature),
  ]);
  const { verificationMaterial } = bundle;
  verificationMaterial.tlogEntries = [entry as (typeof verificationMaterial.tlogEntries)[number]];
  verificationMaterial.timestampVerificationData = {
    rfc3161Timestamps: timestamp === undefined ? [] : [{ signedTimestamp: timestamp }],
  };
  return Buffer.from(JSON.stringify(bundleToJSON(bundle)));
}
