import type { PersonTrust } from '../../../preload/contract/people.ts';
import type { Pin } from '../../store/pins.ts';
import { profileOutline } from '../../trust/profile-outline.ts';
import { profileAge } from '../../trust/profile.ts';
import type { CertificationOf } from './certifications.ts';
import { isBlocking } from './stored-profiles.ts';

/** How a person is known whose keys are pinned. `now` in milliseconds. */
export function pinnedTrust(pin: Pin, now: number, certificationOf: CertificationOf): PersonTrust {
  const outline = profileOutline(pin.document);
  return {
    state: pin.verifiedAt === null ? 'first-use' : 'verified',
    since: pin.verifiedAt ?? pin.pinnedAt,
    change: pin.change && {
      kind: pin.change.kind,
      reason: pin.change.reason,
      at: pin.change.at,
      blocking: isBlocking(pin.change),
    },
    ignored: Object.values(pin.quieted).reduce((sum, { count }) => sum + count, 0),
    expired: profileAge(outline, now) === 'expired',
    untimely: null,
    certification: certificationOf(pin, outline),
  };
}

/** How a person is known whose keys nobody has seen. `untimely`: of a profile that could not be the first. */
export function unknownTrust(untimely: PersonTrust['untimely']): PersonTrust {
  return {
    ...{ state: 'unknown', since: null, change: null, ignored: 0, expired: false, untimely },
    certification: { by: [], others: [], problem: null },
  };
}
