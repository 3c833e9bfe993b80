/** Signing as a person who signs in (protocol, section 6, "Keyless"): Fulcio certifies, Rekor logs, a TSA stamps. */
import { X509Certificate } from 'node:crypto';
import { bundleToJSON, toDSSEBundle, type BundleWithDsseEnvelope } from '@sigstore/bundle';
import { HashAlgorithm } from '@sigstore/protobuf-specs';
import {
  FulcioSigner,
  RekorWitness,
  TSAWitness,
  type SignatureBundle,
  type VerificationMaterial,
} from '@sigstore/sign';
import type { Clock } from '../base/clock.ts';
import type { Digest } from '../base/digest.ts';
import { DockerCommsError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { isLoopbackHost } from '../oci/reference.ts';
import { keylessFailure } from './keyless-failure.ts';
import { preAuthEncoding, type Signer } from './signer.ts';
import { createSigningKey, signBytes, type SigningKey } from './signing-key.ts';
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
  readonly clock: Clock;
}

/** Milliseconds that one service may take. */
const serviceTimeout = 30_000;
/** A certificate is not used in its last moments: log and timestamp are still to come. */
const certificateMargin = 60_000;

/**
 * Signs with a key that exists only here, for which the certificate authority certifies who signed in; the certificate
 * is used again until it expires. A public log keeps the signer's identity for ever: only on a person's wish. Throws
 * `invalid` for services that would see the token unencrypted, or that give no time.
 */
export function keylessSigner(options: KeylessSignerOptions): Signer {
  checkServices(options.services);
  const certificates = new CertificateKeeper(options);
  return {
    async sign(digest, signal) {
      try {
        signal?.throwIfAborted();
        const certified = await certificates.current();
        signal?.throwIfAborted();
        return await signCertified(certified, digest, options.services);
      } catch (error) {
        throw keylessFailure(error);
      }
    },
  };
}

function checkServices({ fulcio, rekor, rekorVersion, timestampAuthority }: KeylessServices): void {
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
    const expiry = new X509Certificate(certificate).validToDate.getTime();
    return this.#options.clock.now() < expiry - certificateMargin;
  }
}

async function certify({ services, identityToken }: KeylessSignerOptions): Promise<Certified> {
  const key = createSigningKey();
  const publicKey = key.verifying.key.export({ format: 'pem', type: 'spki' }).toString();
  const signer = new FulcioSigner({
    fulcioBaseURL: baseUrl(services.fulcio),
    identityProvider: { getToken: identityToken },
    keyHolder: {
      sign: (data) =>
        Promise.resolve({ signature: signBytes(key, data), key: { $case: 'publicKey', publicKey } }),
    },
    timeout: serviceTimeout,
    retry: 1,
  });
  const { key: material } = await signer.sign(Buffer.alloc(0));
  if (material.$case === 'x509Certificate') return { key, certificate: material.certificate };
  throw new DockerCommsError('protocol', 'The certificate authority gave no certificate.');
}

async function signCertified(
  { key, certificate }: Certified,
  digest: Digest,
  services: KeylessServices,
): Promise<Uint8Array> {
  const statement = buildStatement(digest);
  const encoded = preAuthEncoding(statement);
  const bundle = toDSSEBundle({
    artifact: statement,
    artifactType: statementPayloadType,
    signature: signBytes(key, encoded),
    certificate: new X509Certificate(certificate).raw,
    // Version 0.3 of the format has the one certificate only.
    certificateChain: false,
  });
  const { tlogEntries, rfc3161Timestamps } = await witness(bundle, encoded, certificate, services);
  bundle.verificationMaterial.tlogEntries = tlogEntries;
  bundle.verificationMaterial.timestampVerificationData = { rfc3161Timestamps };
  return Buffer.from(JSON.stringify(bundleToJSON(bundle)));
}

type Proofs = Required<VerificationMaterial>;

async function witness(
  { content }: BundleWithDsseEnvelope,
  encoded: Buffer,
  certificate: string,
  { rekor, rekorVersion, timestampAuthority }: KeylessServices,
): Promise<Proofs> {
  const log = new RekorWitness({
    rekorBaseURL: baseUrl(rekor),
    majorApiVersion: rekorVersion,
    timeout: serviceTimeout,
    retry: 1,
  });
  const [{ tlogEntries }, rfc3161Timestamps] = await Promise.all([
    log.testify(rekorVersion === 2 ? hashedContent(content, encoded) : content, certificate),
    timestampAuthority === undefined ? [] : timestamps(content, timestampAuthority),
  ]);
  return { tlogEntries, rfc3161Timestamps };
}

async function timestamps(content: SignatureBundle, url: URL): Promise<Proofs['rfc3161Timestamps']> {
  const authority = new TSAWitness({ tsaBaseURL: baseUrl(url), timeout: serviceTimeout, retry: 1 });
  const { rfc3161Timestamps } = await authority.testify(content);
  return rfc3161Timestamps;
}

/** The library puts a slash before every path. */
function baseUrl({ href }: URL): string {
  return href.replace(/\/+$/, '');
}

/** What Rekor v2 logs of an envelope: verifiers in Go refuse its own kind of entry for envelopes. */
function hashedContent(
  { dsseEnvelope }: BundleWithDsseEnvelope['content'],
  encoded: Buffer,
): SignatureBundle {
  const signature = dsseEnvelope.signatures[0]?.sig ?? Buffer.alloc(0);
  const digest = Buffer.from(sha256(encoded).slice('sha256:'.length), 'hex');
  return {
    $case: 'messageSignature',
    messageSignature: { messageDigest: { algorithm: HashAlgorithm.SHA2_256, digest }, signature },
  };
}
