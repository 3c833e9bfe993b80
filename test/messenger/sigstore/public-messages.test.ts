import { expect, test } from 'vitest';
import type { SigstoreServices } from '../../peers/sigstore-instance.ts';
import { golden } from '../../trust/golden.ts';
import { aliceId, bobId, type Resident } from '../household.ts';
import { household, providerOf, signIn, useInstance } from './signing-household.ts';

const waiting = { state: 'queued', failure: { code: 'auth', detail: { reason: 'sign-in-needed' } } };

function chooses(alice: Resident, ...accounts: readonly string[]) {
  return alice.ask('settings.update', { publicSignatures: { accounts: [...accounts] } });
}

function logged({ requests }: SigstoreServices): number {
  return requests.filter((path) => path.endsWith('/entries')).length;
}

/** The engine starts anew: nobody is signed in any more, as after some minutes. */
async function startsAnew(alice: Resident) {
  await alice.close();
  await alice.open();
}

/** Alice has confirmed who she is, and signs each message publicly. */
async function publicAlice() {
  const people = await household();
  await signIn(people.alice, people.accountId);
  await chooses(people.alice, people.accountId);
  return { ...people, issuer: people.provider.issuer.href.replace(/\/$/, '') };
}

test('nothing is logged of a message unless its account was chosen', async () => {
  const { alice, bob, accountId, services } = await household();
  await signIn(alice, accountId);
  await alice.say(bobId, 'just us');
  await bob.awaits(aliceId, { trust: 'signed' });
  expect(logged(services)).toBe(1);
});

test('each message of a chosen account is logged once, and is what its key says besides', async () => {
  const { alice, bob, services } = await publicAlice();
  for (const text of ['one', 'two']) {
    await alice.say(bobId, text);
    await bob.awaits(aliceId, { content: { text }, trust: 'signed' });
  }
  expect(logged(services)).toBe(3);
  expect(services.requests.filter((path) => path.endsWith('/signingCert'))).toHaveLength(1);
});

test('who wants to know reads on both sides who signed a message publicly and when, and of others that nobody did', async () => {
  const { alice, bob, issuer, services, provider } = await publicAlice();
  await alice.say(bobId, 'for the record');
  const { id: atBob } = await bob.awaits(aliceId, { content: { text: 'for the record' }, trust: 'signed' });
  const { id: atAlice } = await alice.awaits(bobId, { content: { text: 'for the record' } });
  const found = { subject: aliceId, issuer, byAuthor: true };
  for (const [who, messageId] of [
    [alice, atAlice],
    [bob, atBob],
  ] as const) {
    const { proven, hasUnproven } = await who.ask('messages.publicSignatures', { messageId });
    expect([proven, hasUnproven]).toMatchObject([[found], false]);
    expect(Math.abs(Date.now() - (proven[0]?.signedAt ?? 0))).toBeLessThan(600_000);
  }
  // Who trusts other authorities learns that there is one, and of nobody.
  await useInstance(bob, { ...services, trustedRoot: golden('rekor-v1/trusted_root.json') }, provider.issuer);
  const unproven = { proven: [], hasUnproven: true };
  expect(await bob.ask('messages.publicSignatures', { messageId: atBob })).toEqual(unproven);
  await bob.say(aliceId, 'just us');
  const { id } = await alice.awaits(bobId, { content: { text: 'just us' } });
  expect(await alice.ask('messages.publicSignatures', { messageId: id })).toEqual({
    proven: [],
    hasUnproven: false,
  });
});

test('what is written when nobody is signed in any more waits, unseen, and goes out after a sign-in', async () => {
  const { alice, bob, accountId, services } = await publicAlice();
  await startsAnew(alice);
  const before = services.requests.length;
  await alice.say(bobId, 'first');
  await alice.awaits(bobId, waiting);
  await alice.say(bobId, 'second');
  await alice.awaits(bobId, { state: 'queued', content: { text: 'second' } });
  expect(await bob.messages(aliceId)).toEqual([]);
  expect(services.requests).toHaveLength(before);

  await signIn(alice, accountId, 'messages');
  await bob.awaits(aliceId, { content: { text: 'second' }, trust: 'signed' });
  expect(await bob.reads(aliceId)).toEqual(['first', 'second']);
});

test('what waits for a sign-in goes out when none is needed any more', async () => {
  const { alice, bob, services } = await publicAlice();
  await startsAnew(alice);
  await alice.say(bobId, 'never mind the log');
  await alice.awaits(bobId, waiting);
  await chooses(alice);
  await bob.awaits(aliceId, { content: { text: 'never mind the log' }, trust: 'signed' });
  expect(logged(services)).toBe(1);
});

test('somebody else who signs in sends nothing in this name', async () => {
  const { alice, accountId, services } = await publicAlice();
  await startsAnew(alice);
  await alice.say(bobId, 'hello');
  await alice.awaits(bobId, waiting);
  await useInstance(alice, services, (await providerOf('mallory@example.com')).issuer);
  const { url } = await alice.ask('signIn.begin', { accountId, answer: 'loopback', purpose: 'messages' });
  const failed = alice.fail('signIn.finish', { accountId });
  await fetch(url);
  expect(await failed).toMatchObject({ code: 'auth', detail: { reason: 'signed-in-as-other' } });
  await alice.awaits(bobId, waiting);
});

test('a key that nobody confirmed signs no message publicly', async () => {
  const { alice, accountId } = await household();
  const begin = { accountId, answer: 'loopback', purpose: 'messages' } as const;
  expect(await alice.fail('signIn.begin', begin)).toMatchObject({ code: 'conflict' });
});

test('who withdraws signs no message publicly any more', async () => {
  const { alice, bob, accountId, services } = await publicAlice();
  await alice.ask('signIn.withdraw', { accountId });
  expect((await alice.ask('settings.get', {})).publicSignatures.accounts).toEqual([]);
  await alice.say(bobId, 'just us again');
  await bob.awaits(aliceId, { trust: 'signed' });
  expect(logged(services)).toBe(1);
});

test('nothing of it is left when the account is removed', async () => {
  const { alice, accountId } = await publicAlice();
  await alice.ask('accounts.remove', { accountId });
  expect((await alice.ask('settings.get', {})).publicSignatures.accounts).toEqual([]);
});

test('a log that is down lets messages wait, and they go out by themselves', async () => {
  const { alice, bob, services } = await publicAlice();
  services.fail('/api/v1/log/entries');
  await alice.say(bobId, 'later');
  await alice.awaits(bobId, { state: 'queued', failure: { code: 'network' } });
  expect(await bob.messages(aliceId)).toEqual([]);
  services.fail(null);
  await alice.ask('accounts.sync', {});
  await expect.poll(() => bob.reads(aliceId)).toEqual(['later']);
});
