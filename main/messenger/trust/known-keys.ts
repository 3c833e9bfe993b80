import type { PersonTrust } from '../../../preload/contract/people.ts';
import { DockerCommsError } from '../../base/errors.ts';
import type { AlarmReason } from '../../base/reasons.ts';
import type { Person } from '../../store/people.ts';
import type { Pin, PinChange, StoredProfile } from '../../store/pins.ts';
import type { CandidateOptions, EvidencePlace } from '../../trust/candidates.ts';
import type { CertificateIdentity, Policy } from '../../trust/policy.ts';
import { classifyProfile, type OfferedProfile, type ProfileChange } from '../../trust/profile-change.ts';
import { firstSightProblem, type SignedProfile } from '../../trust/profile-succession.ts';
import { longestProfileLife, parseProfile, profileAge } from '../../trust/profile.ts';
import type { VerifyingKey } from '../../trust/signing-key.ts';
import type { EngineContext } from '../context.ts';
import type { TrustOf } from '../views.ts';
import type { CertificationOf, Certifications } from './certifications.ts';
import { FirstSights } from './first-sights.ts';
import { foundAncestors, foundProfile } from './found-profile.ts';
import { pinnedTrust, unknownTrust } from './person-trust.ts';
import {
  believedKeys,
  changeOf,
  distrustedKeys,
  isBlocking,
  restoredProfile,
  storedProfile,
} from './stored-profiles.ts';

export interface LookOptions extends CandidateOptions {
  /** Whether the place is the person's own mailbox, or another one where a copy may lie. */
  readonly from: OfferedProfile['from'];
}

/** Milliseconds that a profile needs no second look: a revocation should not take longer to be noticed. */
const lookedAtFor = 24 * 60 * 60 * 1000;

/**
 * Milliseconds for which an answered objection is not raised again: as long as a profile lives. Somebody who really began
 * anew is noticed then at the latest.
 */
const quietFor = longestProfileLife;

type Parts = Pick<EngineContext, 'store' | 'clock' | 'events' | 'logger'> & {
  readonly certifications: Certifications;
};

/** Whose keys are believed: pinned when first seen, followed when their owner changes them, held on to when not. */
export class KnownKeys {
  readonly firstSights: FirstSights;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.firstSights = new FirstSights(parts);
  }

  /** Whose signatures count as this person's; null while none of their keys was ever seen. */
  policyFor(personId: string): Policy | null {
    const pin = this.#parts.store.pins.get(personId);
    return pin && { keys: believedKeys(pin), recognised: distrustedKeys(pin) };
  }

  /** Who this person is to certificate authorities: proven for a key of theirs that counts. Empty: nobody knows. */
  certificatesFor(personId: string): readonly CertificateIdentity[] {
    const pin = this.#parts.store.pins.get(personId);
    if (pin === null) return [];
    return this.#parts.certifications
      .of(pin)
      .by.map(({ subject, issuer }) => ({ identity: subject, issuer }));
  }

  /** Whether to look at this person's profile before writing to them: it was never seen, or not for a day. */
  isWorthALook(personId: string): boolean {
    const pin = this.#parts.store.pins.get(personId);
    return pin === null || this.#parts.clock.now() > pin.checkedAt + lookedAtFor;
  }

  /**
   * Looks at the profile of `person` that lies in `place`: pins it when it is the first, follows it when it follows the
   * pinned one, and otherwise notes what is wrong. Fails as the registry does; no profile is no failure. Whatever a person
   * decides while it is fetched stands: what was fetched is held against what is pinned then.
   */
  async look(person: Person, place: EvidencePlace, options: LookOptions): Promise<void> {
    const { pins, people } = this.#parts.store;
    const pin = pins.get(person.id);
    if (pin === null) {
      const seen = await this.firstSights.seek(person, place, options);
      const isAsBefore =
        pins.get(person.id) === null && people.get(person.id)?.invitedKey === person.invitedKey;
      // Else somebody was faster, or an invitation has told another key: the next look begins with that.
      if (seen !== null && isAsBefore) this.meet(person, seen);
      return;
    }
    const pinned = parseProfile(pin.document).devices.map(({ key }) => key);
    const signed = await foundProfile(place, person.identity, pinned, options);
    if (signed === null) return;
    const ancestors = await foundAncestors(place, signed, pinned, options);
    const current = pins.get(person.id);
    // What was fetched was looked for by the keys that were pinned before.
    if (current?.digest === pin.digest) this.#follow(current, { signed, from: options.from, ancestors });
  }

  /** From now on this person is known by what `firstSights` gave. */
  meet({ id, invitedKey }: Person, signed: SignedProfile): void {
    const { clock, store } = this.#parts;
    const now = clock.now();
    this.#set({
      ...storedProfile(signed),
      personId: id,
      pinnedAt: now,
      verifiedAt: invitedKey === null ? null : now,
      distrusted: [],
      change: null,
      dismissed: null,
      quieted: {},
      checkedAt: now,
    });
    if (invitedKey !== null) store.people.update(id, { invitedKey: null });
  }

  /**
   * An invitation told this key: from now on it counts as compared. Where other keys were pinned the old ones stay, and
   * what to do about it is for the person to decide.
   */
  invite(person: Person, fingerprint: string): void {
    const pin = this.#parts.store.pins.get(person.id);
    const known = pin !== null && believedKeys(pin).some((key) => key.fingerprint === fingerprint);
    if (known) this.setVerified(person.id, true);
    else if (pin === null) this.#parts.store.people.update(person.id, { invitedKey: fingerprint });
    else {
      throw new DockerCommsError(
        'untrusted',
        `This invitation is for another key than the one that ${person.name ?? person.identity} is known by here. Ask them which one is theirs.`,
        { detail: { reason: 'other-key' } },
      );
    }
  }

  /** Fails `untrusted` while something about this person's keys has to be looked at before anything is sent. */
  requireNoAlarm({ id, name, identity }: Person): void {
    const change = this.#parts.store.pins.get(id)?.change ?? null;
    if (change === null || !isBlocking(change)) return;
    throw new DockerCommsError(
      'untrusted',
      `The keys of ${name ?? identity} changed. Look at that before anything is sent to them.`,
      { detail: { reason: 'keys-changed', change: change.kind } },
    );
  }

  /** The keys whose signatures count as this person's. Fails `not-found` while none is known. */
  keysOf(personId: string): readonly VerifyingKey[] {
    return believedKeys(this.#pinOf(personId));
  }

  readonly trustOf = ({ id }: Pick<Person, 'id'>): PersonTrust =>
    this.#trustBy(id, this.#parts.store.pins.get(id), (pin, outline) =>
      this.#parts.certifications.of(pin, outline),
    );

  /** As `trustOf`, for lists of people: everybody's keys are read at once. Good for as long as nothing changes. */
  trustOfEverybody(): TrustOf {
    const pins = this.#parts.store.pins.all();
    const certificationOf = this.#parts.certifications.ofEverybody();
    return ({ id }) => this.#trustBy(id, pins.get(id) ?? null, certificationOf);
  }

  #trustBy(personId: string, pin: Pin | null, certificationOf: CertificationOf): PersonTrust {
    const { people } = this.#parts.store;
    if (pin !== null) return pinnedTrust(pin, this.#parts.clock.now(), certificationOf);
    return unknownTrust(this.firstSights.untimely(people.get(personId)?.identity ?? ''));
  }

  /** A person compared safety numbers, or takes that back. Fails `not-found` while no key is known. */
  setVerified(personId: string, verified: boolean): void {
    const pin = this.#pinOf(personId);
    this.#set({ ...pin, verifiedAt: verified ? this.#parts.clock.now() : null });
  }

  /** What changed was looked at; see `people.acceptChange` in the contract. Fails `conflict`. */
  acceptChange(personId: string, keys?: 'old' | 'new'): void {
    const pin = this.#pinOf(personId);
    const { change } = pin;
    if (change === null) throw new DockerCommsError('conflict', 'There is nothing new about this person.');
    if (change.reason === 'other-certifier') {
      // The keys are the ones that were pinned: only who certified them is new.
      this.#parts.certifications.decide(personId, keys === 'new');
      this.#set({ ...pin, change: null });
      return;
    }
    const looked = { ...pin, change: null };
    if (change.kind === 'new-device') this.#set(looked);
    else if ((keys ?? (change.kind === 'alarm' ? 'old' : 'new')) === 'old') {
      const quieted = { ...pin.quieted, [objectionOf(change)]: { since: this.#parts.clock.now(), count: 0 } };
      this.#set({ ...looked, dismissed: change.offered.digest, quieted });
    } else {
      const document = Buffer.from(change.offered.document, 'base64');
      this.#requireWhole(personId, { ...change.offered, document });
      this.#set({ ...looked, ...change.offered, document, verifiedAt: null, distrusted: [], quieted: {} });
    }
  }

  /** Whatever a person says: keys are believed only of a profile that would be taken at first sight. */
  #requireWhole(personId: string, offered: StoredProfile): void {
    const identity = this.#parts.store.people.get(personId)?.identity ?? '';
    const signed = restoredProfile(offered);
    const age = profileAge(signed.profile, this.#parts.clock.now());
    if (firstSightProblem(signed, { identity }) === null && age !== 'not-yet') return;
    throw new DockerCommsError('conflict', 'These keys cannot be believed: nobody has proved to hold them.');
  }

  #pinOf(personId: string): Pin {
    const pin = this.#parts.store.pins.get(personId);
    if (pin !== null) return pin;
    throw new DockerCommsError('not-found', 'No key of this person has been seen yet.');
  }

  #follow(pin: Pin, offered: OfferedProfile): void {
    const now = this.#parts.clock.now();
    const pinned = { signed: restoredProfile(pin), verified: pin.verifiedAt !== null };
    const change = classifyProfile(pinned, offered, now);
    const next = followed(pin, offered.signed, change, now);
    if (change.kind === 'unchanged') {
      this.#parts.store.pins.set({ ...pin, checkedAt: now });
      // What could not be proven the last time can be now, perhaps: under another trusted root.
      this.#parts.certifications.examine(pin);
    } else this.#set(next);
  }

  #set(pin: Pin): void {
    const { store, events, certifications } = this.#parts;
    const before = store.pins.get(pin.personId);
    store.pins.set(pin);
    // Only where other keys count: what anybody may offer changes a pin too.
    const isSame = before?.digest === pin.digest && before.distrusted.join() === pin.distrusted.join();
    if (!isSame) store.messages.reexamineSoon(pin.personId);
    events.emit({ type: 'people.changed' });
    certifications.examine(pin);
  }
}

/** The pin after `change`. Pure. */
export function followed(pin: Pin, signed: SignedProfile, change: ProfileChange, now: number): Pin {
  const checked = { ...pin, checkedAt: now };
  const noted = (kind: PinChange['kind'], reason: AlarmReason | null = null) =>
    changeOf(kind, reason, storedProfile(signed), now);
  switch (change.kind) {
    case 'unchanged':
      return checked;
    case 'renewed':
      return { ...checked, ...storedProfile(signed), change: healed(pin.change) };
    case 'devices': {
      // Who certified a key stays a question, whatever devices come.
      const isNotice = change.added.length > 0 && pin.change?.reason !== 'other-certifier';
      return {
        ...checked,
        ...storedProfile(signed),
        change: isNotice ? noted('new-device') : healed(pin.change),
      };
    }
    case 'key-change':
      return objected(checked, signed, noted('key-change'), change.revoked);
    case 'fork':
      return distrusting(checked, change.revoked);
    case 'alarm':
      return objected(checked, signed, noted('alarm', change.reason), change.revoked);
  }
}

/**
 * The pin after something that a person has to look at. Whoever may write to a mailbox has as many keys as they like: where
 * a person answered the same objection with "the old keys", further ones are counted. Nothing is at stake meanwhile: the new
 * keys are not believed. A key that is believed no longer is news, whatever was answered before.
 */
function objected(pin: Pin, signed: SignedProfile, change: PinChange, revoked: readonly string[]): Pin {
  if (signed.digest === pin.dismissed) return pin;
  const objection = objectionOf(change);
  const quieted = pin.quieted[objection];
  const next = distrusting(pin, revoked);
  const losesNothing = next.distrusted.length === pin.distrusted.length;
  if (quieted !== undefined && losesNothing && change.at < quieted.since + quietFor) {
    const counted = { ...quieted, count: quieted.count + 1 };
    return { ...pin, dismissed: signed.digest, quieted: { ...pin.quieted, [objection]: counted } };
  }
  // What nobody has looked at yet is not news again because there is more of it.
  const isSame = pin.change !== null && objectionOf(pin.change) === objection;
  return { ...next, change: isSame && losesNothing ? { ...change, at: pin.change.at } : change };
}

/** Their clock was ahead: once what it dated is in force and follows from the pin, there is nothing left to look at. */
function healed(change: PinChange | null): PinChange | null {
  return change?.reason === 'not-yet' ? null : change;
}

function objectionOf({ kind, reason }: PinChange): string {
  return reason ?? kind;
}

function distrusting(pin: Pin, fingerprints: readonly string[]): Pin {
  return { ...pin, distrusted: [...new Set([...pin.distrusted, ...fingerprints])] };
}
