import { describe, expect, test } from 'vitest';
import { nextProfile, firstProfile } from '../../main/trust/own-profile.ts';
import { profileTag } from '../../main/protocol/tags.ts';
import { safetyNumber } from '../../main/trust/safety-number.ts';
import { createSigningKey, type SigningKey } from '../../main/trust/signing-key.ts';
import { aliceId, bobId, startSwitchableRegistry } from './household.ts';
import { at, showProfile, wholeSecond } from './strangers.ts';
import { workbench } from './workbench.ts';

const day = 86_400_000;
const blocked = (change: string) => ({ code: 'untrusted', detail: { reason: 'keys-changed', change } });

/** Bob, who has pinned Alice's first key, and what can be put under her name. */
async function bobKnowsAlice() {
  const registry = await startSwitchableRegistry();
  const bench = await workbench(registry.mailbox);
  const { context, account, clock } = bench;
  const { store, knownKeys, repositories } = context;
  const alice = createSigningKey();
  const device = ({ verifying }: SigningKey) => ({ key: verifying, addedAt: wholeSecond(clock.now()) });
  const show = (profile: Parameters<typeof showProfile>[1], ...keys: readonly SigningKey[]) =>
    showProfile(registry.mailbox, profile, ...keys);
  const person = store.people.ensure(aliceId, clock.now());
  const look = () =>
    knownKeys.look(store.people.get(person.id) ?? person, repositories.for(account), { from: 'mailbox' });
  const first = await show(firstProfile(aliceId, device(alice), [], clock.now()), alice);
  const believed = () => knownKeys.policyFor(person.id)?.keys.map(({ fingerprint }) => fingerprint);
  const trust = () => knownKeys.trustOf(person);
  return { ...bench, registry, knownKeys, alice, device, show, person, look, first, believed, trust };
}

test('the keys that are there when somebody is first seen are theirs, and say so', async () => {
  const { look, believed, trust, alice } = await bobKnowsAlice();
  expect(trust()).toMatchObject({ state: 'unknown' });
  await look();
  expect(believed()).toEqual([alice.verifying.fingerprint]);
  expect(trust()).toMatchObject({ state: 'first-use', change: null, expired: false });
});

test('an invitation that comes while somebody is first looked at counts: other keys than it tells are not pinned', async () => {
  const { knownKeys, person, look, trust } = await bobKnowsAlice();
  const looking = look();
  knownKeys.invite(person, createSigningKey().verifying.fingerprint);
  await looking;
  await look();
  expect(trust()).toMatchObject({ state: 'unknown' });
});

test('a profile that has run out is told, and its keys are still theirs', async () => {
  const { look, believed, trust, alice, clock } = await bobKnowsAlice();
  await look();
  clock.pass(31 * day);
  expect(trust()).toMatchObject({ expired: true });
  expect(believed()).toEqual([alice.verifying.fingerprint]);
});

describe('a thief replaces the profile', () => {
  async function robbed() {
    const scene = await bobKnowsAlice();
    await scene.look();
    const thief = createSigningKey();
    const { clock, device, show } = scene;
    await show(
      {
        ...firstProfile(aliceId, device(thief), [], clock.now()),
        sequence: 9,
        previous: [scene.first.digest],
      },
      thief,
    );
    await scene.look();
    return scene;
  }

  test('it is an alarm: the old key is still believed, and nothing is sent', async () => {
    const { knownKeys, person, believed, trust, alice } = await robbed();
    expect(trust().change).toMatchObject({ kind: 'alarm', blocking: true });
    expect(believed()).toEqual([alice.verifying.fingerprint]);
    expect(() => knownKeys.requireNoAlarm(person)).toThrow(expect.objectContaining(blocked('alarm')));
  });

  test('who decides while the mailbox is looked at has decided', async () => {
    const { knownKeys, person, look, trust } = await robbed();
    const looking = look();
    knownKeys.acceptChange(person.id);
    knownKeys.setVerified(person.id, true);
    await looking;
    expect(trust()).toMatchObject({ change: null, state: 'verified' });
  });

  test('who looked at it goes on with the old key, and the same profile alarms nobody again', async () => {
    const { knownKeys, person, look, believed, trust, alice } = await robbed();
    knownKeys.acceptChange(person.id);
    await look();
    expect(trust().change).toBeNull();
    expect(believed()).toEqual([alice.verifying.fingerprint]);
    expect(() => knownKeys.requireNoAlarm(person)).not.toThrow();
    expect(() => knownKeys.acceptChange(person.id)).toThrow(expect.objectContaining({ code: 'conflict' }));
  });
});

test('an older profile in the place of the pinned one is an alarm', async () => {
  const { look, trust, alice, device, show, first, clock } = await bobKnowsAlice();
  clock.pass(day);
  await show(nextProfile(first, {}, clock.now()), alice);
  await look();
  await show(firstProfile(aliceId, device(alice), [], clock.now()), alice);
  await look();
  expect(trust().change).toMatchObject({ kind: 'alarm', reason: 'rollback' });
});

describe('a new device, signed by the old one and by itself', () => {
  async function withNewDevice(verified: boolean) {
    const scene = await bobKnowsAlice();
    await scene.look();
    const { knownKeys, person, device, show, first, clock, alice } = scene;
    if (verified) knownKeys.setVerified(person.id, true);
    const phone = createSigningKey();
    await show(nextProfile(first, { add: [device(phone)] }, clock.now()), alice, phone);
    await scene.look();
    return { ...scene, both: [alice, phone].map(({ verifying }) => verifying.fingerprint).sort() };
  }

  test('is a notice for somebody whose number nobody compared, and changes that number', async () => {
    const { knownKeys, person, believed, trust, both, alice } = await withNewDevice(false);
    expect(trust().change).toMatchObject({ kind: 'new-device', blocking: false });
    expect([...(believed() ?? [])].sort()).toEqual(both);
    expect(() => knownKeys.requireNoAlarm(person)).not.toThrow();
    const bob = { identity: bobId, keys: [createSigningKey().verifying] };
    const before = safetyNumber(bob, { identity: aliceId, keys: [alice.verifying] });
    expect(safetyNumber(bob, { identity: aliceId, keys: knownKeys.keysOf(person.id) })).not.toBe(before);
    knownKeys.acceptChange(person.id);
    expect(trust().change).toBeNull();
  });

  test('stops what is sent to somebody who was verified, until it was looked at', async () => {
    const { knownKeys, person, believed, trust, both, alice } = await withNewDevice(true);
    expect(trust()).toMatchObject({ state: 'verified', change: { kind: 'key-change', blocking: true } });
    expect(believed()).toEqual([alice.verifying.fingerprint]);
    expect(() => knownKeys.requireNoAlarm(person)).toThrow(expect.objectContaining(blocked('key-change')));
    knownKeys.acceptChange(person.id);
    expect(() => knownKeys.requireNoAlarm(person)).not.toThrow();
    expect(trust()).toMatchObject({ state: 'first-use', change: null });
    expect([...(believed() ?? [])].sort()).toEqual(both);
  });
});

describe('two profiles that follow the same one', () => {
  async function threeDevices() {
    const scene = await bobKnowsAlice();
    const { device, show, first, clock, alice, knownKeys, person } = scene;
    const [laptop, stolen] = [createSigningKey(), createSigningKey()];
    const edit = { add: [device(laptop), device(stolen)] };
    const last = await show(nextProfile(first, edit, clock.now()), alice, laptop, stolen);
    await scene.look();
    /** Each as if the other one had not been there. */
    const follow = async (change: Parameters<typeof nextProfile>[1], ...keys: readonly SigningKey[]) => {
      clock.pass(60_000);
      await show(nextProfile(last, change, clock.now()), ...keys);
      await scene.look();
    };
    const send = () => knownKeys.requireNoAlarm(person);
    return { ...scene, laptop, stolen, follow, send };
  }

  test('by two of their own devices are no alarm', async () => {
    const { follow, alice, laptop, trust, believed, send } = await threeDevices();
    await follow({ mailboxes: ['registry.example.com/alice'] }, alice);
    await follow({ mailboxes: ['registry.example.com/other'] }, laptop);
    expect(trust().change).toBeNull();
    expect(believed()).toHaveLength(3);
    expect(send).not.toThrow();
  });

  test('one by a thief, in answer to being revoked, are an alarm, and nothing of theirs is believed', async () => {
    const { follow, alice, laptop, stolen, device, trust, believed, send } = await threeDevices();
    const idOf = ({ verifying }: SigningKey) => verifying.fingerprint;
    await follow({ revoke: [idOf(stolen)] }, alice);
    const mallory = createSigningKey();
    await follow({ add: [device(mallory)], revoke: [idOf(alice), idOf(laptop)] }, stolen, mallory);
    expect(trust().change).toMatchObject({
      kind: 'alarm',
      reason: 'not-signed-by-pinned-key',
      blocking: true,
    });
    expect([...(believed() ?? [])].sort()).toEqual([alice, laptop].map(idOf).sort());
    expect(send).toThrow(expect.objectContaining(blocked('alarm')));
  });
});

test('a new device that did not sign is somebody else’s key: an alarm', async () => {
  const { look, believed, trust, alice, device, show, first, clock } = await bobKnowsAlice();
  await look();
  await show(nextProfile(first, { add: [device(createSigningKey())] }, clock.now()), alice);
  await look();
  expect(trust().change).toMatchObject({ kind: 'alarm', reason: 'new-key-not-proven' });
  expect(believed()).toEqual([alice.verifying.fingerprint]);
});

test('what is no profile under that tag changes nothing, and fails nothing', async () => {
  const { look, believed, trust, alice, registry } = await bobKnowsAlice();
  await look();
  await at(registry.mailbox, async (repository) => {
    const { bytes } = await repository.fetchManifest(profileTag(aliceId));
    const manifest = JSON.parse(Buffer.from(bytes).toString('utf8')) as { layers: { size: number }[] };
    // The blob is there, and is not as long as this says.
    for (const layer of manifest.layers) layer.size += 1;
    await repository.pushManifest(Buffer.from(JSON.stringify(manifest)), { tag: profileTag(aliceId) });
  });
  await look();
  expect(believed()).toEqual([alice.verifying.fingerprint]);
  expect(trust().change).toBeNull();
});

describe('a clock that is ahead', () => {
  test('holds a first profile back until its time has come', async () => {
    const { look, trust, alice, device, show, clock } = await bobKnowsAlice();
    await show(firstProfile(aliceId, device(alice), [], clock.now() + day), alice);
    await look();
    expect(trust()).toMatchObject({ state: 'unknown' });
    clock.pass(day);
    await look();
    expect(trust()).toMatchObject({ state: 'first-use', change: null });
  });

  test('of somebody known stops what is sent to them, and that ends by itself', async () => {
    const { look, trust, alice, show, first, clock, knownKeys, person } = await bobKnowsAlice();
    await look();
    await show(nextProfile(first, {}, clock.now() + day), alice);
    await look();
    expect(trust().change).toMatchObject({ reason: 'not-yet', blocking: true });
    clock.pass(day);
    await look();
    expect(trust().change).toBeNull();
    expect(() => knownKeys.requireNoAlarm(person)).not.toThrow();
  });
});

describe('an invitation', () => {
  test('tells the key: its owner is verified at first sight', async () => {
    const { context, knownKeys, person, look, trust, alice } = await bobKnowsAlice();
    knownKeys.invite(person, alice.verifying.fingerprint);
    await look();
    expect(trust()).toMatchObject({ state: 'verified' });
    expect(context.store.people.get(person.id)).toMatchObject({ invitedKey: null });
  });

  test('keeps another key from being taken at first sight', async () => {
    const { knownKeys, person, look, trust } = await bobKnowsAlice();
    knownKeys.invite(person, createSigningKey().verifying.fingerprint);
    await look();
    expect(trust()).toMatchObject({ state: 'unknown' });
  });

  test('for another key than the one that is known is an error, and changes nothing', async () => {
    const { knownKeys, person, look, believed, trust, alice } = await bobKnowsAlice();
    await look();
    expect(() => knownKeys.invite(person, createSigningKey().verifying.fingerprint)).toThrow(
      expect.objectContaining({ code: 'untrusted', detail: { reason: 'other-key' } }),
    );
    expect(believed()).toEqual([alice.verifying.fingerprint]);
    expect(trust()).toMatchObject({ state: 'first-use' });
  });
});
