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
  try {
    return await fetchSignedProfile(place, profileTag(identity), keys, options);
  } catch (thrown) {
    const error = toDockerCommsError(thrown);
    if (isOfTheMoment(error)) throw error;
    return null;
  }
}
