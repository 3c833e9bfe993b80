import { sha256 } from '../../main/base/hash.ts';
import { firstProfile, nextProfile, type ProfileEdit } from '../../main/trust/own-profile.ts';
import type { SignedProfile } from '../../main/trust/profile-succession.ts';
import { writeProfile, type Device, type Profile } from '../../main/trust/profile.ts';
import { createSigningKey, type SigningKey } from '../../main/trust/signing-key.ts';

/** 2026-11-24, 12:00 UTC. */
export const noon = Date.UTC(2026, 10, 24, 12);
export const day = 24 * 3600 * 1000;

/** A device with its private key. */
export interface OwnDevice extends Device {
  readonly signingKey: SigningKey;
  readonly id: string;
}

export function someDevice(more: Partial<Device> = {}): OwnDevice {
  const signingKey = createSigningKey();
  const key = signingKey.verifying;
  return { signingKey, id: key.fingerprint, key, addedAt: new Date(noon), ...more };
}

/** `device` as it stands in a profile. */
export function entry({ key, addedAt, encryptionKey, certification }: Device): Device {
  return {
    ...{ key, addedAt },
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
    ...(certification === undefined ? {} : { certification }),
  };
}

/** The profile as if these devices had signed its manifest. */
export function signedBy(profile: Profile, ...devices: readonly Pick<OwnDevice, 'id'>[]): SignedProfile {
  return {
    profile,
    digest: sha256(writeProfile(profile)),
    signedBy: new Set(devices.map(({ id }) => id)),
  };
}

export function alicesFirst(device: Device): Profile {
  return firstProfile('alice@example.com', entry(device), ['registry.example/mail/alice'], noon);
}

/** The next profile, with parts of it replaced as a stranger might. */
export function forged(current: SignedProfile, edit: ProfileEdit, changes: Partial<Profile> = {}): Profile {
  return { ...nextProfile(current, edit, noon + day), ...changes };
}
