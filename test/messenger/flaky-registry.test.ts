import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { expect, onTestFinished, test } from 'vitest';
import type { Clock } from '../../main/base/clock.ts';
import { toDockerCommsError } from '../../main/base/errors.ts';
import { MiB } from '../../main/base/limits.ts';
import { passesByItself } from '../../main/messenger/errors.ts';
import type { Accepted } from '../../main/messenger/inbox/accept.ts';
import { lookAtMailbox } from '../../main/messenger/inbox/look.ts';
import { PendingTags } from '../../main/messenger/inbox/pending-tags.ts';
import { type MessageDraft, publishMessage } from '../../main/messenger/wire/publish.ts';
import { Connections } from '../../main/oci/connections.ts';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { OciRepository } from '../../main/oci/repository.ts';
import { textContentType } from '../../main/protocol/constants.ts';
import { MemoryBudget } from '../../main/transfer/memory-budget.ts';
import { bytesSource } from '../../main/transfer/payload.ts';
import { firstProfile } from '../../main/trust/own-profile.ts';
import { announceProfile, publishProfile } from '../../main/trust/profile-artifact.ts';
import { keySigner, type Signer } from '../../main/trust/signer.ts';
import { createSigningKey } from '../../main/trust/signing-key.ts';
import { badDay, seededRandom, startRegistryProxy } from '../peers/registry-proxy.ts';
import { aliceId, bobId, settle, startSwitchableRegistry } from './household.ts';
import { workbench } from './workbench.ts';

/** Waits shorter, so many times, than it is asked to; the hour is the real one. */
function hastyClock(times: number): Clock {
  return {
    now: () => Date.now(),
    after(milliseconds, callback) {
      const timer = setTimeout(callback, milliseconds / times);
      return () => clearTimeout(timer);
    },
  };
}

const texts = (count: number) => Array.from({ length: count }, (_, index) => `message number ${index}`);

/** Sends as the outbox does: what fails in passing is tried again, with the same draft. */
async function send(
  repository: OciRepository,
  text: string,
  { signer, budget }: { readonly signer: Signer; readonly budget: MemoryBudget },
): Promise<void> {
  const draft: MessageDraft = {
    sender: aliceId,
    recipient: bobId,
    createdAt: new Date('2026-11-23T12:00:00Z'),
    ttlSeconds: 604_800,
    messageId: randomUUID(),
    sessionId: randomUUID(),
    compression: 'zstd',
    contentType: textContentType,
  };
  const options = { chunkBytes: MiB, parallel: 1, budget, inlineSmallPayload: !text.endsWith('7'), signer };
  for (;;) {
    try {
      await publishMessage(repository, draft, bytesSource('message.txt', Buffer.from(text)), options);
      return;
    } catch (error) {
      if (!passesByItself(toDockerCommsError(error))) throw error;
    }
  }
}

/** Alice's profile lies in the mailbox; answers who signs for her. */
async function aliceAppears(mailbox: string): Promise<Signer> {
  const repository = new OciRepository(parseRepositoryReference(mailbox));
  onTestFinished(() => repository.close());
  const key = createSigningKey();
  const signer = keySigner(key);
  const noon = new Date('2026-11-23T12:00:00Z');
  const device = { key: key.verifying, addedAt: noon };
  const profile = firstProfile(aliceId, device, [], noon.getTime());
  await announceProfile(repository, aliceId, await publishProfile(repository, profile, [signer]));
  return signer;
}

test('a thousand messages through a registry on a bad day: none lost, none doubled, none damaged', async () => {
  const registry = await startSwitchableRegistry();
  const spoil = badDay(seededRandom(20261124));
  const faults = { cut: 0, broken: 0, busy: 0, damaged: 0 };
  const { host } = await startRegistryProxy(registry.host, () => {
    const fault = spoil();
    if (fault?.cut !== undefined) faults.cut += 1;
    if (fault?.status === 500) faults.broken += 1;
    if (fault?.status === 429) faults.busy += 1;
    if (fault?.corruptAt !== undefined) faults.damaged += 1;
    return fault;
  });
  const mailbox = `${host}/team/mail`;
  const clock = hastyClock(100);
  const connections = new Connections({ clock });
  onTestFinished(() => connections.close());
  const repository = new OciRepository(parseRepositoryReference(mailbox), { connections, clock });
  const sent = texts(1000);
  const limit = pLimit(16);
  const budget = new MemoryBudget(16 * MiB);
  const signer = await aliceAppears(registry.mailbox);
  await Promise.all(sent.map((text) => limit(() => send(repository, text, { signer, budget }))));

  const { context, account, clock: hour } = await workbench(mailbox, clock);
  const accepted: Accepted[] = [];
  const pending = new PendingTags();
  const { signal } = new AbortController();
  for (let look = 0; accepted.length < sent.length && look < 50; look += 1) {
    // A look that fails is followed by the next, after whatever it was asked to wait.
    await lookAtMailbox(context, account, { accepted, pending, signal }).catch((error: unknown) => {
      if (!passesByItself(toDockerCommsError(error))) throw error;
    });
    hour.pass(5 * 60_000);
  }
  expect(accepted.map(({ message }) => message.text).sort()).toEqual([...sent].sort());
  expect(context.store.refusedTags.list(10)).toEqual([]);
  // It was such a day.
  for (const count of Object.values(faults)) expect(count).toBeGreaterThan(20);
}, 300_000);

test('two people on such a day read each other, and each message is answered', async () => {
  const registry = await startSwitchableRegistry();
  const { host } = await startRegistryProxy(registry.host, badDay(seededRandom(7)));
  // Not so hasty that all they do is look.
  const clock = hastyClock(20);
  const [alice, bob] = await Promise.all([settle({ clock }), settle({ clock })]);
  await alice.join(aliceId, `${host}/team/mail`);
  await bob.join(bobId, `${host}/team/mail`);
  await bob.with(aliceId);
  const sent = texts(25);
  for (const text of sent) await alice.say(bobId, text);
  const states = async () => (await alice.messages(bobId)).map(({ state }) => state);
  await expect.poll(states, { timeout: 200_000, interval: 100 }).toEqual(sent.map(() => 'delivered'));
  // What could not be read at one look stands behind what could.
  expect((await bob.reads(aliceId)).toSorted()).toEqual(sent.toSorted());
}, 300_000);
