/** What a profile means to somebody who has pinned another one (protocol, section 6). Pure. */
import type { AlarmReason } from '../base/reasons.ts';
import { idOf, isSignedByDeviceOf, successionProblem, type SignedProfile } from './profile-succession.ts';
import { profileAge } from './profile.ts';

export interface PinnedProfile {
  readonly signed: SignedProfile;
  /** Whether the person compared safety numbers, or followed an invite. */
  readonly verified: boolean;
}

export interface OfferedProfile {
  readonly signed: SignedProfile;
  /**
   * `mailbox`: what the person's own moving tag names now. `copy`: what lies beside a message, which may be old for
   * good reasons.
   */
  readonly from: 'mailbox' | 'copy';
  /** Profiles that it unites after a fork, where they are known. */
  readonly ancestors?: readonly SignedProfile[];
}

/** What came of looking at an offered profile. `added` and `revoked` are devices' ids. */
export type ProfileChange =
  /** Nothing new. Keep the pin. */
  | { readonly kind: 'unchanged' }
  /** A new date or mailbox, the same devices. Pin it. */
  | { readonly kind: 'renewed' }
  /** Other devices, properly signed. Pin it and say so. */
  | { readonly kind: 'devices'; readonly added: readonly string[]; readonly revoked: readonly string[] }
  /**
   * New devices of a person who was verified: send nothing until somebody has looked, then pin it (unverified) or
   * not. The revocations count at once.
   */
  | { readonly kind: 'key-change'; readonly added: readonly string[]; readonly revoked: readonly string[] }
  /** Another profile of the person's own devices beside the pinned one. Keep the pin: they will unite the two. */
  | { readonly kind: 'fork'; readonly revoked: readonly string[] }
  /**
   * Not by the person who is pinned, or not only. Keep the pin, send nothing, say so. Keys of `revoked` are to be
   * believed no longer: who revoked them may be the thief, but so may they.
   */
  | { readonly kind: 'alarm'; readonly reason: AlarmReason; readonly revoked: readonly string[] };

/** What `offered` means to somebody who pinned `pinned`, at `now` (milliseconds). */
export function classifyProfile(pinned: PinnedProfile, offered: OfferedProfile, now: number): ProfileChange {
  const [pin, next] = [pinned.signed, offered.signed];
  if (next.digest === pin.digest) return { kind: 'unchanged' };
  if (next.profile.sequence < pin.profile.sequence) return older(pin, offered);
  const problem = successionProblem(pin, next, offered.ancestors);
  if (problem === 'not-newer' || problem === 'not-linked') return fork(pin, next);
  if (problem !== null) return alarm(problem);
  return profileAge(next.profile, now) === 'not-yet' ? alarm('not-yet') : succession(pinned, next);
}

function older(pin: SignedProfile, { signed, from }: OfferedProfile): ProfileChange {
  if (signed.profile.identity !== pin.profile.identity) return alarm('other-identity');
  return from === 'copy' ? { kind: 'unchanged' } : alarm('rollback');
}

function succession({ signed: pin, verified }: PinnedProfile, next: SignedProfile): ProfileChange {
  const before = new Map(pin.profile.devices.map((device) => [idOf(device), device.encryptionKey]));
  const added = next.profile.devices
    .filter((device) => !before.has(idOf(device)) || before.get(idOf(device)) !== device.encryptionKey)
    .map(idOf);
  const revoked = newlyRevoked(pin, next);
  if (added.length === 0 && revoked.length === 0) return { kind: 'renewed' };
  return { kind: verified && added.length > 0 ? 'key-change' : 'devices', added, revoked };
}

/**
 * Two profiles, neither of which follows the other. Registries have no compare-and-swap, so a person's own devices do
 * that now and then; a thief must.
 */
function fork(pin: SignedProfile, other: SignedProfile): ProfileChange {
  if (!isSignedByDeviceOf(pin.profile, other)) return alarm('not-signed-by-pinned-key');
  const revoked = newlyRevoked(pin, other);
  const signersOfPin = pin.profile.devices.map(idOf).filter((id) => pin.signedBy.has(id));
  return signersOfPin.some((id) => revoked.includes(id))
    ? alarm('conflicting-forks', revoked)
    : { kind: 'fork', revoked };
}

function newlyRevoked(pin: SignedProfile, next: SignedProfile): readonly string[] {
  const known = new Set(pin.profile.revoked.map(({ id }) => id));
  return next.profile.revoked.map(({ id }) => id).filter((id) => !known.has(id));
}

function alarm(reason: AlarmReason, revoked: readonly string[] = []): ProfileChange {
  return { kind: 'alarm', reason, revoked };
}
