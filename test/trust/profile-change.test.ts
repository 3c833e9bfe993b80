import { describe, expect, it } from 'vitest';
import { nextProfile } from '../../main/trust/own-profile.ts';
import { classifyProfile, type OfferedProfile } from '../../main/trust/profile-change.ts';
import {
  firstSightProblem,
  isSuccessor,
  successionProblem,
  type SignedProfile,
} from '../../main/trust/profile-succession.ts';
import type { ProfileEdit } from '../../main/trust/own-profile.ts';
import { alicesFirst, day, entry, forged, noon, signedBy, someDevice } from './profiles.ts';

const phone = someDevice();
const laptop = someDevice();
const stolen = someDevice();
const mallory = someDevice();

/** What a friend of Alice has pinned: phone, laptop, and a tablet that will be stolen. */
const first = signedBy(alicesFirst(phone), phone);
const pinned = signedBy(
  nextProfile(first, { add: [entry(laptop), entry(stolen)] }, noon),
  phone,
  laptop,
  stolen,
);

const next = (edit: ProfileEdit = {}, from = pinned) => nextProfile(from, edit, noon + day);
const renewed = signedBy(next(), phone);

function classify(signed: SignedProfile, more: Partial<OfferedProfile> = {}, verified = false) {
  return classifyProfile({ signed: pinned, verified }, { signed, from: 'mailbox', ...more }, noon + day);
}

describe('a profile that is seen for the first time', () => {
  const expected = { identity: 'alice@example.com' };

  it('is taken when a device of its own signed it', () => {
    expect(firstSightProblem(pinned, expected)).toBeNull();
  });

  it('is taken from an invite only when the invited key signed it', () => {
    expect(firstSightProblem(first, { ...expected, fingerprint: phone.id })).toBeNull();
    expect(firstSightProblem(renewed, { ...expected, fingerprint: laptop.id })).toBe('invited-key-missing');
  });

  it.each([
    ['nobody signed', signedBy(pinned.profile), 'not-signed'],
    ['a stranger signed', signedBy(pinned.profile, mallory), 'not-signed'],
    [
      'that is about somebody else (a swapped profile)',
      signedBy({ ...first.profile, identity: 'mallory' }, phone),
      'other-identity',
    ],
  ])('is not taken when it is one %s', (_title, offered, problem) => {
    expect(firstSightProblem(offered, expected)).toBe(problem);
  });
});

describe('a profile follows the pinned one', () => {
  it('when it is renewed by any of its devices', () => {
    for (const device of [phone, laptop, stolen])
      expect(isSuccessor(pinned, signedBy(next(), device))).toBe(true);
  });

  it('when it adds a device, and that one signed too', () => {
    const tablet = someDevice();
    expect(isSuccessor(pinned, signedBy(next({ add: [entry(tablet)] }), phone, tablet))).toBe(true);
  });

  it('when a device revokes itself', () => {
    expect(isSuccessor(pinned, signedBy(next({ revoke: [stolen.id] }), stolen))).toBe(true);
  });

  it('when some in between were missed', () => {
    const later = signedBy(nextProfile(renewed, {}, noon + 2 * day), phone);
    expect(isSuccessor(pinned, later)).toBe(true);
  });

  it('after a fork, when the new device of the other side signed there', () => {
    const tablet = someDevice();
    const other = signedBy(next({ add: [entry(tablet)] }), laptop, tablet);
    const united = signedBy(
      { ...other.profile, sequence: 4, previous: [renewed.digest, other.digest] },
      phone,
    );
    expect(successionProblem(renewed, united)).toBe('new-key-not-proven');
    expect(successionProblem(renewed, united, [other])).toBeNull();
  });
});

describe('a profile does not follow the pinned one', () => {
  const tablet = someDevice();
  const revoking = signedBy(next({ revoke: [stolen.id] }), phone);
  const after = (changes: object, edit: ProfileEdit = {}, from = pinned) => forged(from, edit, changes);

  it.each<[string, SignedProfile, SignedProfile, string]>([
    ['that nobody signed', pinned, signedBy(next()), 'not-signed-by-pinned-key'],
    ['that only a stranger signed', pinned, signedBy(next(), mallory), 'not-signed-by-pinned-key'],
    [
      'that only its own new device signed',
      pinned,
      signedBy(next({ add: [entry(mallory)] }), mallory),
      'not-signed-by-pinned-key',
    ],
    [
      'whose new device did not sign',
      pinned,
      signedBy(next({ add: [entry(tablet)] }), phone),
      'new-key-not-proven',
    ],
    [
      'whose one new device signed and the other did not',
      pinned,
      signedBy(next({ add: [entry(tablet), entry(mallory)] }), phone, tablet),
      'new-key-not-proven',
    ],
    [
      'that a revoked device signed',
      revoking,
      signedBy(next({}, revoking), stolen),
      'not-signed-by-pinned-key',
    ],
    [
      'that brings a revoked device back',
      revoking,
      signedBy(after({ revoked: [], devices: pinned.profile.devices }, {}, revoking), phone, stolen),
      'revocation-undone',
    ],
    [
      'that forgets a revocation',
      revoking,
      signedBy(after({ revoked: [] }, {}, revoking), phone),
      'revocation-undone',
    ],
    [
      'that drops a device silently',
      pinned,
      signedBy(after({ devices: [entry(phone)] }), phone),
      'device-dropped',
    ],
    [
      'that encrypts to another key for a device that did not sign',
      pinned,
      signedBy(
        after({ devices: [entry(phone), { ...entry(laptop), encryptionKey: 'age1mallory' }, entry(stolen)] }),
        stolen,
      ),
      'device-changed',
    ],
    [
      'of somebody else',
      pinned,
      signedBy(after({ identity: 'mallory@example.com' }), phone),
      'other-identity',
    ],
    ['with the same sequence', pinned, signedBy(after({ sequence: 2 }), phone), 'not-newer'],
    ['with a lower sequence', renewed, pinned, 'not-newer'],
    [
      'that is the next and names another one before it',
      pinned,
      signedBy(after({ previous: [first.digest] }), phone),
      'not-linked',
    ],
  ])('%s', (_title, from, to, problem) => {
    expect(successionProblem(from, to)).toBe(problem);
  });

  it('when the vouching ancestor is not one that it names', () => {
    const elsewhere = signedBy(next({ add: [entry(tablet)] }), laptop, tablet);
    const offered = signedBy(after({ sequence: 4 }, { add: [entry(tablet)] }), phone);
    expect(successionProblem(pinned, offered, [elsewhere])).toBe('new-key-not-proven');
  });
});

describe('what a profile means to a friend', () => {
  it('nothing, when it is the pinned one', () => {
    expect(classify(pinned)).toEqual({ kind: 'unchanged' });
  });

  it('nothing, when an older copy lies beside a message', () => {
    expect(classify(first, { from: 'copy' })).toEqual({ kind: 'unchanged' });
  });

  it('a new date, when it was renewed', () => {
    expect(classify(renewed)).toEqual({ kind: 'renewed' });
  });

  it('a notice, when a device was added', () => {
    const tablet = someDevice();
    const offered = signedBy(next({ add: [entry(tablet)] }), phone, tablet);
    expect(classify(offered)).toEqual({ kind: 'devices', added: [tablet.id], revoked: [] });
  });

  it('a stop, when a device was added by a person who was verified', () => {
    const tablet = someDevice();
    const offered = signedBy(next({ add: [entry(tablet)], revoke: [stolen.id] }), phone, tablet);
    expect(classify(offered, {}, true)).toEqual({
      kind: 'key-change',
      added: [tablet.id],
      revoked: [stolen.id],
    });
  });

  it('a notice, when a verified person revoked a device: what was compared only became less', () => {
    const offered = signedBy(next({ revoke: [stolen.id] }), phone);
    expect(classify(offered, {}, true)).toEqual({ kind: 'devices', added: [], revoked: [stolen.id] });
  });

  it('a stop, when a device of a verified person is encrypted to otherwise', () => {
    const changed = { ...pinned.profile.devices[0], encryptionKey: 'age1new' } as typeof phone;
    const devices = [changed, ...pinned.profile.devices.slice(1)];
    const id = changed.key.fingerprint;
    expect(classify(signedBy(forged(pinned, {}, { devices }), { id }), {}, true)).toMatchObject({
      kind: 'key-change',
      added: [id],
    });
  });

  it('no alarm, when two of the person’s own devices published at once', () => {
    const offered = signedBy(next({ mailboxes: ['registry.example/other'] }), laptop);
    const onOwn = classifyProfile(
      { signed: renewed, verified: true },
      { signed: offered, from: 'mailbox' },
      noon + day,
    );
    expect(onOwn).toEqual({ kind: 'fork', revoked: [] });
  });

  it('a revocation that counts at once, also when it comes in a fork', () => {
    const offered = signedBy(next({ revoke: [stolen.id] }), laptop);
    const change = classifyProfile(
      { signed: renewed, verified: true },
      { signed: offered, from: 'mailbox' },
      noon + day,
    );
    expect(change).toEqual({ kind: 'fork', revoked: [stolen.id] });
  });

  it('an alarm, when a thief answers a revocation with a profile of their own', () => {
    const revoking = signedBy(next({ revoke: [stolen.id] }), phone);
    const thiefs = signedBy(next({ add: [entry(mallory)], revoke: [phone.id, laptop.id] }), stolen, mallory);
    const change = classifyProfile(
      { signed: revoking, verified: false },
      { signed: thiefs, from: 'mailbox' },
      noon + day,
    );
    expect(change).toMatchObject({ kind: 'alarm', reason: 'not-signed-by-pinned-key' });
  });

  it('an alarm, when the thief was faster and the owner’s revocation comes second', () => {
    const thiefs = signedBy(next({ add: [entry(mallory)] }), stolen, mallory);
    const revoking = signedBy(next({ revoke: [stolen.id] }), phone);
    const change = classifyProfile(
      { signed: thiefs, verified: false },
      { signed: revoking, from: 'mailbox' },
      noon + day,
    );
    expect(change).toEqual({ kind: 'alarm', reason: 'conflicting-forks', revoked: [stolen.id] });
  });

  it.each<[string, SignedProfile, string]>([
    ['the mailbox names an older one (rollback)', first, 'rollback'],
    [
      'an older one is somebody else’s',
      signedBy({ ...first.profile, identity: 'mallory' }, mallory),
      'other-identity',
    ],
    ['somebody with no key of this person replaced it', signedBy(alicesFirst(mallory), mallory), 'rollback'],
    [
      'somebody with no key of this person continued it',
      signedBy(next({ add: [entry(mallory)], revoke: [phone.id, laptop.id, stolen.id] }), mallory),
      'not-signed-by-pinned-key',
    ],
    [
      'a fork is by nobody who is known',
      signedBy(forged(pinned, { add: [entry(mallory)] }, { sequence: 2 }), mallory),
      'not-signed-by-pinned-key',
    ],
    ['it is dated in the future', signedBy(nextProfile(pinned, {}, noon + 9 * day), phone), 'not-yet'],
  ])('an alarm, when %s', (_title, offered, reason) => {
    expect(classify(offered)).toMatchObject({ kind: 'alarm', reason });
  });
});
