/**
 * Who certified the keys of a profile (protocol, section 6, "Certification"). Pure; all of it is a stranger's.
 * Must-fail vectors: test/trust/certification.test.ts.
 */
import type { CertificateIdentity } from './policy.ts';
import { idOf, type SignedProfile } from './profile-succession.ts';
import type { Device } from './profile.ts';
import type { TrustedRoot } from './trusted-root.ts';
import { certifiedAuthor, subjectOf } from './verify.ts';

/**
 * Who certified the key of `device`, as `profile` says; null: nobody, or nobody who counts. Two must agree: who signed in
 * made a statement about this very key, and the device signed the profile that says so. Otherwise somebody could list
 * another person's certified key among their own, or certify a key that is not theirs.
 */
export function certifierOf(
  device: Device,
  { signedBy }: Pick<SignedProfile, 'signedBy'>,
  trustedRoot: TrustedRoot,
): CertificateIdentity | null {
  if (device.certification === undefined || !signedBy.has(idOf(device))) return null;
  return certifiedAuthor(subjectOf(device.key.spki), device.certification, trustedRoot);
}

/** Somebody who certified a key, and the key's fingerprint. */
export interface Certification extends CertificateIdentity {
  readonly fingerprint: string;
}

/** The certifications in the profile that count, in the order of its devices. */
export function certificationsIn(signed: SignedProfile, trustedRoot: TrustedRoot): Certification[] {
  return signed.profile.devices.flatMap((device) => {
    const certifier = certifierOf(device, signed, trustedRoot);
    return certifier === null ? [] : [{ ...certifier, fingerprint: idOf(device) }];
  });
}

/** Whether both are one person's: another issuer may know somebody else by the same name. */
export function isSameIdentity(one: CertificateIdentity, other: CertificateIdentity): boolean {
  return one.identity === other.identity && one.issuer === other.issuer;
}
