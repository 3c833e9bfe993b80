/** What becomes of messages by what is known of who wrote them: whole looks at a mailbox, without an engine around. */
import { describe, expect, test } from 'vitest';
import type { Accepted } from '../../main/messenger/inbox/accept.ts';
import { lookAtMailbox } from '../../main/messenger/inbox/look.ts';
import { PendingTags } from '../../main/messenger/inbox/pending-tags.ts';
import { firstProfile } from '../../main/trust/own-profile.ts';
import { keySigner } from '../../main/trust/signer.ts';
import { createSigningKey } from '../../main/trust/signing-key.ts';
import { aliceId, startSwitchableRegistry } from './household.ts';
import { showProfile, signLate, wholeSecond, writeAs } from './strangers.ts';
import { workbench } from './workbench.ts';

/** Bob's mailbox, where Alice's profile lies. */
async function mailbox() {
  const registry = await startSwitchableRegistry();
  const bench = await workbench(registry.mailbox);
  const { context, account, clock } = bench;
  const { store } = context;
  const key = createSigningKey();
  const device = { key: key.verifying, addedAt: wholeSecond(clock.now()) };
  await showProfile(registry.mailbox, firstProfile(aliceId, device, [], clock.now()), key);
  const pending = new PendingTags();
  const write = (signer: Parameters<typeof writeAs>[1], draft: Parameters<typeof writeAs>[2] = {}) =>
    writeAs(registry.mailbox, signer, { createdAt: wholeSecond(clock.now()), ...draft }, 'hello');
  const look = async () => {
    const accepted: Accepted[] = [];
    const { signal } = new AbortController();
    await lookAtMailbox(context, account, { accepted, pending, signal });
    const person = store.people.findByIdentity(aliceId);
    const conversation = person && store.conversations.find(account.id, person.id);
    const page = conversation && store.messages.page(conversation.id, { limit: 50 });
    return { news: accepted.length, messages: page?.messages ?? [] };
  };
  return { ...bench, registry, store, alice: keySigner(key), write, look };
}

const heldBack = { state: 'unverified', text: null };

test('what its author signed is there to be read', async () => {
  const { write, look, alice } = await mailbox();
  await write(alice);
  expect(await look()).toMatchObject({
    news: 1,
    messages: [{ state: 'received', trust: 'signed', text: 'hello' }],
  });
});

test('what nobody signed is held back, is no news, and is answered by nothing', async () => {
  const { write, look, store, clock } = await mailbox();
  await write(null);
  expect(await look()).toMatchObject({ news: 0, messages: [{ ...heldBack, trust: 'unsigned' }] });
  expect(store.receipts.due(clock.now())).toEqual([]);
});

test('a signature that comes later proves it', async () => {
  const { write, look, registry, clock, alice } = await mailbox();
  const { manifest } = await write(null);
  await look();
  await signLate(registry.mailbox, alice, manifest);
  clock.pass(10 * 60_000);
  expect(await look()).toMatchObject({
    news: 1,
    messages: [{ state: 'received', trust: 'signed', text: 'hello' }],
  });
});

test('a good signature by somebody else proves nothing', async () => {
  const { write, look } = await mailbox();
  await write(keySigner(createSigningKey()));
  expect(await look()).toMatchObject({ news: 0, messages: [{ ...heldBack, trust: 'foreign' }] });
});

describe('what its author signed for another key', () => {
  test('is not for this reader, at the first look and at every later one', async () => {
    const { write, look, clock, alice } = await mailbox();
    await write(alice, { recipientKey: createSigningKey().verifying.fingerprint });
    const bad = { ...heldBack, trust: 'bad', trustReason: 'to-another-key' };
    expect(await look()).toMatchObject({ news: 0, messages: [bad] });
    for (let again = 0; again < 3; again += 1) {
      clock.pass(10 * 60_000);
      expect(await look()).toMatchObject({ news: 0, messages: [bad] });
    }
  });

  test('is for this reader when the key is theirs', async () => {
    const { write, look, alice, context, account } = await mailbox();
    const { verifying } = await context.ownKeys.signingKey(account.id);
    await write(alice, { recipientKey: verifying.fingerprint });
    expect(await look()).toMatchObject({ news: 1, messages: [{ state: 'received', trust: 'signed' }] });
  });
});

describe('a mailbox that a message names', () => {
  const elsewhere = 'other.example.com/alice/mail';
  const alicesView = ({ context }: Awaited<ReturnType<typeof mailbox>>) =>
    context.store.people.findByIdentity(aliceId);

  test('is proposed when its author signed it, and is not used before somebody agrees', async () => {
    const scene = await mailbox();
    await scene.write(scene.alice, { mailbox: elsewhere });
    await scene.look();
    expect(alicesView(scene)).toMatchObject({ mailbox: null, proposedMailbox: elsewhere });
  });

  test('is no more than a claim while nobody proved who wrote it', async () => {
    const scene = await mailbox();
    const { manifest } = await scene.write(null, { mailbox: elsewhere });
    await scene.write(keySigner(createSigningKey()), { mailbox: elsewhere });
    await scene.look();
    expect(alicesView(scene)).toMatchObject({ mailbox: null, proposedMailbox: null });
    await signLate(scene.registry.mailbox, scene.alice, manifest);
    scene.clock.pass(10 * 60_000);
    await scene.look();
    expect(alicesView(scene)).toMatchObject({ mailbox: null, proposedMailbox: elsewhere });
  });

  test('never leads to loopback', async () => {
    const scene = await mailbox();
    await scene.write(scene.alice, { mailbox: '127.0.0.1:1/alice/mail' });
    await scene.look();
    expect(alicesView(scene)).toMatchObject({ mailbox: null, proposedMailbox: null });
  });
});

test('however long ago it was last looked at, it is looked at again once more is known of its author', async () => {
  const registry = await startSwitchableRegistry();
  const { context, account, clock } = await workbench(registry.mailbox);
  const key = createSigningKey();
  const write = () =>
    writeAs(
      registry.mailbox,
      keySigner(key),
      { createdAt: wholeSecond(clock.now()), ttlSeconds: 604_800 },
      'hello',
    );
  const pending = new PendingTags();
  const look = async () => {
    const accepted: Accepted[] = [];
    await lookAtMailbox(context, account, { accepted, pending, signal: new AbortController().signal });
    return accepted.length;
  };
  await write();
  for (let time = 0; time < 20; time += 1) {
    expect(await look()).toBe(0);
    clock.pass(60 * 60_000);
  }
  await look();
  const device = { key: key.verifying, addedAt: wholeSecond(clock.now()) };
  await showProfile(registry.mailbox, firstProfile(aliceId, device, [], clock.now()), key);
  clock.pass(60_000);
  await write();
  expect(await look()).toBe(2);
});
