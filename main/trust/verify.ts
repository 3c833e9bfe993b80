/** Whether a bundle proves that somebody signed a manifest (protocol, section 6). Pure; bundles are hostile. */
import { X509Certificate } from 'node:crypto';
import { toSignedEntity, toTrustMaterial, Verifier, type Signer as LibrarySigner } from '@sigstore/verify';
import { splitDigest, type Digest } from '../base/digest.ts';
import { DockerCommsError, isDockerCommsError, type ErrorDetail } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { TrustReason } from '../base/reasons.ts';
import { sha256 } from '../base/hash.ts';
import { parseBundle, type ParsedBundle } from './bundle.ts';
import type { CertificateIdentity, Policy, SignedBy, Verdict } from './policy.ts';
import type { VerifyingKey } from './signing-key.ts';
import { isStatementAbout } from './statement.ts';
import type { TrustedRoot } from './trusted-root.ts';

/** A manifest whose author is asked for. Made by `subjectOf`, so that the digest is always that of the bytes. */
export interface Subject {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
}

/** The manifest as it was received: never a re-serialisation. */
export function subjectOf(manifest: Uint8Array): Subject {
  return { bytes: manifest, digest: sha256(manifest) };
}

/** What the bundle in `bytes` says about `subject` under `policy`. Never throws for anything in the bundle. */
export function verifyBundle(subject: Subject, bytes: Uint8Array, policy: Policy): Verdict {
  try {
    return verifyParsed(subject, parseBundle(bytes), policy);
  } catch (error) {
    if (isDockerCommsError(error, 'verification-failed')) return unreadable(error);
    throw error;
  }
}

/** The same for a bundle that was parsed. */
export function verifyParsed(subject: Subject, bundle: ParsedBundle, policy: Policy): Verdict {
  if (!isAbout(bundle.content, subject.digest)) return bad('other-subject');
  return bundle.certificate === null
    ? verifyWithKeys(subject, bundle, policy)
    : verifyWithCertificate(subject, bundle, bundle.certificate, policy);
}

/**
 * Whom the certificate of the bundle in `bytes` names, where it proves strictly that they made a statement about `subject`;
 * null for everything else. Whether they matter is for who asks.
 */
export function certifiedAuthor(
  subject: Subject,
  bytes: Uint8Array,
  trustedRoot: TrustedRoot,
): CertificateIdentity | null {
  const bundle = readableBundle(bytes);
  return bundle?.content.kind === 'statement' ? certifiedIdentity(subject, bundle, trustedRoot) : null;
}

/** The same for a bundle that was parsed, whichever way it is about `subject`. */
export function certifiedIdentity(
  subject: Subject,
  bundle: ParsedBundle,
  trustedRoot: TrustedRoot,
): CertificateIdentity | null {
  const { certificate } = bundle;
  if (certificate === null || !isBundleAbout(subject, bundle)) return null;
  return certifiedSigner(subject, bundle, certificate, trustedRoot);
}

/** Whether it says that it is about `subject`; who made it is not looked at. */
export function isBundleAbout(subject: Subject, { content }: ParsedBundle): boolean {
  return isAbout(content, subject.digest);
}

function readableBundle(bytes: Uint8Array): ParsedBundle | null {
  try {
    return parseBundle(bytes);
  } catch (error) {
    if (isDockerCommsError(error, 'verification-failed')) return null;
    throw error;
  }
}

/** The library checks the signature over a statement and not what the statement says. */
function isAbout(content: ParsedBundle['content'], digest: Digest): boolean {
  return content.kind === 'statement'
    ? isStatementAbout(digest, content.payload)
    : content.sha256 === splitDigest(digest).hex;
}

/** A key is taken by its hint only: whatever else was tried, a changed hint would go unnoticed. */
function verifyWithKeys(subject: Subject, bundle: ParsedBundle, policy: Policy): Verdict {
  const pinned = policy.keys.find(({ hint }) => hint === bundle.hint);
  const key = pinned ?? policy.recognised?.find(({ hint }) => hint === bundle.hint);
  if (key === undefined) return untrusted('unknown-key', null);
  if (!hasSigned(key, subject, bundle)) return bad('signature');
  const by: SignedBy = { kind: 'key', fingerprint: key.fingerprint };
  return pinned === undefined ? untrusted('key-not-accepted', by) : { state: 'verified', by };
}

/** No log and no timestamp is asked for: a pinned key says enough, and what else the bundle carries is not looked at. */
function hasSigned(key: VerifyingKey, subject: Subject, bundle: ParsedBundle): boolean {
  const found = () => ({ publicKey: key.key, validFor: () => true });
  const verifier = new Verifier(toTrustMaterial(noAuthorities, found), {
    timestampThreshold: 0,
    ctlogThreshold: 0,
    tlogThreshold: 0,
  });
  return signerBy(verifier, subject, bundle, { tlogEntries: [], timestamps: [] }) !== null;
}

const noAuthorities = {
  mediaType: '',
  tlogs: [],
  certificateAuthorities: [],
  ctlogs: [],
  timestampAuthorities: [],
};

function verifyWithCertificate(
  subject: Subject,
  bundle: ParsedBundle,
  certificate: Uint8Array,
  { certificates = [], trustedRoot }: Policy,
): Verdict {
  if (trustedRoot === undefined) return untrusted('no-trusted-root', null);
  const identity = certifiedSigner(subject, bundle, certificate, trustedRoot);
  if (identity === null) return bad('certificate');
  const by: SignedBy = { kind: 'certificate', ...identity };
  const accepted = certificates.some(
    (pinned) => pinned.identity === identity.identity && pinned.issuer === identity.issuer,
  );
  return accepted ? { state: 'verified', by } : untrusted('certificate-not-accepted', by);
}

/** Who the certificate names, once everything about it was verified strictly; null when anything fails. */
function certifiedSigner(
  subject: Subject,
  bundle: ParsedBundle,
  certificate: Uint8Array,
  { verifier }: TrustedRoot,
): CertificateIdentity | null {
  const certified = signerBy(verifier, subject, bundle)?.identity;
  const identity = certified?.subjectAlternativeName;
  const issuer = certified?.extensions?.issuer;
  if (identity === undefined || issuer === undefined || identity === '' || issuer === '') return null;
  const plain = isOnlyName(certificate, identity) && isAscii(issuerBytes(certified?.oids ?? []));
  return plain ? { identity, issuer } : null;
}

/**
 * The library takes the first of several names and drops the top bit of each of its bytes: a certificate for somebody
 * else could read as this one. So the name must be the only one, and read the same to Node.
 */
function isOnlyName(certificate: Uint8Array, identity: string): boolean {
  const names = subjectAltNames(certificate);
  return names === `URI:${identity}` || names === `email:${identity}`;
}

/** Undefined also for what the library can read as a certificate, and Node not. */
function subjectAltNames(certificate: Uint8Array): string | undefined {
  try {
    return new X509Certificate(certificate).subjectAltName;
  } catch {
    return undefined;
  }
}

type Extensions = NonNullable<NonNullable<LibrarySigner['identity']>['oids']>;

/** Fulcio's issuer extensions: 1.8 (a DER string) counts before 1.1 (raw bytes), as in the library. */
function issuerBytes(extensions: Extensions): Uint8Array {
  const valueOf = (last: number) =>
    extensions.find(({ oid }) => oid?.id.join('.') === `1.3.6.1.4.1.57264.1.${last}`)?.value;
  const string = valueOf(8);
  return string === undefined ? (valueOf(1) ?? new Uint8Array()) : string.subarray(derHeaderBytes(string));
}

/** Tag and length of a DER value (X.690, 8.1.3): the length may have bytes of its own. */
function derHeaderBytes(value: Uint8Array): number {
  const length = value[1] ?? 0;
  return length < 0x80 ? 2 : 2 + (length & 0x7f);
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80);
}

type Entity = ReturnType<typeof toSignedEntity>;

/** What the library finds; null for whatever it throws: it was thrown about a stranger's bytes. */
function signerBy(
  verifier: Verifier,
  subject: Subject,
  { sigstore }: ParsedBundle,
  instead: Partial<Pick<Entity, 'tlogEntries' | 'timestamps'>> = {},
): LibrarySigner | null {
  try {
    return verifier.verify({ ...toSignedEntity(sigstore, Buffer.from(subject.bytes)), ...instead });
  } catch {
    return null;
  }
}

/** What lies beside a manifest as its signature, and is none. */
export function unreadable(error: DockerCommsError): Verdict {
  return { state: 'bad', reason: 'malformed-bundle', error };
}

function bad(reason: TrustReason): Verdict {
  const error = new DockerCommsError(
    'verification-failed',
    'The signature of this message does not fit it.',
    { detail: { reason } },
  );
  return { state: 'bad', reason, error };
}

function untrusted(reason: TrustReason, by: SignedBy | null): Verdict {
  const detail: ErrorDetail = { reason, ...describe(by) };
  const message = 'This message is signed, but not by whom you know under this name.';
  return { state: 'untrusted', reason, error: new DockerCommsError('untrusted', message, { detail }), by };
}

function describe(by: SignedBy | null): ErrorDetail {
  if (by === null) return {};
  if (by.kind === 'key') return { fingerprint: by.fingerprint };
  return {
    identity: by.identity.slice(0, limits.detailCharacters),
    issuer: by.issuer.slice(0, limits.detailCharacters),
  };
}
