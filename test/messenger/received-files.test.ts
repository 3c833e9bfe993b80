/** What can be done with a file: paused and resumed on its way, copied and dragged once it is here. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import {
  aliceAndBob,
  aliceId,
  bobId,
  settle,
  startSwitchableRegistry,
  temporaryFolder,
} from './household.ts';

const plan = (content = 'words') => ({ 'plan.txt': Buffer.from(content) });

test('a file that is paused stays so over a restart, and goes on when it is resumed', async () => {
  const registry = await startSwitchableRegistry();
  const [alice, bob] = [await settle(), await settle()];
  await alice.join(aliceId, registry.mailbox);
  await bob.join(bobId, registry.mailbox);
  await registry.off();
  await alice.sendFiles(bobId, plan());
  const { id } = await alice.awaits(bobId, { content: { name: 'plan.txt' } });
  await alice.ask('messages.pause', { messageId: id });
  await registry.on();
  await alice.close();
  await alice.open();
  // What is written afterwards overtakes it.
  await alice.say(bobId, 'Are you there?');
  await bob.awaits(aliceId, { content: { text: 'Are you there?' } });
  const paused = async () => (await alice.messages(bobId)).find((message) => message.id === id);
  expect(await paused()).toMatchObject({ state: 'paused', failure: null });
  expect(await alice.fail('messages.retry', { messageId: id })).toMatchObject({ code: 'conflict' });

  await alice.ask('messages.resume', { messageId: id });
  await expect.poll(async () => (await paused())?.state).toBe('delivered');
  expect(await alice.fail('messages.pause', { messageId: id })).toMatchObject({ code: 'conflict' });
  expect(await alice.fail('messages.resume', { messageId: id })).toMatchObject({ code: 'conflict' });
});

test('a download can be paused, resumed and given up, and what is paused is fetched by nobody', async () => {
  const { alice, bob } = await aliceAndBob();
  await bob.ask('settings.update', { downloads: { automaticLimitBytes: 0 } });
  await alice.sendFiles(bobId, plan());
  const { id } = await bob.awaits(aliceId, { state: 'waiting' });
  await bob.ask('messages.pause', { messageId: id });
  await bob.awaits(aliceId, { id, state: 'paused' });
  await bob.ask('messages.cancel', { messageId: id });
  await bob.awaits(aliceId, { id, state: 'waiting' });
  await bob.ask('messages.pause', { messageId: id });
  await bob.ask('messages.resume', { messageId: id });
  await bob.awaits(aliceId, { id, state: 'received' });
  expect(await bob.fail('messages.pause', { messageId: id })).toMatchObject({ code: 'conflict' });
});

test('a received file is dragged and copied under the name that it was sent with', async () => {
  const target = join(await temporaryFolder('copy'), 'copy.txt');
  const [dragged, asked]: [string[], string[]] = [[], []];
  const { alice, bob } = await aliceAndBob({
    kind: 'electron',
    startDrag: (path) => Promise.resolve(void dragged.push(path)),
    chooseSavePath: (name) => {
      asked.push(name);
      return Promise.resolve(asked.length === 1 ? null : target);
    },
  });
  await alice.sendFiles(bobId, plan('first'));
  await bob.awaits(aliceId, { state: 'received' });
  await alice.sendFiles(bobId, plan('second'));
  await expect
    .poll(async () => (await bob.messages(aliceId)).map(({ state }) => state))
    .toEqual(['received', 'received']);
  const [first, second] = await bob.messages(aliceId);
  for (const message of [first, second]) await bob.ask('messages.dragOut', { messageId: message?.id ?? '' });
  expect(dragged.map((path) => basename(path))).toEqual(['plan.txt', 'plan.txt']);
  expect(await Promise.all(dragged.map((path) => readFile(path, 'utf8')))).toEqual(['first', 'second']);

  const messageId = second?.id ?? '';
  expect(await bob.ask('messages.saveAs', { messageId })).toBe(false);
  await writeFile(target, 'older');
  expect(await bob.ask('messages.saveAs', { messageId })).toBe(true);
  expect(asked).toEqual(['plan.txt', 'plan.txt']);
  expect(await readFile(target, 'utf8')).toBe('second');
});

test('the name that saving begins with is possible on this system', async () => {
  const asked: string[] = [];
  const { alice, bob } = await aliceAndBob({
    kind: 'electron',
    chooseSavePath: (name) => Promise.resolve(void asked.push(name)).then(() => null),
  });
  await alice.sendFiles(bobId, { 'why? "because".txt': Buffer.from('words') });
  const { id: messageId } = await bob.awaits(aliceId, { state: 'received' });
  const platform = vi.spyOn(process, 'platform', 'get');
  for (const name of ['linux', 'win32'] as const) {
    platform.mockReturnValue(name);
    await bob.ask('messages.saveAs', { messageId });
  }
  platform.mockRestore();
  expect(asked).toEqual(['why? "because".txt', 'why because.txt']);
});

test('what was not received and verified is neither dragged nor copied', async () => {
  const dragged: string[] = [];
  const { alice, bob } = await aliceAndBob({
    kind: 'electron',
    startDrag: (path) => Promise.resolve(void dragged.push(path)),
    chooseSavePath: () => Promise.resolve('/nowhere'),
  });
  await bob.ask('settings.update', { downloads: { automaticLimitBytes: 0 } });
  await alice.sendFiles(bobId, plan());
  const { id } = await bob.awaits(aliceId, { state: 'waiting' });
  const own = await alice.awaits(bobId, { state: 'sent' });
  for (const [who, messageId] of [
    [bob, id],
    [alice, own.id],
  ] as const) {
    expect(await who.fail('messages.dragOut', { messageId })).toMatchObject({ code: 'not-found' });
    expect(await who.fail('messages.saveAs', { messageId })).toMatchObject({ code: 'not-found' });
  }
  expect(dragged).toEqual([]);
});
