import { describe, expect, test } from 'vitest';
import { sha256 } from '../../main/base/hash.ts';
import { profileTag } from '../../main/protocol/tags.ts';
import { firstProfile, nextProfile, type ProfileEdit } from '../../main/trust/own-profile.ts';
import { fetchSignedProfile } from '../../main/trust/profile-artifact.ts';
import type { Profile } from '../../main/trust/profile.ts';
import { createSigningKey, type SigningKey } from '../../main/trust/signing-key.ts';
import { bobId, startSwitchableRegistry } from './household.ts';
import { at, showProfile, wholeSecond } from './strangers.ts';
import { workbench } from './workbench.ts';

const day = 86_400_000;
const otherProfile = { code: 'conflict', detail: { reason: 'other-profile' } };

/** Bob's account, and what lies in his mailbox under his name. */
async function bobsProfile() {
  const registry = await startSwitchableRegistry();
  const bench = await workbench(registry.mailbox);
  const { context, account, clock } = bench;
  const key = await context.ownKeys.signingKey(account.id);
  const ensure = (repository = registry.mailbox) => context.ownProfiles.ensureIn(account, repository);
  const published = (mailbox = registry.mailbox) =>
    at(mailbox, (repository) => fetchSignedProfile(repository, profileTag(bobId), [key.verifying]));
  const alarm = () => context.ownProfiles.alarmOf(account.id);
  const asThief = (change: Partial<Profile>, ...keys: readonly SigningKey[]) => {
    const device = { key: key.verifying, addedAt: wholeSecond(clock.now()) };
    return showProfile(
      registry.mailbox,
      { ...firstProfile(bobId, device, [], clock.now()), ...change },
      ...keys,
    );
  };
  return { ...bench, registry, key, ensure, published, alarm, asThief };
}

test('it is published once, and renewed when a third of its life has passed', async () => {
  const { ensure, published, clock } = await bobsProfile();
  await ensure();
  const first = await published();
  expect(first.profile).toMatchObject({ identity: bobId, sequence: 1, previous: [] });
  clock.pass(9 * day);
  await ensure();
  expect((await published()).digest).toBe(first.digest);
  clock.pass(2 * day);
  await ensure();
  const next = await published();
  expect(next.profile).toMatchObject({ sequence: 2, previous: [first.digest] });
  expect(next.profile.expiresAt.getTime()).toBeGreaterThan(clock.now() + 29 * day);
});

test('no loopback address is announced in it', async () => {
  const { ensure, published } = await bobsProfile();
  await ensure();
  expect((await published()).profile.mailboxes).toEqual([]);
});

test('two mailboxes at once get one profile', async () => {
  const { ensure, published, registry } = await bobsProfile();
  const elsewhere = `${registry.host}/alice/mail`;
  await Promise.all([ensure(), ensure(elsewhere)]);
  expect((await published(elsewhere)).digest).toBe((await published()).digest);
});

test('one that has gone from the mailbox is put there again', async () => {
  const { ensure, published, clock, registry } = await bobsProfile();
  await ensure();
  const { digest } = await published();
  await at(registry.mailbox, (repository) =>
    repository.pushManifest(
      Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256('{}'), size: 2 },
          layers: [],
        }),
      ),
      { tag: profileTag(bobId) },
    ),
  );
  clock.pass(day);
  await ensure();
  expect((await published()).digest).toBe(digest);
});

describe('somebody else publishes under my name', () => {
  test('before I do: an alarm, and nothing of mine stands in its place', async () => {
    const { ensure, published, alarm, asThief } = await bobsProfile();
    const thief = createSigningKey();
    const device = { key: thief.verifying, addedAt: wholeSecond(0) };
    const { digest } = await asThief({ devices: [device] }, thief);
    await expect(ensure()).rejects.toMatchObject(otherProfile);
    expect(alarm()).toBe('other-profile');
    expect((await published()).digest).toBe(digest);
  });

  test('and names my key beside their own: an alarm, and I never sign what follows', async () => {
    const { ensure, published, alarm, asThief, clock, key } = await bobsProfile();
    await ensure();
    const { digest } = await published();
    const thief = createSigningKey();
    const devices = [key, thief].map(({ verifying }) => ({ key: verifying, addedAt: wholeSecond(0) }));
    await asThief({ devices, sequence: 7, previous: [digest] }, thief);
    clock.pass(11 * day);
    await expect(ensure()).rejects.toMatchObject(otherProfile);
    expect(alarm()).toBe('other-profile');
    expect([...(await published()).signedBy]).toEqual([thief.verifying.fingerprint]);
  });

  test('over mine: I put mine back, go on from there, and who knows me is not misled', async () => {
    const { context, account, registry, ensure, published, alarm, asThief, clock, key } = await bobsProfile();
    await ensure();
    const mine = await published();
    const { store, knownKeys, repositories } = context;
    const me = store.people.ensure(bobId, clock.now());
    const friendLooks = () => knownKeys.look(me, repositories.for(account), { from: 'mailbox' });
    const believed = () => knownKeys.policyFor(me.id)?.keys.map(({ fingerprint }) => fingerprint);
    await friendLooks();
    const thief = createSigningKey();
    const devices = [{ key: thief.verifying, addedAt: wholeSecond(0) }];
    await asThief({ devices, sequence: 9, previous: [mine.digest] }, thief);
    clock.pass(day);
    await expect(ensure()).rejects.toMatchObject(otherProfile);
    await friendLooks();
    expect(knownKeys.trustOf(me).change).toMatchObject({ kind: 'alarm', blocking: true });

    await context.ownProfiles.restore(account);
    expect(alarm()).toBeNull();
    expect((await published()).digest).toBe(mine.digest);
    await ensure();
    await friendLooks();
    expect(believed()).toEqual([key.verifying.fingerprint]);
    clock.pass(11 * day);
    await ensure();
    expect((await published(registry.mailbox)).profile).toMatchObject({ sequence: 2 });
    await friendLooks();
    expect(believed()).toEqual([key.verifying.fingerprint]);
  });

  test('before I ever published: there is nothing of mine to put back', async () => {
    const { context, account, published, asThief } = await bobsProfile();
    const thief = createSigningKey();
    const { digest } = await asThief({ devices: [{ key: thief.verifying, addedAt: wholeSecond(0) }] }, thief);
    await expect(context.ownProfiles.restore(account)).rejects.toMatchObject(otherProfile);
    expect((await published()).digest).toBe(digest);
  });

  test('is noticed within a day, also while mine is not due', async () => {
    const { ensure, alarm, asThief, clock } = await bobsProfile();
    await ensure();
    const thief = createSigningKey();
    await asThief({ devices: [{ key: thief.verifying, addedAt: wholeSecond(0) }] }, thief);
    clock.pass(day);
    await expect(ensure()).rejects.toMatchObject(otherProfile);
    expect(alarm()).toBe('other-profile');
  });
});

test('an older one of mine that somebody put back is no beginning for the next', async () => {
  const { ensure, published, clock, asThief, key } = await bobsProfile();
  const start = clock.now();
  await ensure();
  clock.pass(11 * day);
  await ensure();
  const second = await published();
  const device = { key: key.verifying, addedAt: wholeSecond(start) };
  await asThief(firstProfile(bobId, device, [], start), key);
  clock.pass(11 * day);
  await ensure();
  expect((await published()).profile).toMatchObject({ sequence: 3, previous: [second.digest] });
});

describe('another device of mine', () => {
  /** Added here, and used from here on as that device would. */
  async function withAnother() {
    const bench = await bobsProfile();
    const other = createSigningKey();
    const { context, account } = bench;
    await bench.ensure();
    await context.ownProfiles.addDevice(account, other);
    const friend = context.store.people.ensure(bobId, bench.clock.now());
    const friendLooks = async () => {
      const place = context.repositories.for(account);
      await context.knownKeys.look(friend, place, { from: 'mailbox' });
      return context.knownKeys.policyFor(friend.id)?.keys.map(({ fingerprint }) => fingerprint);
    };
    /** What that device publishes next, in one's own place. */
    const byOther = async (edit: ProfileEdit) => {
      const next = nextProfile(await bench.published(), edit, bench.clock.now());
      return showProfile(bench.registry.mailbox, next, other);
    };
    return { ...bench, other, friendLooks, byOther };
  }

  test('is named by a profile that both have signed, and is believed by who knows me', async () => {
    const { published, key, other, friendLooks } = await withAnother();
    const { profile, signedBy } = await published();
    const both = [key, other].map(({ verifying }) => verifying.fingerprint).sort();
    expect(profile).toMatchObject({ sequence: 2 });
    expect([...signedBy].sort()).toEqual(both);
    expect((await friendLooks())?.sort()).toEqual(both);
  });

  test('renews it as well as I do: I go on from there, without an alarm', async () => {
    const { clock, ensure, published, alarm, byOther } = await withAnother();
    clock.pass(11 * day);
    const { digest } = await byOther({});
    await ensure();
    expect(alarm()).toBeNull();
    clock.pass(11 * day);
    await ensure();
    expect((await published()).profile).toMatchObject({ sequence: 4, previous: [digest] });
  });

  test('publishes at the same time: the next one unites both, and nobody is alarmed', async () => {
    const { clock, context, account, registry, other, ensure, published, alarm, friendLooks } =
      await withAnother();
    const [third, fourth] = [createSigningKey(), createSigningKey()];
    const now = clock.now();
    await friendLooks();
    const before = await published();
    await context.ownProfiles.addDevice(account, third);
    // As that device does, which has not seen it.
    const edit = { add: [{ key: fourth.verifying, addedAt: wholeSecond(now) }] };
    await showProfile(registry.mailbox, nextProfile(before, edit, now), other, fourth);
    clock.pass(day);
    await ensure();
    expect(alarm()).toBeNull();
    const { profile } = await published();
    expect(profile).toMatchObject({ sequence: 4, revoked: [] });
    expect(profile.devices).toHaveLength(4);
    // What I added myself is no news to me.
    expect(context.ownProfiles.newDevices(account.id)).toEqual([fourth.verifying.fingerprint]);
    expect(await friendLooks()).toHaveLength(4);
    expect(context.knownKeys.trustOf(context.store.people.ensure(bobId, now)).change).toMatchObject({
      kind: 'new-device',
      blocking: false,
    });
  });

  test('adds a third one: I am told until I have looked', async () => {
    const { clock, context, account, registry, published, ensure, other } = await withAnother();
    const news = () => context.ownProfiles.newDevices(account.id);
    expect(news()).toEqual([]);
    const third = createSigningKey();
    const fingerprint = third.verifying.fingerprint;
    const edit = { add: [{ key: third.verifying, addedAt: wholeSecond(clock.now()) }] };
    await showProfile(registry.mailbox, nextProfile(await published(), edit, clock.now()), other, third);
    clock.pass(day);
    await ensure();
    expect(news()).toEqual([fingerprint]);
    clock.pass(11 * day);
    await ensure();
    expect(news()).toEqual([fingerprint]);
    context.ownProfiles.acknowledgeDevices(account.id);
    expect(news()).toEqual([]);
  });

  test('can be removed: its key is believed no longer', async () => {
    const { context, account, key, other, published, friendLooks } = await withAnother();
    await friendLooks();
    await context.ownProfiles.removeDevice(account, other.verifying.fingerprint);
    expect((await published()).profile.revoked).toMatchObject([{ id: other.verifying.fingerprint }]);
    expect(await friendLooks()).toEqual([key.verifying.fingerprint]);
  });

  test('removes this one: it says so, and signs nothing more under this name', async () => {
    const { clock, ensure, alarm, byOther, key } = await withAnother();
    await byOther({ revoke: [key.verifying.fingerprint] });
    clock.pass(day);
    await expect(ensure()).rejects.toMatchObject({ code: 'conflict', detail: { reason: 'device-removed' } });
    expect(alarm()).toBe('device-removed');
  });

  test('that is none of mine cannot be removed, nor can this one by itself', async () => {
    const { context, account, key } = await withAnother();
    const stranger = createSigningKey().verifying.fingerprint;
    await expect(context.ownProfiles.removeDevice(account, stranger)).rejects.toMatchObject({
      code: 'not-found',
    });
    const mine = context.ownProfiles.removeDevice(account, key.verifying.fingerprint);
    await expect(mine).rejects.toMatchObject({ code: 'invalid' });
  });
});
