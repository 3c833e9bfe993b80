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
import { aliceId, bobId, startSwitchableRegistry } from './household.ts';
import { workbench } from './workbench.ts';

const minute = 60_000;
const ttlSeconds = 604_800;

/**
 * Bob looks at a mailbox behind what counts as Docker Hub does: a manifest GET is a pull; a HEAD, a listing and a blob are
 * not. Alice reaches the same mailbox uncounted.
 */
async function countedMailbox() {
  const registry = await startSwitchableRegistry();
  const counted = { pulls: 0, receiptsAreLost: false };
  const { host } = await startRegistryProxy(registry.host, ({ method, url }) => {
    if (method === 'GET' && url.includes('/manifests/')) counted.pulls += 1;
    return counted.receiptsAreLost && url.includes('/manifests/receipt-') ? { status: 404 } : null;
  });
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
  return { ...bench.context, ...bench, counted, alice, look };
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
