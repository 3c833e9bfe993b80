/** Whoever may write to a mailbox has as many names and keys as they like: neither may cost anybody their peace. */
import { describe, expect, test } from 'vitest';
import { limits } from '../../main/base/limits.ts';
import { firstProfile } from '../../main/trust/own-profile.ts';
import { createSigningKey } from '../../main/trust/signing-key.ts';
import type { Accepted } from '../../main/messenger/inbox/accept.ts';
import { Notifier } from '../../main/messenger/notifications/notifier.ts';
import { aliceId, bobId, settle, startSwitchableRegistry } from './household.ts';
import { showProfile, wholeSecond, writeAs } from './strangers.ts';
import { workbench } from './workbench.ts';

const day = 86_400_000;

describe('a flood of requests', () => {
  async function flooded() {
    const registry = await startSwitchableRegistry();
    const bob = await settle();
    await bob.join(bobId, registry.mailbox);
    for (let number = 0; number < limits.openRequests + 3; number += 1) {
      await writeAs(registry.mailbox, null, { sender: `stranger-${number}@example.com` }, 'psst');
    }
    await bob.ask('accounts.sync', {});
    const talks = () => bob.ask('conversations.list', {});
    const waiting = async () => (await bob.ask('accounts.list', {}))[0]?.waitingRequests;
    return { registry, bob, talks, waiting };
  }

  test('fills the seats and no more; who waits comes when one is free, and all can be deleted at once', async () => {
    const { registry, bob, talks, waiting } = await flooded();
    expect(await talks()).toHaveLength(limits.openRequests);
    expect(await waiting()).toBe(3);
    expect(await bob.ask('people.list', {})).toHaveLength(limits.openRequests);

    const [first, second] = await talks();
    await bob.ask('conversations.remove', { conversationId: first?.id ?? '' });
    await bob.ask('conversations.stand', { conversationId: second?.id ?? '', standing: 'blocked' });
    await bob.ask('accounts.sync', {});
    const requests = (await talks()).filter(({ standing }) => standing === 'request');
    expect(requests).toHaveLength(limits.openRequests);
    expect(await waiting()).toBe(1);

    await bob.ask('conversations.removeRequests', {});
    await bob.ask('accounts.sync', {});
    expect((await talks()).map(({ standing }) => standing)).toEqual(['blocked']);
    expect(await waiting()).toBe(0);
    await writeAs(registry.mailbox, null, { sender: 'stranger-1@example.com' }, 'again');
    await bob.ask('accounts.sync', {});
    expect(await talks()).toHaveLength(2);
  });

  test('never keeps out who was written to, or is from now on', async () => {
    const { registry, bob, talks, waiting } = await flooded();
    await bob.with(aliceId);
    await writeAs(registry.mailbox, null, {}, 'it is me');
    await writeAs(registry.mailbox, null, { sender: 'carol@example.com' }, 'let me in');
    await bob.ask('accounts.sync', {});
    expect(await waiting()).toBe(4);
    expect((await talks()).find(({ person }) => person.identity === aliceId)?.lastMessage).not.toBeNull();
    await bob.with('carol@example.com');
    await bob.ask('accounts.sync', {});
    const carol = (await talks()).find(({ person }) => person.identity === 'carol@example.com');
    expect(carol?.lastMessage).not.toBeNull();
    expect(await waiting()).toBe(3);
  });

  test('is one notification', async () => {
    const { context, account, events, clock } = await workbench();
    const { store } = context;
    const arrived = ['a', 'b', 'c'].map((author): Accepted => {
      const person = store.people.ensure(author, 1);
      const { id } = store.conversations.ensure(account.id, person.id, 1, 'request');
      const [message] = store.messages.insert([
        {
          ...{
            conversationId: id,
            direction: 'incoming',
            wireId: author,
            sessionId: '',
            author,
            at: clock.now(),
          },
          ...{ state: 'received', kind: 'text', text: 'psst', ttlSeconds: 1 },
        },
      ]);
      if (message === undefined) throw new Error('nothing was inserted');
      return { message, conversationId: id };
    });
    new Notifier(context).announce(arrived);
    const shown = events.filter(({ type }) => type === 'notification.show');
    expect(shown).toMatchObject([{ notification: { to: { kind: 'requests' } } }]);
  });
});

describe('a flood of false keys', () => {
  async function besieged({ verified = false } = {}) {
    const registry = await startSwitchableRegistry();
    const { context, account, clock } = await workbench(registry.mailbox);
    const { store, knownKeys, repositories } = context;
    const device = (key = createSigningKey()) => ({
      key,
      device: { key: key.verifying, addedAt: wholeSecond(clock.now()) },
    });
    const alice = device();
    const first = firstProfile(aliceId, alice.device, [], clock.now());
    const { digest } = await showProfile(registry.mailbox, first, alice.key);
    const { id } = store.people.ensure(aliceId, clock.now());
    const look = async () => {
      const person = store.people.get(id);
      if (person !== null) await knownKeys.look(person, repositories.for(account), { from: 'mailbox' });
    };
    await look();
    if (verified) knownKeys.setVerified(id, true);
    const show = async (sequence: number) => {
      const thief = device();
      const profile = firstProfile(aliceId, thief.device, [], clock.now());
      await showProfile(registry.mailbox, { ...profile, sequence, previous: [digest] }, thief.key);
      await look();
    };
    const trust = () => knownKeys.trustOf({ id });
    const believed = () => knownKeys.policyFor(id)?.keys.map(({ fingerprint }) => fingerprint);
    return { registry, clock, knownKeys, id, alice, first, look, show, trust, believed };
  }

  test('alarms once: whoever kept the old keys is not stopped by the next ones, which are counted', async () => {
    const { knownKeys, id, alice, show, look, trust, believed } = await besieged();
    await show(5);
    expect(trust().change).toMatchObject({ kind: 'alarm', blocking: true });
    knownKeys.acceptChange(id);
    for (const sequence of [6, 7, 8]) await show(sequence);
    await look();
    expect(trust()).toMatchObject({ change: null, ignored: 3 });
    expect(believed()).toEqual([alice.key.verifying.fingerprint]);
  });

  test('is one alarm before anybody looked, too', async () => {
    const { clock, show, trust } = await besieged();
    await show(5);
    const since = trust().change?.at;
    clock.pass(60_000);
    await show(6);
    expect(trust().change).toMatchObject({ kind: 'alarm', at: since });
  });

  test('of another kind is an alarm of its own, and so is one after a month', async () => {
    const { registry, clock, knownKeys, id, alice, first, look, show, trust } = await besieged();
    await show(5);
    knownKeys.acceptChange(id);
    const stranger = createSigningKey();
    const extra = { key: stranger.verifying, addedAt: wholeSecond(clock.now()) };
    const { digest } = await showProfile(registry.mailbox, first, alice.key);
    const unproven = { ...first, sequence: 2, previous: [digest], devices: [...first.devices, extra] };
    await showProfile(registry.mailbox, unproven, alice.key);
    await look();
    expect(trust().change).toMatchObject({ reason: 'new-key-not-proven', blocking: true });
    knownKeys.acceptChange(id);
    clock.pass(31 * day);
    await show(6);
    expect(trust().change).toMatchObject({ kind: 'alarm', blocking: true });
  });

  test('in the name of somebody verified: the refused key is not asked about again', async () => {
    const { registry, clock, knownKeys, id, alice, first, look, trust, believed } = await besieged({
      verified: true,
    });
    const phone = createSigningKey();
    const extra = { key: phone.verifying, addedAt: wholeSecond(clock.now()) };
    const { digest } = await showProfile(registry.mailbox, first, alice.key);
    const next = { ...first, sequence: 2, previous: [digest], devices: [...first.devices, extra] };
    await showProfile(registry.mailbox, next, alice.key, phone);
    await look();
    expect(trust().change).toMatchObject({ kind: 'key-change', blocking: true });
    knownKeys.acceptChange(id, 'old');
    await look();
    expect(trust()).toMatchObject({ state: 'verified', change: null });
    expect(believed()).toEqual([alice.key.verifying.fingerprint]);
  });
});
