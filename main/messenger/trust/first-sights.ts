import type { Person } from '../../store/people.ts';
import type { CandidateOptions, EvidencePlace } from '../../trust/candidates.ts';
import { firstSightProblem, type SignedProfile } from '../../trust/profile-succession.ts';
import { profileAge } from '../../trust/profile.ts';
import type { EngineContext } from '../context.ts';
import { foundProfile } from './found-profile.ts';

/** Why keys that are otherwise good do not count yet, or no longer: the time for which they were published. */
export type Untimely = 'not-yet' | 'expired';

type Parts = Pick<EngineContext, 'clock' | 'events' | 'logger'>;

/** The profiles by which somebody may be known from now on, and why the one that is there may not do. */
export class FirstSights {
  readonly #parts: Parts;
  /** By identity, since the program started: who is looked at again is found out again. */
  readonly #untimely = new Map<string, Untimely>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * The profile in `place` by which somebody may be known from now on; null: there is none, or not one to begin with.
   * Pins nothing. Fails as the registry does.
   */
  async seek(
    { identity, invitedKey }: Pick<Person, 'identity' | 'invitedKey'>,
    place: EvidencePlace,
    options: CandidateOptions,
  ): Promise<SignedProfile | null> {
    const signed = await foundProfile(place, identity, [], options);
    const expected = { identity, ...(invitedKey !== null && { fingerprint: invitedKey }) };
    const problem = signed && firstSightProblem(signed, expected);
    const age = signed && profileAge(signed.profile, this.#parts.clock.now());
    this.#note(identity, problem === null && age !== null && age !== 'current' ? age : null);
    if (problem === null && age === 'current') return signed;
    if (signed !== null) this.#parts.logger.warn({ problem: problem ?? age }, 'a profile was not taken');
    return null;
  }

  /** Why the keys that were last found in this name do not count; null: for another reason, or they do. */
  untimely(identity: string): Untimely | null {
    return this.#untimely.get(identity) ?? null;
  }

  #note(identity: string, untimely: Untimely | null): void {
    if (this.untimely(identity) === untimely) return;
    if (untimely === null) this.#untimely.delete(identity);
    else this.#untimely.set(identity, untimely);
    this.#parts.events.emit({ type: 'people.changed' });
  }
}
