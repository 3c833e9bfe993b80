import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { parseDigest } from '../../main/base/digest.ts';
import { MiB } from '../../main/base/limits.ts';
import { lookAtMailbox } from '../../main/messenger/inbox/look.ts';
import { PendingTags } from '../../main/messenger/inbox/pending-tags.ts';
import { composeMessages } from '../../main/messenger/outbox/compose.ts';
import { sendOne } from '../../main/messenger/outbox/send-message.ts';
import { publishMessage } from '../../main/messenger/wire/publish.ts';
import { publishReceipt } from '../../main/messenger/wire/receipt.ts';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { OciRepository } from '../../main/oci/repository.ts';
import { textContentType } from '../../main/protocol/constants.ts';
import { MemoryBudget } from '../../main/transfer/memory-budget.ts';
import { bytesSource } from '../../main/transfer/payload.ts';
import { startRegistryProxy } from '../peers/registry-proxy.ts';
import { aliceId, bobId, settle, startSwitchableRegistry } from './household.ts';
import { keySigner } from '../../main/trust/signer.ts';
import { createSigningKey } from '../../main/trust/signing-key.ts';
import { wholeSecond, writeAs } from './strangers.ts';
import { workbench } from './workbench.ts';

const minute = 60_000;
const ttlSeconds = 604_800;

/**
 * A registry with Docker Hub's ways: a manifest GET counts as a pull, found or not; a HEAD, a listing and a blob do not.
 * There is no referrers API, so what refers to something is found under a tag; nothing is deleted.
 */
async function dockerHub() {
  const registry = await startSwitchableRegistry();
  const counted = { pulls: 0, receiptsAreLost: false };
  const { host } = await startRegistryProxy(registry.host, ({ method, url }) => {
    if (method === 'GET' && url.includes('/manifests/')) counted.pulls += 1;
    if (method === 'DELETE') return { status: 405 };
    if (url.includes('/referrers/')) return { status: 404 };
    return counted.receiptsAreLost && url.includes('/manifests/receipt-') ? { status: 404 } : null;
  });
  return { registry, counted, host };
}

/** Bob looks at a mailbox there. Alice reaches the same mailbox uncounted. */
async function countedMailbox() {
  const { registry, counted, host } = await dockerHub();
  const bench = await workbench(`${host}/team/mail`);
  const alice = new OciRepository(parseRepositoryReference(registry.mailbox));
  onTestFinished(() => alice.close());
  const pending = new PendingTags();
  /** Looks so many times; how many pulls that cost. */
  const look = async (times = 1): Promise<number> => {
    const before = counted.pulls;
    const { signal } = new AbortController();
    for (let time = 0; time < times; time += 1) {
      await lookAtMailbox(bench.context, bench.account, { accepted: [], pending, signal });
    }
    return counted.pulls - before;
  };
  return { ...bench.context, ...bench, registry, counted, alice, look };
}

type Mailbox = Awaited<ReturnType<typeof countedMailbox>>;

function writeToBob({ alice, clock }: Mailbox, text: string) {
  const draft = {
    sender: aliceId,
    recipient: bobId,
    createdAt: new Date(clock.now()),
    ttlSeconds,
    messageId: randomUUID(),
    sessionId: randomUUID(),
    compression: 'zstd' as const,
    contentType: textContentType,
  };
  return publishMessage(alice, draft, bytesSource('message.txt', Buffer.from(text)), {
    chunkBytes: MiB,
    parallel: 1,
    budget: new MemoryBudget(MiB),
    inlineSmallPayload: true,
  });
}

/** Bob's message to Alice, as the outbox sends it. */
async function writeToAlice({ context, account, store, clock }: Mailbox, text: string) {
  const person = store.people.ensure(aliceId, clock.now());
  const conversation = store.conversations.ensure(account.id, person.id, clock.now());
  const composed = { conversation, author: bobId, text, attachments: [], inReplyTo: null };
  const [message] = composeMessages(context, composed);
  if (message === undefined) throw new Error('Nothing was composed.');
  await sendOne(context, message, { signal: new AbortController().signal, onProgress: () => undefined });
  store.messages.transition(message.id, ['queued', 'preparing', 'uploading'], { state: 'sent' });
  return message.id;
}

function answer({ alice, store, clock }: Mailbox, id: string) {
  return publishReceipt(alice, {
    for: parseDigest(store.messages.get(id)?.digest ?? ''),
    status: 'accepted',
    verified: true,
    sender: aliceId,
    recipient: bobId,
    createdAt: new Date(clock.now()),
    ttlSeconds,
  });
}

test('looking at a mailbox where nothing is new costs no pull, with receipts outstanding too', async () => {
  const mailbox = await countedMailbox();
  await writeToBob(mailbox, 'one');
  await writeToBob(mailbox, 'two');
  await writeToAlice(mailbox, 'three');
  expect(await mailbox.look()).toBe(2);
  for (let time = 0; time < 5; time += 1) {
    expect(await mailbox.look(2)).toBe(0);
    mailbox.clock.pass(10 * minute);
  }
});

test('a receipt that comes costs one pull, once', async () => {
  const mailbox = await countedMailbox();
  const id = await writeToAlice(mailbox, 'hello');
  await answer(mailbox, id);
  expect(await mailbox.look()).toBe(1);
  expect(mailbox.store.messages.get(id)?.state).toBe('delivered-unconfirmed');
  expect(await mailbox.look(5)).toBe(0);
});

test('a receipt that cannot be read costs a pull ever more seldom, not at every look', async () => {
  const mailbox = await countedMailbox();
  const id = await writeToAlice(mailbox, 'hello');
  await answer(mailbox, id);
  mailbox.counted.receiptsAreLost = true;
  expect(await mailbox.look(5)).toBe(1);
  mailbox.clock.pass(2_000);
  expect(await mailbox.look(5)).toBe(1);
  mailbox.clock.pass(3_999);
  expect(await mailbox.look(5)).toBe(0);
  mailbox.counted.receiptsAreLost = false;
  mailbox.clock.pass(1);
  expect(await mailbox.look(5)).toBe(1);
  expect(mailbox.store.messages.get(id)?.state).toBe('delivered-unconfirmed');
});

test('two whole engines that have read everything cost no pull, however often they look', async () => {
  const { counted, host } = await dockerHub();
  const people = await Promise.all([settle(), settle()]);
  const [alice, bob] = people;
  await alice.join(aliceId, `${host}/team/mail`);
  await bob.join(bobId, `${host}/team/mail`);
  await bob.with(aliceId);
  await alice.say(bobId, 'hello');
  await alice.awaits(bobId, { state: 'delivered' });
  await bob.say(aliceId, 'hello yourself');
  await bob.awaits(aliceId, { state: 'delivered' });
  const lookAll = () => Promise.all(people.map((person) => person.ask('accounts.sync', {})));
  await lookAll();
  const before = counted.pulls;
  expect(before).toBeGreaterThan(0);
  for (let time = 0; time < 10; time += 1) await lookAll();
  expect(counted.pulls).toBe(before);
});

test('a message by a key that nobody knows costs pulls ever more seldom, as long as it lives', async () => {
  const mailbox = await countedMailbox();
  const { clock, registry } = mailbox;
  const draft = { createdAt: wholeSecond(clock.now()), ttlSeconds };
  await writeAs(registry.mailbox, keySigner(createSigningKey()), draft, 'hello');
  const first = await mailbox.look();
  const ofADay = async () => {
    let pulls = 0;
    for (let time = 0; time < 24; time += 1) {
      clock.pass(60 * minute);
      pulls += await mailbox.look();
    }
    return pulls;
  };
  await ofADay();
  // Every six hours its signature, and whether there are others.
  expect(await ofADay()).toBeLessThanOrEqual(4 * first);
});
