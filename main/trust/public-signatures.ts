/** Public signatures beside a manifest: by people whom a certificate names, in a transparency log. */
import { RFC3161Timestamp } from '@sigstore/core';
import type { DockerCommsError } from '../base/errors.ts';
import { candidateRounds, type CandidateOptions, type EvidencePlace } from './candidates.ts';
import type { ParsedBundle } from './bundle.ts';
import type { CertificateIdentity } from './policy.ts';
import type { TrustedRoot } from './trusted-root.ts';
import { certifiedIdentity, isBundleAbout, type Subject } from './verify.ts';

export interface PublicSignature extends CertificateIdentity {
  /** When the log took it, or a timestamp authority saw it; as proven as the rest. */
  readonly signedAt: Date;
}

export interface PublicSignatures {
  /** Each person once, with their first time. */
  readonly proven: readonly PublicSignature[];
  /** Something here says that it is a public signature of this, and does not hold under the authorities that are trusted. */
  readonly hasUnproven: boolean;
}

/** Anybody may sign anything publicly: what more there is helps nobody who reads. */
const mostSignatures = 8;

/**
 * Who signed `subject` publicly. `trustedRoot` is asked for only where there is a
 * certificate to check. Fails as that does, and as the registry when that may be why nothing was found.
 */
export async function findPublicSignatures(
  place: EvidencePlace,
  subject: Subject,
  trustedRoot: () => Promise<TrustedRoot>,
  options: CandidateOptions = {},
): Promise<PublicSignatures> {
  let hasUnproven = false;
  const found = new Map<string, PublicSignature>();
  let failure: DockerCommsError | undefined;
  for await (const { candidates, failed } of candidateRounds(place, subject.digest, options)) {
    for (const { bundle } of candidates) {
      if (bundle.certificate === null || !isBundleAbout(subject, bundle)) continue;
      const by = certifiedIdentity(subject, bundle, await trustedRoot());
      if (by === null) hasUnproven = true;
      else keepFirst(found, { ...by, signedAt: signedAt(bundle) });
    }
    if (found.size >= mostSignatures) break;
    failure ??= failed[0];
  }
  if (failure !== undefined && found.size === 0) throw failure;
  return { proven: [...found.values()].slice(0, mostSignatures), hasUnproven };
}

function keepFirst(found: Map<string, PublicSignature>, signature: PublicSignature): void {
  const name = `${signature.issuer}\n${signature.identity}`;
  const before = found.get(name);
  if (before === undefined || signature.signedAt < before.signedAt) found.set(name, signature);
}

/**
 * Of a bundle that was verified strictly. A log's time counts only with its promise, which signs it; logs of version 2 give
 * none, and a timestamp stands beside.
 */
function signedAt({ sigstore: { verificationMaterial } }: ParsedBundle): Date {
  const { tlogEntries, timestampVerificationData } = verificationMaterial;
  const promised = tlogEntries
    .filter(({ inclusionPromise }) => inclusionPromise !== undefined)
    .map(({ integratedTime }) => Number(integratedTime) * 1000);
  const stamped = (timestampVerificationData?.rfc3161Timestamps ?? []).map(({ signedTimestamp }) =>
    RFC3161Timestamp.parse(Buffer.from(signedTimestamp)).signingTime.getTime(),
  );
  return new Date(Math.min(...promised, ...stamped));
}
