/** What an account's device makes of the profile that lies in its own mailbox. Pure. */
import type { OwnKeyReason } from '../../base/reasons.ts';
import { classifyProfile } from '../../trust/profile-change.ts';
import type { SignedProfile } from '../../trust/profile-succession.ts';

export type OwnProfileStep =
  /** This one is current; null: there is none yet. */
  | { readonly kind: 'go-on'; readonly latest: SignedProfile | null }
  /** This device and another one of the account have published at once: to be united. */
  | { readonly kind: 'fork'; readonly forks: readonly SignedProfile[] }
  /** Somebody else publishes under this name, or another device of the account has removed this one. */
  | { readonly kind: 'not-mine'; readonly reason: Exclude<OwnKeyReason, 'key-lost'> };

export interface OwnProfileSight {
  /** What was last seen or made here. */
  readonly current: SignedProfile | null;
  /** What the mailbox names now. */
  readonly there: SignedProfile | null;
  /** What `there` unites after a fork, as far as it was found. */
  readonly ancestors: readonly SignedProfile[];
  /** Of this device. */
  readonly fingerprint: string;
}

/** `now` in milliseconds. */
export function ownProfileStep(
  { current, there, ancestors, fingerprint }: OwnProfileSight,
  now: number,
): OwnProfileStep {
  if (there === null || there.digest === current?.digest) return { kind: 'go-on', latest: current };
  const madeHere = there.signedBy.has(fingerprint);
  // To be named in it proves nothing: a thief would name this device beside a key of their own.
  if (current === null) return madeHere ? { kind: 'go-on', latest: there } : other;
  const change = classifyProfile(
    { signed: current, verified: false },
    { signed: there, from: 'mailbox', ancestors },
    now,
  );
  switch (change.kind) {
    case 'unchanged':
      return { kind: 'go-on', latest: current };
    case 'renewed':
      return { kind: 'go-on', latest: there };
    case 'devices':
    case 'key-change':
      return change.revoked.includes(fingerprint) ? removed : { kind: 'go-on', latest: there };
    case 'fork':
      return change.revoked.includes(fingerprint) ? removed : { kind: 'fork', forks: [current, there] };
    case 'alarm':
      // An older one of this device's own, which a restored backup or a thief put back: the later one counts.
      return madeHere ? { kind: 'go-on', latest: laterOf(current, there) } : other;
  }
}

const other: OwnProfileStep = { kind: 'not-mine', reason: 'other-profile' };
const removed: OwnProfileStep = { kind: 'not-mine', reason: 'device-removed' };

function laterOf(current: SignedProfile, there: SignedProfile): SignedProfile {
  return there.profile.sequence > current.profile.sequence ? there : current;
}
