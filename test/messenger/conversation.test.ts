import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FileContent, MessageView } from '../../preload/contract/messages.ts';
import {
  aliceAndBob,
  aliceId,
  aWhile,
  bobId,
  settle,
  startSwitchableRegistry,
  temporaryFolder,
} from './household.ts';

const delivered = { state: 'delivered' };

describe('two people in one repository', () => {
  test('text goes both ways, signed, and is answered by a signed receipt', async () => {
    const { alice, bob } = await aliceAndBob();
    await alice.say(bobId, 'Hello Bob, ünïcode 名前 🙂');
    await bob.awaits(aliceId, {
      state: 'received',
      direction: 'incoming',
      trust: 'signed',
      author: aliceId,
    });
    expect(await bob.reads(aliceId)).toEqual(['Hello Bob, ünïcode 名前 🙂']);
    await alice.awaits(bobId, delivered);
    await bob.say(aliceId, 'Hello Alice');
    await alice.awaits(bobId, { content: { kind: 'text', text: 'Hello Alice' } });
    await bob.awaits(aliceId, delivered);
  });

  test('texts of one conversation arrive in the order in which they were written', async () => {
    const { alice, bob } = await aliceAndBob();
    const lines = Array.from({ length: 12 }, (_, index) => `line ${index}`);
    for (const line of lines) await alice.say(bobId, line);
    await bob.awaits(aliceId, { content: { text: 'line 11' } });
    expect(await bob.reads(aliceId)).toEqual(lines);
  });

  test('files dropped together with a text arrive together, text first, bytes identical', async () => {
    const { alice, bob } = await aliceAndBob();
    const photo = randomBytes(300_000);
    // Texts and files go out side by side; in order is what one look finds.
    bob.engine.pause();
    await alice.sendFiles(bobId, { 'photo ü.png': photo, 'empty.bin': Buffer.alloc(0) }, 'Two files');
    const statesOf = async (messages: Promise<readonly MessageView[]>) =>
      (await messages).map(({ state }) => state);
    await expect.poll(() => statesOf(alice.messages(bobId))).toEqual(['sent', 'sent', 'sent']);
    bob.engine.wake();
    const last = await bob.awaits(aliceId, { state: 'received', batch: { index: 2, count: 3 } });
    await expect.poll(() => statesOf(bob.messages(aliceId))).toEqual(['received', 'received', 'received']);
    const messages = await bob.messages(aliceId);
    expect(await bob.reads(aliceId)).toEqual(['Two files', 'photo ü.png', 'empty.bin']);
    expect(new Set(messages.map(({ batch }) => batch?.id))).toEqual(new Set([last.batch?.id]));
    const folder = join(bob.downloads, 'DockerComms', aliceId);
    expect(await readFile(join(folder, 'photo ü.png'))).toEqual(photo);
    expect(await readFile(join(folder, 'empty.bin'))).toEqual(Buffer.alloc(0));
    await alice.awaits(bobId, delivered);
  });

  test('a folder arrives as one tar under its name', async () => {
    const { alice, bob } = await aliceAndBob();
    const folder = join(await temporaryFolder('drop'), 'Plans');
    await mkdir(join(folder, 'inner'), { recursive: true });
    await writeFile(join(folder, 'inner', 'a.txt'), 'A');
    const attachment = await alice.engine.attachments.fromPath(folder);
    expect(attachment).toMatchObject({ name: 'Plans.tar', folder: true, files: 1 });
    const conversationId = await alice.with(bobId);
    await alice.ask('messages.send', { conversationId, attachments: [attachment.token] });
    await bob.awaits(aliceId, { state: 'received', content: { name: 'Plans.tar', folder: true } });
  });

  test('somebody who writes first becomes a conversation, and counts as unread until it was read', async () => {
    const { alice, bob } = await aliceAndBob();
    await alice.say(bobId, 'one');
    await alice.say(bobId, 'two');
    await bob.awaits(aliceId, { content: { text: 'two' } });
    const [conversation] = await bob.ask('conversations.list', {});
    expect(conversation).toMatchObject({
      unread: 2,
      person: { identity: aliceId },
      lastMessage: { excerpt: 'two' },
    });
    await bob.ask('conversations.markRead', { conversationId: conversation?.id ?? '' });
    expect(await bob.ask('conversations.list', {})).toMatchObject([{ unread: 0 }]);
    expect(bob.events.filter(({ type }) => type === 'unread.changed').at(-1)).toMatchObject({ unread: 0 });
  });

  test('search finds words of messages, names of files and people', async () => {
    const { alice, bob } = await aliceAndBob();
    await alice.sendFiles(bobId, { 'Jahresbericht.pdf': Buffer.from('x') }, 'The crème brûlée report');
    // Which of them comes first is no matter here, and not promised.
    const read = async () => (await bob.reads(aliceId)).toSorted();
    await expect.poll(read).toEqual(['Jahresbericht.pdf', 'The crème brûlée report']);
    const found = async (text: string) => (await bob.ask('search.query', { text })).messages.length;
    expect(await found('creme brul')).toBe(1);
    expect(await found('jahres')).toBe(1);
    expect(await found('"unbalanced AND (')).toBe(0);
    expect((await bob.ask('search.query', { text: 'ALICE' })).people).toMatchObject([{ identity: aliceId }]);
  });

  test('a note to oneself is one message that is delivered', async () => {
    const registry = await startSwitchableRegistry();
    const alice = await settle();
    await alice.join(aliceId, registry.mailbox);
    await alice.say(aliceId, 'remember');
    await alice.awaits(aliceId, delivered);
    expect(await alice.reads(aliceId)).toEqual(['remember']);
  });
});

describe('people with mailboxes of their own', () => {
  test('a message lies in the addressee’s mailbox, and its receipt is found there', async () => {
    const registry = await startSwitchableRegistry();
    const [alice, bob] = await Promise.all([settle(), settle()]);
    const [hers, his] = [`${registry.host}/alice/mail`, `${registry.host}/bob/mail`];
    await alice.join(aliceId, hers);
    await bob.join(bobId, his);
    await alice.with(bobId, his);
    await alice.say(bobId, 'across');
    const message = await bob.awaits(aliceId, { content: { text: 'across' } });
    expect(message.details.repository).toBe(his);
    await alice.awaits(bobId, delivered);
    // What the message says about Alice's mailbox is not proven, so Bob still answers where he was told to by himself.
    await bob.with(aliceId, hers);
    await bob.say(aliceId, 'back');
    await alice.awaits(bobId, { content: { text: 'back' } });
    await bob.awaits(aliceId, delivered);
  });
});

describe('payloads over the automatic limit', () => {
  test('wait until they are asked for', async () => {
    const { alice, bob } = await aliceAndBob();
    await bob.ask('settings.update', { downloads: { automaticLimitBytes: 1_000 } });
    const bytes = randomBytes(5_000);
    await alice.sendFiles(bobId, { 'large.bin': bytes });
    const waiting = await bob.awaits(aliceId, {
      state: 'waiting',
      content: { available: false, bytes: 5_000 },
    });
    await aWhile();
    expect(await alice.messages(bobId)).toMatchObject([{ state: 'sent' }]);
    await bob.ask('messages.download', { messageId: waiting.id });
    await bob.awaits(aliceId, { state: 'received', content: { available: true } });
    await alice.awaits(bobId, delivered);
  });

  test('never overwrite what is there', async () => {
    const { alice, bob } = await aliceAndBob();
    await alice.sendFiles(bobId, { 'same.txt': Buffer.from('first') });
    await bob.awaits(aliceId, { state: 'received' });
    await alice.sendFiles(bobId, { 'same.txt': Buffer.from('second') });
    await bob.awaits(aliceId, { state: 'received', content: { name: 'same.txt' } });
    await expect
      .poll(async () => (await bob.messages(aliceId)).filter(({ state }) => state === 'received').length)
      .toBe(2);
    const folder = join(bob.downloads, 'DockerComms', aliceId);
    expect(await readFile(join(folder, 'same.txt'), 'utf8')).toBe('first');
    expect(await readFile(join(folder, 'same (1).txt'), 'utf8')).toBe('second');
  });
});

test('a preview shows the beginning of a text and never what was not saved', async () => {
  const { alice, bob } = await aliceAndBob();
  await alice.sendFiles(bobId, { 'notes.txt': Buffer.from('first line\nsecond line') });
  const { id, content } = await bob.awaits(aliceId, { state: 'received' });
  expect((content as FileContent).preview).toBe('text');
  expect(await bob.ask('messages.preview', { messageId: id })).toEqual({
    kind: 'text',
    text: 'first line\nsecond line',
    truncated: false,
  });
});
