/**
 * What lists of people show of a profile (protocol, section 6) that was parsed and believed before: read without its keys, each of
 * which takes longer than all the rest. Must-fail vectors: test/trust/profile-outline.test.ts.
 */
import { z } from 'zod';
import { DockerCommsError } from '../base/errors.ts';
import { parseJsonBytes } from '../oci/manifest.ts';
import * as read from '../protocol/annotations.ts';
import { certification, fingerprint, type Profile } from './profile.ts';

export interface ProfileOutline extends Pick<Profile, 'issuedAt' | 'expiresAt'> {
  /** Fingerprints of the keys that somebody is said to have certified. */
  readonly certified: readonly string[];
}

const outlineSchema = z
  .object({
    issued_at: read.timestamp,
    expires_at: read.timestamp,
    devices: z.array(z.object({ id: fingerprint, certification })),
  })
  .transform(({ issued_at, expires_at, devices }): ProfileOutline => ({
    issuedAt: issued_at,
    expiresAt: expires_at,
    certified: devices.flatMap(({ id, certification: claim }) => (claim === undefined ? [] : [id])),
  }));

/** Of the layer `bytes` of a profile that `parseProfile` has taken. Throws `protocol`. */
export function profileOutline(bytes: Uint8Array): ProfileOutline {
  try {
    return outlineSchema.parse(parseJsonBytes(bytes));
  } catch (cause) {
    throw new DockerCommsError('protocol', 'This profile cannot be read.', { cause });
  }
}
