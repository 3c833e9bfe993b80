/**
 * The profile (protocol, section 6): which devices speak for an identity, published by their owner.
 * Must-fail vectors: test/trust/profile.test.ts; of certifications: test/trust/certification.test.ts.
 */
import { z } from 'zod';
import type { Digest } from '../base/digest.ts';
import { DockerCommsError, isDockerCommsError } from '../base/errors.ts';
import { KiB, limits } from '../base/limits.ts';
import { parseJsonBytes } from '../oci/manifest.ts';
import { formatRepositoryReference, parseRepositoryReference } from '../oci/reference.ts';
import * as read from '../protocol/annotations.ts';
import { parseVerifyingKey, type VerifyingKey } from './signing-key.ts';

export interface Device {
  /** Its fingerprint is the device's id: a revoked device can never come back under another name. */
  readonly key: VerifyingKey;
  /** Where private messages are encrypted to (section 7). */
  readonly encryptionKey?: string;
  readonly addedAt: Date;
  /** A claim who certified the key: a keyless bundle over it. Believed by `certifierOf` only. */
  readonly certification?: Uint8Array;
}

export interface Revocation {
  /** The device's id: the fingerprint of its signing key. */
  readonly id: string;
  readonly at: Date;
}

export interface Profile {
  readonly identity: string;
  /** 1 for the first. */
  readonly sequence: number;
  /** Digests of the manifests that this one follows: one, or several after a fork; none for the first. */
  readonly previous: readonly Digest[];
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** Never one that is revoked. */
  readonly devices: readonly Device[];
  /** Every revocation there ever was. */
  readonly revoked: readonly Revocation[];
  /** Repositories where this person is written to, as `host/path`. */
  readonly mailboxes: readonly string[];
}

/** Bytes of the largest profile that is read: 32 devices with post-quantum keys, and room. */
export const largestProfileBytes = 256 * KiB;
/** Milliseconds that a profile is good for: how long a revocation can be withheld unnoticed. */
export const longestProfileLife = 30 * 24 * 3600 * 1000;

/** Bytes of the largest certification of a key; a larger one is left out as if it were not there. */
export const largestCertificationBytes = 16 * KiB;

/** What one profile may hold: who reads it follows strangers. All of it together is bounded by `largestProfileBytes`. */
const most = {
  /** More than anybody uses at a time; each that is unknown is one more signature to be looked for. */
  devices: 32,
  /** For ever, since no revocation is taken back: ten a year for fifty years. */
  revoked: 512,
  /** Profiles that one fork left: as many devices would have had to publish at the same moment. */
  previous: 16,
  /** Places where one person is written to; each is a repository that somebody's program would ask. */
  mailboxes: 16,
  /** Twice what a post-quantum age key has: 1,216 bytes in Bech32, five bits a character. */
  encryptionKeyCharacters: 4096,
} as const;

/** Of a key, as it stands in a profile. */
export const fingerprint = z.string().regex(/^[0-9a-f]{64}$/);

/** Undefined for what cannot be one. */
export const certification = z.unknown().transform(readCertification).optional();

const deviceSchema = z
  .object({
    id: fingerprint,
    signing_key: z.string().transform((text) => parseVerifyingKey(canonicalBase64(text))),
    encryption_key: z
      .string()
      .regex(/^[\x21-\x7e]+$/)
      .max(most.encryptionKeyCharacters)
      .optional(),
    added_at: read.timestamp,
    certification,
  })
  .refine(({ id, signing_key }) => id === signing_key.fingerprint, 'an id that is not of this key')
  .transform(({ signing_key, encryption_key, added_at, certification: claim }): Device => ({
    key: signing_key,
    addedAt: added_at,
    ...(encryption_key === undefined ? {} : { encryptionKey: encryption_key }),
    ...(claim === undefined ? {} : { certification: claim }),
  }));

const mailbox = z.string().refine((text) => isRepository(text), 'not a repository');

/** Unknown fields are ignored: a later writer may add some. What is known must be right. */
const profileSchema = z
  .object({
    version: z.literal(1),
    identity: read.identity,
    sequence: z
      .number()
      .int()
      .min(1)
      .max(Number.MAX_SAFE_INTEGER - 1),
    previous: z.array(read.digest).max(most.previous),
    issued_at: read.timestamp,
    expires_at: read.timestamp,
    devices: z.array(deviceSchema).min(1).max(most.devices),
    revoked: z.array(z.object({ id: fingerprint, at: read.timestamp })).max(most.revoked),
    mailboxes: z.array(mailbox).max(most.mailboxes),
  })
  .transform(
    ({ identity, sequence, previous, issued_at, expires_at, devices, revoked, mailboxes }): Profile => ({
      ...{ identity, sequence, previous, devices, revoked, mailboxes },
      issuedAt: issued_at,
      expiresAt: expires_at,
    }),
  )
  .refine(isConsistent, 'contradicts itself');

function isConsistent({ sequence, previous, issuedAt, expiresAt, devices, revoked }: Profile): boolean {
  const life = expiresAt.getTime() - issuedAt.getTime();
  const devicesAndRevoked = [...devices.map(({ key }) => key.fingerprint), ...revoked.map(({ id }) => id)];
  return (
    (sequence === 1) === (previous.length === 0) &&
    life > 0 &&
    life <= longestProfileLife &&
    isUnique(devicesAndRevoked) &&
    isUnique(previous)
  );
}

/** The profile in the layer `bytes`: a claim until its signatures say so. Throws `protocol`. */
export function parseProfile(bytes: Uint8Array): Profile {
  if (bytes.byteLength > largestProfileBytes) throw malformed('size');
  try {
    const result = profileSchema.safeParse(parseJsonBytes(bytes));
    if (result.success) return result.data;
    throw malformed(String(result.error.issues[0]?.path[0] ?? ''), result.error);
  } catch (error) {
    if (isDockerCommsError(error, 'protocol')) throw error;
    throw malformed('', error);
  }
}

/** The layer's bytes. Throws `invalid` for a profile that `parseProfile` would refuse: nobody could read it. */
export function writeProfile(profile: Profile): Buffer {
  const document = {
    version: 1,
    identity: profile.identity,
    sequence: profile.sequence,
    previous: profile.previous,
    issued_at: read.formatTimestamp(profile.issuedAt),
    expires_at: read.formatTimestamp(profile.expiresAt),
    devices: profile.devices.map(({ key, encryptionKey, addedAt, certification }) => ({
      id: key.fingerprint,
      signing_key: Buffer.from(key.spki).toString('base64'),
      ...(encryptionKey === undefined ? {} : { encryption_key: encryptionKey }),
      added_at: read.formatTimestamp(addedAt),
      ...(certification && { certification: Buffer.from(certification).toString('base64') }),
    })),
    revoked: profile.revoked.map(({ id, at }) => ({ id, at: read.formatTimestamp(at) })),
    mailboxes: profile.mailboxes,
  };
  const bytes = Buffer.from(JSON.stringify(document));
  try {
    parseProfile(bytes);
  } catch (cause) {
    throw new DockerCommsError('invalid', 'This profile cannot be published.', { cause });
  }
  return bytes;
}

export type ProfileAge = 'current' | 'expired' | 'not-yet';

/** Whether a profile is in force at `now` (milliseconds), five minutes of clock skew forgiven. */
export function profileAge(
  { issuedAt, expiresAt }: Pick<Profile, 'issuedAt' | 'expiresAt'>,
  now: number,
): ProfileAge {
  const skew = limits.clockSkewSeconds * 1000;
  if (now > expiresAt.getTime() + skew) return 'expired';
  return now < issuedAt.getTime() - skew ? 'not-yet' : 'current';
}

function canonicalBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') === text) return bytes;
  throw malformed('devices');
}

/** Undefined for what cannot be a certification: the keys of a profile are good without one. */
function readCertification(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  if (value.length > 4 * Math.ceil(largestCertificationBytes / 3)) return undefined;
  const bytes = Buffer.from(value, 'base64');
  const whole = bytes.toString('base64') === value && bytes.byteLength <= largestCertificationBytes;
  return whole ? bytes : undefined;
}

function isRepository(text: string): boolean {
  try {
    return formatRepositoryReference(parseRepositoryReference(text)) === text;
  } catch {
    return false;
  }
}

function isUnique(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

function malformed(field: string, cause?: unknown): DockerCommsError {
  return new DockerCommsError('protocol', 'This profile cannot be read.', { detail: { field }, cause });
}
