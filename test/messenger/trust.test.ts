/** Trust as people meet it, with whole engines: requests, held-back messages, receipts, alarms and lost keys. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Digest } from '../../main/base/digest.ts';
import { anyReceiptPrefix } from '../../main/protocol/tags.ts';
import { firstProfile } from '../../main/trust/own-profile.ts';
import { keySigner } from '../../main/trust/signer.ts';
import { createSigningKey } from '../../main/trust/signing-key.ts';
import { collect } from '../oci/contract.ts';
import { aliceAndBob, aliceId, bobId, type Resident, settle, startSwitchableRegistry } from './household.ts';
import { keyOf } from './keys.ts';
import { answerAs, at, showProfile, wholeSecond, writeAs } from './strangers.ts';

const sync = (person: Resident) => person.ask('accounts.sync', {});
const file = { contentType: 'application/octet-stream', filename: 'a.bin' };

/** Bob, to whom nobody was introduced, and Alice, who has a key and no engine. */
async function bobAlone() {
  const registry = await startSwitchableRegistry();
  const bob = await settle();
  await bob.join(bobId, registry.mailbox);
  const key = createSigningKey();
  const device = { key: key.verifying, addedAt: wholeSecond() };
  await showProfile(registry.mailbox, firstProfile(aliceId, device, [], Date.now()), key);
  const request = async () => (await bob.ask('conversations.list', {}))[0];
  return { registry, bob, alice: keySigner(key), request };
}

/** Without accepting a request, as `Resident.messages` does. */
async function messagesIn(bob: Resident, conversationId: string) {
  return (await bob.ask('messages.list', { conversationId })).messages;
}

test('a stranger’s text is shown as a request, their file waits, and they learn of nothing until it is accepted', async () => {
  const { registry, bob, alice, request } = await bobAlone();
  await writeAs(registry.mailbox, alice, {}, 'hello');
  await writeAs(registry.mailbox, alice, file, 'bytes');
  await sync(bob);
  const { id, standing } = (await request()) ?? { id: '' };
  expect(standing).toBe('request');
  const states = async () => (await messagesIn(bob, id)).map(({ state }) => state).sort();
  expect(await states()).toEqual(['received', 'waiting']);
  const answers = async () =>
    (await at(registry.mailbox, (repository) => collect(repository.tags()))).filter((tag) =>
      tag.startsWith(anyReceiptPrefix),
    ).length;
  expect(await answers()).toBe(0);
  await bob.ask('conversations.stand', { conversationId: id, standing: 'accepted' });
  await expect.poll(states).toEqual(['received', 'received']);
  await expect.poll(answers).toBe(2);
});

test('of who is blocked nothing is taken in, until that is taken back', async () => {
  const { registry, bob, alice, request } = await bobAlone();
  await writeAs(registry.mailbox, alice, {}, 'one');
  await sync(bob);
  const id = (await request())?.id ?? '';
  await bob.ask('conversations.stand', { conversationId: id, standing: 'blocked' });
  await writeAs(registry.mailbox, alice, {}, 'two');
  await sync(bob);
  expect(await messagesIn(bob, id)).toHaveLength(1);
  await bob.ask('conversations.stand', { conversationId: id, standing: 'accepted' });
  await writeAs(registry.mailbox, alice, {}, 'three');
  await sync(bob);
  const texts = (await messagesIn(bob, id)).map(({ content }) => content);
  expect(texts).toMatchObject([{ text: 'one' }, { text: 'three' }]);
});

test('a stranger who looks like oneself or like somebody who was let in is named as that, and nobody else is', async () => {
  const { bob } = await bobAlone();
  const lookAlike = (identity: string) => bob.ask('people.lookAlike', { identity });
  const cyrillicAlice = '\u0430' + aliceId.slice(1);
  expect(await lookAlike(cyrillicAlice)).toBeNull();
  await bob.say(aliceId, 'hello');
  expect(await lookAlike(cyrillicAlice)).toBe(aliceId);
  expect(await lookAlike(aliceId)).toBeNull();
  expect(await lookAlike('b0b@example.com')).toBe(bobId);
  expect(await lookAlike('carol')).toBeNull();
});

test('a request that was deleted does not come back by itself', async () => {
  const { registry, bob, alice, request } = await bobAlone();
  await writeAs(registry.mailbox, alice, {}, 'one');
  await sync(bob);
  await bob.ask('conversations.remove', { conversationId: (await request())?.id ?? '' });
  await sync(bob);
  expect(await request()).toBeUndefined();
});

test('an unverified message can be looked at, and stays marked', async () => {
  const { registry, bob, request } = await bobAlone();
  await writeAs(registry.mailbox, null, {}, 'psst');
  await sync(bob);
  const id = (await request())?.id ?? '';
  const [held] = await messagesIn(bob, id);
  expect(held).toMatchObject({ state: 'unverified', trust: 'unsigned', content: { text: '' } });
  await bob.ask('messages.release', { messageId: held?.id ?? '' });
  expect(await messagesIn(bob, id)).toMatchObject([
    { state: 'received', trust: 'unsigned', content: { text: 'psst' } },
  ]);
  expect(await bob.fail('messages.release', { messageId: held?.id ?? '' })).toMatchObject({
    code: 'conflict',
  });
});

test('a mailbox on another host is used once somebody agrees, and not proposed again once it was declined', async () => {
  const { registry, bob, alice } = await bobAlone();
  const named = async (mailbox: string) => {
    await writeAs(registry.mailbox, alice, { mailbox }, 'I have moved');
    await sync(bob);
    return (await bob.ask('people.list', {}))[0];
  };
  const [one, other] = ['other.example.com/alice', 'third.example.com/alice'];
  const person = await named(one);
  expect(person).toMatchObject({ mailbox: null, proposedMailbox: one });
  const personId = person?.id ?? '';
  await bob.ask('people.update', { personId, declineProposal: true });
  expect(await named(one)).toMatchObject({ mailbox: null, proposedMailbox: null });
  expect(await named(other)).toMatchObject({ mailbox: null, proposedMailbox: other });
  expect(await bob.ask('people.update', { personId, mailbox: other })).toMatchObject({
    mailbox: other,
    proposedMailbox: null,
  });
});

test('for somebody who signs a forged receipt changes nothing, and the real one counts', async () => {
  const { registry, bob, alice } = await bobAlone();
  await bob.say(aliceId, 'are you there?');
  const { details } = await bob.awaits(aliceId, { state: 'sent' });
  const digest = details.digest as Digest;
  await answerAs(registry.mailbox, null, digest);
  await answerAs(registry.mailbox, keySigner(createSigningKey()), digest);
  await sync(bob);
  await bob.awaits(aliceId, { state: 'sent' });
  await answerAs(registry.mailbox, alice, digest);
  await sync(bob);
  await bob.awaits(aliceId, { state: 'delivered' });
});

test('an unsigned receipt of somebody without a key is a delivery that nobody confirmed', async () => {
  const { registry, bob } = await bobAlone();
  await bob.say('carol', 'are you there?');
  const { details } = await bob.awaits('carol', { state: 'sent' });
  await answerAs(registry.mailbox, null, details.digest as Digest);
  await sync(bob);
  await bob.awaits('carol', { state: 'delivered-unconfirmed' });
});

test('both sides see the same safety number; a thief’s profile stops what is sent until it was looked at', async () => {
  const { alice, bob, registry } = await aliceAndBob();
  await Promise.all([keyOf(alice), keyOf(bob)]);
  await Promise.all([alice.say(bobId, 'hello'), bob.say(aliceId, 'hello')]);
  const number = async (who: Resident, other: string) => {
    const [account] = await who.ask('accounts.list', {});
    const person = (await who.ask('people.list', {})).find(({ identity }) => identity === other);
    const ids = { accountId: account?.id ?? '', personId: person?.id ?? '' };
    return (await who.ask('people.safetyNumber', ids)).digits;
  };
  await expect.poll(async () => (await number(alice, bobId)) === (await number(bob, aliceId))).toBe(true);
  const thief = createSigningKey();
  const device = { key: thief.verifying, addedAt: wholeSecond() };
  await showProfile(registry.mailbox, firstProfile(aliceId, device, [], Date.now()), thief);
  // A key that nobody knows makes Bob look.
  await writeAs(registry.mailbox, keySigner(thief), {}, 'I am Alice');
  await sync(bob);
  const [person] = await bob.ask('people.list', {});
  expect(person?.trust).toMatchObject({ change: { kind: 'alarm', blocking: true } });
  const messageId = await bob.say(aliceId, 'is it you?');
  await bob.awaits(aliceId, { state: 'failed', failure: { code: 'untrusted' } });
  await bob.ask('people.acceptChange', { personId: person?.id ?? '' });
  await bob.ask('messages.retry', { messageId });
  await bob.awaits(aliceId, { state: 'delivered' });
});

test('without its own key an account says so, and sends nothing unsigned', async () => {
  const { bob } = await bobAlone();
  await keyOf(bob);
  await bob.close();
  await Promise.all(['vault.json', 'vault.key'].map((name) => rm(join(bob.home, name), { force: true })));
  await bob.open();
  await bob.say(aliceId, 'who am I?');
  await bob.awaits(aliceId, { state: 'failed', failure: { code: 'auth', detail: { reason: 'key-lost' } } });
  const [account] = await bob.ask('accounts.list', {});
  expect(await bob.fail('identity.get', { accountId: account?.id ?? '' })).toMatchObject({ code: 'auth' });
});

test('that its own key is lost an account says without the registry too, until there is a new one', async () => {
  const { bob, registry } = await bobAlone();
  const accountNow = async () => (await bob.ask('accounts.list', {}))[0];
  await keyOf(bob);
  await bob.close();
  await Promise.all(['vault.json', 'vault.key'].map((name) => rm(join(bob.home, name), { force: true })));
  await registry.off();
  await bob.open();
  await expect.poll(async () => (await accountNow())?.keyAlarm).toBe('key-lost');
  expect(bob.events).toContainEqual({ type: 'accounts.changed' });
  await registry.on();
  await bob.ask('identity.beginAnew', { accountId: (await accountNow())?.id ?? '' });
  expect((await accountNow())?.keyAlarm).toBeNull();
});

test('somebody else who publishes under my name is an alarm, and stops nothing that I sign with my own key', async () => {
  const { registry, bob } = await bobAlone();
  await sync(bob);
  await bob.close();
  const thief = createSigningKey();
  const device = { key: thief.verifying, addedAt: wholeSecond() };
  await showProfile(registry.mailbox, firstProfile(bobId, device, [], Date.now()), thief);
  await bob.open();
  await sync(bob);
  expect(await bob.ask('accounts.list', {})).toMatchObject([{ keyAlarm: 'other-profile' }]);
  await bob.say(aliceId, 'still me');
  await bob.awaits(aliceId, { state: 'sent', trust: 'signed' });
});

test('a second device reads what is written to me, answers as me, and is removed from the first one', async () => {
  const { alice, bob, registry } = await aliceAndBob();
  await alice.say(bobId, 'to one of you');
  await bob.awaits(aliceId, { content: { text: 'to one of you' } });
  const [account] = await bob.ask('accounts.list', {});
  const accountId = account?.id ?? '';
  const passphrase = 'a lamp, a ladder and a lemon';
  const { text: deviceFile, name } = await bob.ask('identity.addDevice', { accountId, passphrase });
  expect(name).toBe(`${bobId}.dockercomms-device`);

  const tablet = await settle();
  expect(
    await tablet.fail('accounts.join', { file: deviceFile, passphrase: 'another one entirely' }),
  ).toMatchObject({
    code: 'auth',
    detail: { reason: 'wrong-passphrase' },
  });
  const joined = await tablet.ask('accounts.join', { file: deviceFile, passphrase });
  expect(joined).toMatchObject({ identity: bobId, repository: registry.mailbox });
  await sync(tablet);
  await tablet.awaits(aliceId, { content: { text: 'to one of you' }, trust: 'signed' });
  await tablet.say(aliceId, 'from the tablet');
  await alice.awaits(bobId, { content: { text: 'from the tablet' }, trust: 'signed' });

  const tabletId = (await tablet.ask('identity.get', { accountId: joined.id })).fingerprint;
  // Another computer that takes in the same file is the same device, and is removed with it (protocol, section 8).
  const copy = await settle();
  const { id: copied } = await copy.ask('accounts.join', { file: deviceFile, passphrase });
  expect((await copy.ask('identity.get', { accountId: copied })).fingerprint).toBe(tabletId);
  const left = await bob.ask('identity.removeDevice', { accountId, fingerprint: tabletId });
  expect(left.devices.map(({ thisDevice }) => thisDevice)).toEqual([true]);
  for (const [device, text] of [
    [tablet, 'still here'],
    [copy, 'me too'],
  ] as const) {
    await device.close();
    await device.open();
    await device.say(aliceId, text);
    await device.awaits(aliceId, { content: { text }, failure: { detail: { reason: 'device-removed' } } });
  }
});
