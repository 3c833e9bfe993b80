/** Whether one profile may follow another (protocol, section 6, "Trust on first use"). Pure. */
import type { Digest } from '../base/digest.ts';
import type { AlarmReason } from '../base/reasons.ts';
import type { Device, Profile } from './profile.ts';

/** A profile, and who signed it. Made by `fetchSignedProfile`. */
export interface SignedProfile {
  readonly profile: Profile;
  /** Of its manifest: what was signed, and what `previous` names. */
  readonly digest: Digest;
  /** Fingerprints of the keys whose signature over the manifest was verified. */
  readonly signedBy: ReadonlySet<string>;
}

export type FirstSightProblem = 'other-identity' | 'not-signed' | 'invited-key-missing';

/**
 * Why a profile that is seen for the first time is not taken; null when it is. It must be about `identity` and signed
 * by a device of its own; where an invite told a key, by that one.
 */
export function firstSightProblem(
  { profile, signedBy }: SignedProfile,
  expected: { readonly identity: string; readonly fingerprint?: string },
): FirstSightProblem | null {
  if (profile.identity !== expected.identity) return 'other-identity';
  const signers = profile.devices.map(idOf).filter((id) => signedBy.has(id));
  if (signers.length === 0) return 'not-signed';
  const { fingerprint } = expected;
  return fingerprint === undefined || signers.includes(fingerprint) ? null : 'invited-key-missing';
}

export type SuccessionProblem =
  | Exclude<AlarmReason, 'rollback' | 'not-yet' | 'conflicting-forks' | 'other-certifier'>
  /** Its sequence is not higher. */
  | 'not-newer'
  /** It is the next one, and does not follow the pinned one: a fork. */
  | 'not-linked';

/**
 * Why `next` does not follow `pinned`; null when it does. It must be signed by an unrevoked key of the pinned profile
 * and by every device that is new. After a fork a new device may have signed one of the profiles that `next` unites:
 * `ancestors` are those, where they are known. Readers who missed some may skip numbers.
 */
export function successionProblem(
  pinned: SignedProfile,
  next: SignedProfile,
  ancestors: readonly SignedProfile[] = [],
): SuccessionProblem | null {
  const [from, to] = [pinned.profile, next.profile];
  if (to.identity !== from.identity) return 'other-identity';
  if (to.sequence <= from.sequence) return 'not-newer';
  if (!isSignedByDeviceOf(from, next)) return 'not-signed-by-pinned-key';
  if (to.sequence === from.sequence + 1 && !to.previous.includes(pinned.digest)) return 'not-linked';
  return revocationProblem(from, to) ?? deviceProblem(pinned, next, ancestors);
}

/** Whether `next` follows `pinned`. */
export function isSuccessor(
  pinned: SignedProfile,
  next: SignedProfile,
  ancestors: readonly SignedProfile[] = [],
): boolean {
  return successionProblem(pinned, next, ancestors) === null;
}

function revocationProblem(from: Profile, to: Profile): SuccessionProblem | null {
  const revoked = new Set(to.revoked.map(({ id }) => id));
  const stays = new Set(to.devices.map(idOf));
  if (!from.revoked.every(({ id }) => revoked.has(id))) return 'revocation-undone';
  return from.devices.map(idOf).every((id) => stays.has(id) || revoked.has(id)) ? null : 'device-dropped';
}

function deviceProblem(
  pinned: SignedProfile,
  next: SignedProfile,
  ancestors: readonly SignedProfile[],
): SuccessionProblem | null {
  const before = new Map(pinned.profile.devices.map((device) => [idOf(device), device]));
  const united = ancestors.filter(({ digest }) => next.profile.previous.includes(digest));
  for (const device of next.profile.devices) {
    const known = before.get(idOf(device));
    if (known !== undefined && known.encryptionKey === device.encryptionKey) continue;
    if ([next, ...united].some((profile) => hasVouched(profile, device))) continue;
    return known === undefined ? 'new-key-not-proven' : 'device-changed';
  }
  return null;
}

/** Whether the device signed a profile that lists it just like this. */
function hasVouched({ profile, signedBy }: SignedProfile, device: Device): boolean {
  const listed = profile.devices.some(
    (other) => idOf(other) === idOf(device) && other.encryptionKey === device.encryptionKey,
  );
  return listed && signedBy.has(idOf(device));
}

/** Whether an unrevoked device of `profile` signed `next`. */
export function isSignedByDeviceOf(profile: Profile, { signedBy }: Pick<SignedProfile, 'signedBy'>): boolean {
  return profile.devices.some((device) => signedBy.has(idOf(device)));
}

export function idOf({ key }: Device): string {
  return key.fingerprint;
}
