/** Requests about other people and what is known of their keys. */
import { z } from 'zod';
import type { AlarmReason } from '../../main/base/reasons.ts';
import { fieldLimits } from './field-limits.ts';
import { id, identity, nothing, repository, request } from './request.ts';

export interface PersonView {
  readonly id: string;
  readonly identity: string;
  /** A name given here; null shows the identity. */
  readonly name: string | null;
  /** Where they are written to; null: the same repository as one's own. */
  readonly mailbox: string | null;
  /** Where they say that they are written to, on a host that has to be agreed to first; null: nothing to decide. */
  readonly proposedMailbox: string | null;
  readonly trust: PersonTrust;
}

/** What is known of a person's keys. */
export interface PersonTrust {
  /**
   * `unknown`: none was seen. `first-use`: the ones that were there when they were first seen. `verified`: a person
   * compared safety numbers, or followed their invitation.
   */
  readonly state: 'unknown' | 'first-use' | 'verified';
  /** Since when; null while unknown. */
  readonly since: number | null;
  /** What has to be looked at; while it is `blocking`, nothing is sent to them. */
  readonly change: PersonChange | null;
  /** Further lists of keys that came after a person had preferred the old ones to one like them. */
  readonly ignored: number;
  /** Their proof of which keys are theirs has run out: one of them may have been revoked unnoticed. */
  readonly expired: boolean;
  /** While `unknown`: there are keys in their name, which do not count at this date; null: there are none. */
  readonly untimely: 'not-yet' | 'expired' | null;
  readonly certification: CertificationView;
}

/** Who signed in for keys of somebody and said: these are mine. The log of it is public. */
export interface CertificationView {
  /** Each once, in the order in which they were seen; empty: nobody. */
  readonly by: readonly CertifierView[];
  /** Somebody else who did so later: whether they are the same person is to be decided (`other-certifier`). */
  readonly others: readonly CertifierView[];
  /**
   * A key is said to be certified, and by whom is not known. `unchecked`: the trusted authorities could not be asked yet.
   * `unproven`: the proof does not hold under them.
   */
  readonly problem: 'unchecked' | 'unproven' | null;
}

/** A person as an identity provider knows them. */
export interface CertifierView {
  /** An e-mail address or a URI. */
  readonly subject: string;
  /** The address of the provider that vouched for it. */
  readonly issuer: string;
  /** When that was first seen here, in milliseconds. */
  readonly since: number;
}

export interface PersonChange {
  /** `new-device`: properly announced. `key-change`: of somebody who was verified. `alarm`: not by who is known. */
  readonly kind: 'new-device' | 'key-change' | 'alarm';
  /** What is wrong; null where nothing is. */
  readonly reason: AlarmReason | null;
  readonly at: number;
  /** Nothing is sent to them until somebody has looked at it (`people.acceptChange`). */
  readonly blocking: boolean;
}

/** Two people see the same digits when nobody sits between them. */
export interface SafetyNumber {
  /** 60 decimal digits. */
  readonly digits: string;
  /** Devices that count, on their side. */
  readonly devices: number;
}

export const peopleRequests = {
  'people.list': request(nothing).returns<readonly PersonView[]>(),
  /**
   * `mailbox: null` means: the same repository as the account that writes to them. Any `mailbox` settles what they proposed, and
   * `declineProposal` does so without a change: the same one is not proposed again.
   */
  'people.update': request(
    z.strictObject({
      personId: id,
      name: z.string().trim().max(fieldLimits.personName).nullable().optional(),
      mailbox: repository.nullable().optional(),
      declineProposal: z.literal(true).optional(),
    }),
  ).returns<PersonView>(),
  /**
   * Whom this identity could be taken for: one's own or that of somebody who was let in, other than itself, that looks the
   * same (protocol, section 3, "Identities"). Null: nobody.
   */
  'people.lookAlike': request(z.strictObject({ identity })).returns<string | null>(),
  /** The digits that two people compare. Fails `not-found` while no key of this person is known. */
  'people.safetyNumber': request(z.strictObject({ accountId: id, personId: id })).returns<SafetyNumber>(),
  /** The person at this computer compared, or takes that back. */
  'people.setVerified': request(
    z.strictObject({ personId: id, verified: z.boolean() }),
  ).returns<PersonView>(),
  /**
   * What changed was looked at. After a `key-change` the new keys are believed, as first seen; after an `alarm` the old ones
   * still are, unless the person says that the `new` ones are theirs (they began anew). For `other-certifier` the keys stay,
   * and it is about who certified them. Fails `conflict` when there is nothing, or nothing that could be believed.
   */
  'people.acceptChange': request(
    z.strictObject({ personId: id, keys: z.enum(['old', 'new']).optional() }),
  ).returns<PersonView>(),
};
