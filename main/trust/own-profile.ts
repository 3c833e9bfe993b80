/** The owner's side of a profile: the first one, the next one, and one after a fork. Pure. */
import { DockerCommsError } from '../base/errors.ts';
import { wholeSeconds } from '../protocol/annotations.ts';
import { idOf, isSignedByDeviceOf, type SignedProfile } from './profile-succession.ts';
import { KiB } from '../base/limits.ts';
import { longestProfileLife, type Device, type Profile, type Revocation } from './profile.ts';

/** Bytes of all certifications in a profile that is written: it has to stay readable however many devices come together. */
const mostCertificationBytes = 64 * KiB;

/** The first profile of an identity: one device. `now` in milliseconds. */
export function firstProfile(
  identity: string,
  device: Device,
  mailboxes: readonly string[],
  now: number,
): Profile {
  return {
    identity,
    sequence: 1,
    previous: [],
    devices: [device],
    revoked: [],
    mailboxes,
    ...datesFrom(now),
  };
}

export interface ProfileEdit {
  readonly add?: readonly Device[];
  /** Ids of devices that speak for nobody from now on. */
  readonly revoke?: readonly string[];
  readonly mailboxes?: readonly string[];
  /** A device's key is certified by this keyless bundle from now on; null: no longer. Only that device's signature tells. */
  readonly certify?: { readonly device: string; readonly certification: Uint8Array | null };
}

/**
 * The profile that follows `current`; without an edit, its renewal. Throws `invalid` when it would leave no device, or
 * bring back a revoked one.
 */
export function nextProfile(current: SignedProfile, edit: ProfileEdit, now: number): Profile {
  const revoked = uniteRevocations([
    current.profile.revoked,
    (edit.revoke ?? []).map((id) => ({ id, at: wholeSeconds(now) })),
  ]);
  const gone = new Set(revoked.map(({ id }) => id));
  if (edit.add?.some((device) => gone.has(idOf(device))) === true) {
    throw new DockerCommsError(
      'invalid',
      'A device that was removed cannot come back. Add it with a new key.',
    );
  }
  const united = uniteDevices([current.profile.devices, edit.add ?? []], gone);
  const devices = edit.certify === undefined ? united : united.map(certifiedAs(edit.certify));
  return {
    identity: current.profile.identity,
    sequence: current.profile.sequence + 1,
    previous: [current.digest],
    devices: fitting(atLeastOne(devices)),
    revoked,
    mailboxes: edit.mailboxes ?? current.profile.mailboxes,
    ...datesFrom(now),
  };
}

/**
 * The profile that unites those that were published at once: all their devices less all their revocations. A profile
 * that only devices signed which another one revokes adds and revokes nothing: it is a thief's. Throws `conflict` when each
 * revokes the other's, because only a person can tell which is which; `invalid` for other identities or no device left.
 */
export function uniteProfiles(forks: readonly SignedProfile[], now: number): Profile {
  const [first] = forks;
  if (first === undefined || forks.some(({ profile }) => profile.identity !== first.profile.identity)) {
    throw new DockerCommsError('invalid', 'Only profiles of one person can be united.');
  }
  const believed = forks.filter((fork) => !isOutvoted(fork, forks));
  if (believed.length === 0) {
    throw new DockerCommsError(
      'conflict',
      'Two of your devices removed each other. Decide which one is yours.',
    );
  }
  const revoked = uniteRevocations(believed.map(({ profile }) => profile.revoked));
  const gone = new Set(revoked.map(({ id }) => id));
  const devices = uniteDevices(
    believed.map(({ profile }) => profile.devices),
    gone,
  ).map((device) => withCertification(device, unitedCertification(device, believed)));
  return {
    identity: first.profile.identity,
    sequence: Math.max(...forks.map(({ profile }) => profile.sequence)) + 1,
    previous: [...new Set(forks.map(({ digest }) => digest))].sort(),
    devices: fitting(atLeastOne(devices)),
    revoked,
    mailboxes: [...new Set(believed.flatMap(({ profile }) => profile.mailboxes))].sort(),
    ...datesFrom(now),
  };
}

/** Whether another one lists no device that signed `fork`: its own new devices, which only it lists, do not count. */
function isOutvoted({ digest, signedBy }: SignedProfile, forks: readonly SignedProfile[]): boolean {
  const others = forks.filter((other) => other.digest !== digest);
  return signedBy.size === 0 || others.some((other) => !isSignedByDeviceOf(other.profile, { signedBy }));
}

/** Each device once, in the order of their ids; of two entries the one with the later date, then the greater key. */
function uniteDevices(lists: readonly (readonly Device[])[], gone: ReadonlySet<string>): Device[] {
  const united = new Map<string, Device>();
  for (const device of lists.flat()) {
    const known = united.get(idOf(device));
    if (!gone.has(idOf(device)) && (known === undefined || isLater(device, known))) {
      united.set(idOf(device), device);
    }
  }
  return [...united.values()].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}

function isLater(one: Device, other: Device): boolean {
  const [a, b] = [one.addedAt.getTime(), other.addedAt.getTime()];
  return a === b ? (one.encryptionKey ?? '') > (other.encryptionKey ?? '') : a > b;
}

/** Of several certifications the one that the device itself signed for; of those, the greatest. */
function unitedCertification(device: Device, forks: readonly SignedProfile[]): Uint8Array | undefined {
  const id = idOf(device);
  const certifications = forks.flatMap(({ profile, signedBy }) =>
    profile.devices
      .filter((other) => idOf(other) === id && other.certification !== undefined)
      .map(({ certification = new Uint8Array() }) => ({ certification, own: signedBy.has(id) })),
  );
  const [best] = certifications.sort(
    (a, b) => Number(b.own) - Number(a.own) || Buffer.compare(b.certification, a.certification),
  );
  return best?.certification;
}

function certifiedAs({ device: id, certification }: NonNullable<ProfileEdit['certify']>) {
  return (device: Device): Device =>
    idOf(device) === id ? withCertification(device, certification ?? undefined) : device;
}

function withCertification(
  { certification: _replaced, ...device }: Device,
  certification: Uint8Array | undefined,
): Device {
  return certification === undefined ? device : { ...device, certification };
}

/** Without the certifications that there is no room for: a profile that cannot be published helps nobody. */
function fitting(devices: readonly Device[]): readonly Device[] {
  let left = mostCertificationBytes;
  return devices.map((device) => {
    const bytes = device.certification?.byteLength ?? 0;
    if (bytes > left) return withCertification(device, undefined);
    left -= bytes;
    return device;
  });
}

/** Each revocation once, with its earliest date, in the order of ids. */
function uniteRevocations(lists: readonly (readonly Revocation[])[]): Revocation[] {
  const united = new Map<string, Date>();
  for (const { id, at } of lists.flat()) {
    const known = united.get(id);
    if (known === undefined || at < known) united.set(id, at);
  }
  return [...united].map(([id, at]) => ({ id, at })).sort((a, b) => (a.id < b.id ? -1 : 1));
}

function atLeastOne(devices: readonly Device[]): readonly Device[] {
  if (devices.length > 0) return devices;
  throw new DockerCommsError('invalid', 'The last device cannot be removed.');
}

function datesFrom(now: number): Pick<Profile, 'issuedAt' | 'expiresAt'> {
  const issuedAt = wholeSeconds(now);
  return { issuedAt, expiresAt: new Date(issuedAt.getTime() + longestProfileLife) };
}
