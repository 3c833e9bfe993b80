import { DockerCommsError } from '../base/errors.ts';
import type { EvidencePlace } from '../trust/candidates.ts';
import { findEvidence } from '../trust/evidence.ts';
import type { Verdict } from '../trust/policy.ts';
import type { VerifyingKey } from '../trust/signing-key.ts';
import { subjectOf } from '../trust/verify.ts';
import { channelTag, readRelease, type Release } from './release.ts';

/** Whose releases are believed, and which of them are wanted. */
export interface ReleaseChoice {
  readonly channel: string;
  /** Of who makes releases: built into the program. */
  readonly keys: readonly VerifyingKey[];
}

/**
 * The newest release of a channel, proven to be by one of `keys`. Null: there is none. Fails `untrusted` for one that they
 * did not sign or that belongs to another channel, `verification-failed` for a signature that does not fit, as `readRelease`, or
 * as the registry does.
 */
export async function findRelease(
  place: EvidencePlace,
  { channel, keys }: ReleaseChoice,
  signal?: AbortSignal,
): Promise<Release | null> {
  const manifest = await fetchTagged(place, channelTag(channel), signal);
  if (manifest === null) return null;
  const { verdict } = await findEvidence(place, subjectOf(manifest), { keys }, { ...(signal && { signal }) });
  if (verdict.state !== 'verified') throw refusal(verdict);
  const release = readRelease(manifest);
  if (release.channel === channel) return release;
  throw new DockerCommsError('untrusted', 'The release that lies there was made for another channel.');
}

async function fetchTagged(
  place: EvidencePlace,
  tag: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | null> {
  try {
    return (await place.fetchManifest(tag, signal)).bytes;
  } catch (error) {
    if (error instanceof DockerCommsError && error.code === 'not-found') return null;
    throw error;
  }
}

function refusal(verdict: Exclude<Verdict, { state: 'verified' }>): DockerCommsError {
  return verdict.state === 'bad'
    ? new DockerCommsError('verification-failed', 'The signature of the update does not fit it.')
    : new DockerCommsError('untrusted', 'The update is not signed by who makes DockerComms.');
}
