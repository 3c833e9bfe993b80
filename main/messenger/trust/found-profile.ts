import { toDockerCommsError } from '../../base/errors.ts';
import { profileTag } from '../../protocol/tags.ts';
import type { CandidateOptions, EvidencePlace } from '../../trust/candidates.ts';
import { fetchSignedProfile } from '../../trust/profile-artifact.ts';
import type { SignedProfile } from '../../trust/profile-succession.ts';
import type { VerifyingKey } from '../../trust/signing-key.ts';
import { isOfTheMoment } from '../errors.ts';

/**
 * The profile that `place` names under this identity; null: none. Whatever else somebody put under that tag, damaged or far
 * too large, is no profile either: it must not keep messages of this person from being read. Fails as the registry does.
 */
export async function foundProfile(
  place: EvidencePlace,
  identity: string,
  keys: readonly VerifyingKey[],
  options: CandidateOptions = {},
): Promise<SignedProfile | null> {
  return foundAt(place, profileTag(identity), keys, options);
}

/** As many as a united profile is believed to unite: two devices at once are likely, more than eight are not. */
const mostForks = 8;

/**
 * The profiles that `signed` unites after a fork, as far as they lie in `place`: a device that is new in it may have signed only
 * one of them (protocol, section 6). Fails as the registry does.
 */
export async function foundAncestors(
  place: EvidencePlace,
  { profile }: SignedProfile,
  keys: readonly VerifyingKey[],
  options: CandidateOptions = {},
): Promise<readonly SignedProfile[]> {
  const { previous } = profile;
  if (previous.length < 2 || previous.length > mostForks) return [];
  const found = await Promise.all(previous.map((digest) => foundAt(place, digest, keys, options)));
  return found.filter((ancestor) => ancestor !== null);
}

async function foundAt(
  place: EvidencePlace,
  reference: string,
  keys: readonly VerifyingKey[],
  options: CandidateOptions,
): Promise<SignedProfile | null> {
  try {
    return await fetchSignedProfile(place, reference, keys, options);
  } catch (thrown) {
    const error = toDockerCommsError(thrown);
    if (isOfTheMoment(error)) throw error;
    return null;
  }
}
