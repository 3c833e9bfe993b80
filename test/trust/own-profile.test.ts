import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextProfile, uniteProfiles } from '../../main/trust/own-profile.ts';
import { isSuccessor } from '../../main/trust/profile-succession.ts';
import { parseProfile, writeProfile } from '../../main/trust/profile.ts';
import { alicesFirst, day, entry, noon, signedBy, someDevice } from './profiles.ts';

const [phone, laptop, tablet, thief] = [someDevice(), someDevice(), someDevice(), someDevice()];
const first = signedBy(alicesFirst(phone), phone);
const base = signedBy(
  nextProfile(first, { add: [entry(laptop), entry(tablet)] }, noon),
  phone,
  laptop,
  tablet,
);
const idsOf = (profile: typeof base.profile) => profile.devices.map(({ key }) => key.fingerprint).sort();

describe('the next profile', () => {
  it('follows, can be written, and lives for 30 days', () => {
    const next = nextProfile(base, {}, noon + day);
    expect(isSuccessor(base, signedBy(next, phone))).toBe(true);
    expect(parseProfile(writeProfile(next)).expiresAt).toEqual(new Date(noon + 31 * day));
  });

  it('keeps every revocation there ever was', () => {
    const once = signedBy(nextProfile(base, { revoke: [tablet.id] }, noon + day), phone);
    const twice = nextProfile(once, { revoke: [laptop.id] }, noon + 2 * day);
    expect(twice.revoked.map(({ id }) => id).sort()).toEqual([tablet.id, laptop.id].sort());
    expect(idsOf(twice)).toEqual([phone.id]);
  });

  it('never brings back a device that was revoked', () => {
    const revoked = signedBy(nextProfile(base, { revoke: [tablet.id] }, noon + day), phone);
    expect(() => nextProfile(revoked, { add: [entry(tablet)] }, noon)).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    );
  });

  it('never revokes the last device', () => {
    expect(() => nextProfile(first, { revoke: [phone.id] }, noon)).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    );
  });
});

describe('profiles that two devices published at once are united', () => {
  const watch = someDevice();
  const adding = signedBy(nextProfile(base, { add: [entry(watch)] }, noon + day), laptop, watch);
  const revoking = signedBy(nextProfile(base, { revoke: [tablet.id] }, noon + day), phone);

  it('into all devices less all that were revoked, following both', () => {
    const united = uniteProfiles([adding, revoking], noon + 2 * day);
    expect(idsOf(united)).toEqual([phone.id, laptop.id, watch.id].sort());
    expect(united.previous).toEqual([adding.digest, revoking.digest].sort());
    for (const [pinned, other] of [
      [adding, revoking],
      [revoking, adding],
    ] as const) {
      expect(isSuccessor(pinned, signedBy(united, phone), [other])).toBe(true);
    }
  });

  it('without what a revoked device added in the same moment', () => {
    const thiefs = signedBy(nextProfile(base, { add: [entry(thief)] }, noon + day), tablet, thief);
    const united = uniteProfiles([thiefs, revoking], noon + 2 * day);
    expect(idsOf(united)).toEqual([phone.id, laptop.id].sort());
  });

  it('not at all when each revokes the other: a person decides', () => {
    const thiefs = signedBy(
      nextProfile(base, { add: [entry(thief)], revoke: [phone.id, laptop.id] }, noon + day),
      tablet,
      thief,
    );
    expect(() => uniteProfiles([thiefs, revoking], noon)).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    );
  });

  it('without one that nobody signed', () => {
    const unsigned = signedBy(nextProfile(base, { add: [entry(thief)] }, noon + day));
    expect(idsOf(uniteProfiles([adding, unsigned], noon + 2 * day))).not.toContain(thief.id);
  });

  it('only when they are one person’s', () => {
    const other = signedBy({ ...alicesFirst(thief), identity: 'mallory@example.com' }, thief);
    expect(() => uniteProfiles([base, other], noon)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  const devices = [phone, laptop, tablet, someDevice(), someDevice(), someDevice()];
  const anyFork = fc
    .record({
      add: fc.subarray(devices.slice(3)),
      revoke: fc.subarray([tablet.id]),
      by: fc.constantFrom(phone, laptop),
      hours: fc.integer({ min: 1, max: 100 }),
    })
    .map(({ add, revoke, by, hours }) =>
      signedBy(nextProfile(base, { add: add.map(entry), revoke }, noon + hours * 3_600_000), by, ...add),
    );

  it('the same, in whatever order they are found, and however often', () => {
    fc.assert(
      fc.property(fc.array(anyFork, { minLength: 1, maxLength: 4 }), (forks) => {
        const united = uniteProfiles(forks, noon + 5 * day);
        expect(writeProfile(uniteProfiles([...forks].reverse(), noon + 5 * day))).toEqual(
          writeProfile(united),
        );
        expect(writeProfile(uniteProfiles([...forks, ...forks], noon + 5 * day))).toEqual(
          writeProfile(united),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('with no device that any of them revoked, and with every other one', () => {
    fc.assert(
      fc.property(fc.array(anyFork, { minLength: 1, maxLength: 4 }), (forks) => {
        const united = uniteProfiles(forks, noon + 5 * day);
        const revoked = new Set(forks.flatMap(({ profile }) => profile.revoked.map(({ id }) => id)));
        const listed = new Set(forks.flatMap(({ profile }) => idsOf(profile)));
        expect(idsOf(united)).toEqual([...listed].filter((id) => !revoked.has(id)).sort());
      }),
      { numRuns: 50 },
    );
  });
});
