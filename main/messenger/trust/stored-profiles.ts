/** Profiles between the store, which knows bytes, and the floor of trust, which knows what they mean. */
import { parseDigest } from '../../base/digest.ts';
import type { AlarmReason } from '../../base/reasons.ts';
import type { Pin, PinChange, StoredProfile } from '../../store/pins.ts';
import type { SignedProfile } from '../../trust/profile-succession.ts';
import { parseProfile, writeProfile } from '../../trust/profile.ts';
import type { VerifyingKey } from '../../trust/signing-key.ts';

export function storedProfile({ profile, digest, signedBy }: SignedProfile): StoredProfile {
  return { digest, document: writeProfile(profile), signedBy: [...signedBy] };
}

export function restoredProfile({ digest, document, signedBy }: StoredProfile): SignedProfile {
  return { digest: parseDigest(digest), profile: parseProfile(document), signedBy: new Set(signedBy) };
}

/** What about the profile `offered` has to be looked at. `at` in milliseconds. */
export function changeOf(
  kind: PinChange['kind'],
  reason: AlarmReason | null,
  { digest, document, signedBy }: StoredProfile,
  at: number,
): PinChange {
  const offered = { digest, document: Buffer.from(document).toString('base64'), signedBy };
  return { kind, reason, at, offered };
}

/** Only a notice lets messages go on. */
export function isBlocking({ kind }: PinChange): boolean {
  return kind !== 'new-device';
}

/** The keys of a pin whose signatures count. */
export function believedKeys(pin: Pick<Pin, 'document' | 'distrusted'>): readonly VerifyingKey[] {
  return keysOf(pin).filter(({ fingerprint }) => !pin.distrusted.includes(fingerprint));
}

/** The keys of a pin whose signatures are named and do not count. */
export function distrustedKeys(pin: Pick<Pin, 'document' | 'distrusted'>): readonly VerifyingKey[] {
  return keysOf(pin).filter(({ fingerprint }) => pin.distrusted.includes(fingerprint));
}

function keysOf({ document }: Pick<Pin, 'document'>): readonly VerifyingKey[] {
  return parseProfile(document).devices.map(({ key }) => key);
}
