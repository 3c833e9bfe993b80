import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { OciRepository } from '../../main/oci/repository.ts';
import { messageDescriptor } from '../../main/messenger/wire/publish.ts';
import { publishSignature } from '../../main/messenger/wire/signature.ts';
import { chunkLayer } from '../../main/protocol/layers.ts';
import { buildMessageManifest } from '../../main/protocol/message.ts';
import { inboxTag } from '../../main/protocol/tags.ts';
import { sha256 } from '../../main/base/hash.ts';
import { keySigner } from '../../main/trust/signer.ts';
import { createSigningKey } from '../../main/trust/signing-key.ts';
import { fileOnItsWay } from './file-on-its-way.ts';
import { aliceAndBob, aliceId, aWhile, bobId, settle, temporaryFolder } from './household.ts';
import { keyOf } from './keys.ts';
import { writeAs } from './strangers.ts';

const delivered = { state: 'delivered' };

describe('a registry that comes and goes', () => {
  test('what was written while it was down goes out when it is back, once', async () => {
    const { alice, bob, registry } = await aliceAndBob();
    await registry.off();
    await alice.say(bobId, 'written in the dark');
    const waiting = await alice.awaits(bobId, {
      state: 'queued',
      failure: { code: 'network', retryable: true },
    });
    expect(waiting.failure?.retryAt).toBeGreaterThan(0);
    await registry.on();
    await bob.awaits(aliceId, { content: { text: 'written in the dark' } });
    await alice.awaits(bobId, delivered);
    expect(await bob.reads(aliceId)).toHaveLength(1);
  });

  test('an account says offline while nothing answers, and online again by itself', async () => {
    const { alice, registry } = await aliceAndBob();
    const state = async () => (await alice.ask('accounts.list', {}))[0]?.connection.state;
    await expect.poll(state).toBe('online');
    await registry.off();
    await expect.poll(state).toBe('offline');
    await registry.on();
    await expect.poll(state).toBe('online');
  });
});

describe('a process that ends in the middle', () => {
  test('keeps everything: history, the queue and the settings', async () => {
    const { alice, bob, registry } = await aliceAndBob();
    await alice.say(bobId, 'before');
    await alice.awaits(bobId, delivered);
    await registry.off();
    await alice.say(bobId, 'queued');
    await alice.ask('settings.update', { appearance: { theme: 'dark' } });
    await alice.close();
    await registry.on();
    await alice.open();
    expect(await alice.ask('settings.get', {})).toMatchObject({ appearance: { theme: 'dark' } });
    await bob.awaits(aliceId, { content: { text: 'queued' } });
    expect(await bob.reads(aliceId)).toEqual(['before', 'queued']);
  });

  test('a file that was half sent goes on after the restart, and arrives once', async () => {
    const bytes = randomBytes(40 << 20);
    const { alice, bob, letGo } = await fileOnItsWay(bytes, 1);
    await alice.close();
    letGo();
    await alice.open();
    await bob.awaits(aliceId, { state: 'received' });
    await alice.awaits(bobId, delivered);
    const saved = await readFile(join(bob.downloads, 'DockerComms', aliceId, 'big.bin'));
    expect(saved.equals(bytes)).toBe(true);
    await aWhile();
    expect(await bob.messages(aliceId)).toHaveLength(1);
  });
});

describe('files that are not what they were', () => {
  test('a file that disappears while it waits fails with a reason and can be tried again once it is back', async () => {
    const { alice, bob, registry } = await aliceAndBob();
    const path = join(await temporaryFolder('drop'), 'report.txt');
    await writeFile(path, 'content');
    await registry.off();
    const { token } = await alice.engine.attachments.fromPath(path);
    await alice.ask('messages.send', { conversationId: await alice.with(bobId), attachments: [token] });
    await alice.awaits(bobId, { state: 'queued', failure: { code: 'network' } });
    await rm(path);
    await registry.on();
    const failed = await alice.awaits(bobId, {
      state: 'failed',
      failure: { code: 'not-found', retryable: true },
    });
    await writeFile(path, 'content again');
    await alice.ask('messages.retry', { messageId: failed.id });
    await bob.awaits(aliceId, { state: 'received' });
    expect(await readFile(join(bob.downloads, 'DockerComms', aliceId, 'report.txt'), 'utf8')).toBe(
      'content again',
    );
  });

  test('a file that changes while it waits is not sent as something else', async () => {
    const { alice, registry } = await aliceAndBob();
    const path = join(await temporaryFolder('drop'), 'report.txt');
    await writeFile(path, 'content');
    await registry.off();
    const { token } = await alice.engine.attachments.fromPath(path);
    await alice.ask('messages.send', { conversationId: await alice.with(bobId), attachments: [token] });
    await alice.awaits(bobId, { state: 'queued', failure: { code: 'network' } });
    await writeFile(path, 'something else entirely');
    await registry.on();
    await alice.awaits(bobId, { state: 'failed', failure: { code: 'conflict' } });
  });

  test('cancelling stops an upload, and trying again sends it', async () => {
    const { alice, bob, id, letGo } = await fileOnItsWay(randomBytes(1 << 20));
    await alice.ask('messages.cancel', { messageId: id });
    await alice.awaits(bobId, { state: 'cancelled' });
    letGo();
    await aWhile();
    expect(await bob.messages(aliceId)).toEqual([]);
    await alice.ask('messages.retry', { messageId: id });
    await bob.awaits(aliceId, { content: { name: 'big.bin' } });
  });

  test('a downloads folder that cannot be written says so, and the file comes once it can', async () => {
    const blocked = join(await temporaryFolder('blocked'), 'file-in-the-way');
    await writeFile(blocked, '');
    const { alice, bob } = await aliceAndBob({
      kind: 'browser',
      chooseFolder: () => Promise.resolve(blocked),
    });
    await bob.ask('settings.chooseDownloadFolder', {});
    await alice.sendFiles(bobId, { 'a.txt': Buffer.from('a') });
    const failed = await bob.awaits(aliceId, { state: 'failed', failure: { retryable: true } });
    expect(['storage', 'not-found']).toContain(failed.failure?.code);
    await bob.ask('settings.update', { downloads: { folder: null } });
    await bob.ask('messages.retry', { messageId: failed.id });
    await bob.awaits(aliceId, { state: 'received' });
  });
});

describe('a mailbox that somebody else writes to', () => {
  test('the same message twice is one message', async () => {
    const { alice, bob, registry } = await aliceAndBob();
    const signer = keySigner(await keyOf(alice));
    const messageId = randomUUID();
    const createdAt = new Date(Math.floor(Date.now() / 1000) * 1000);
    await writeAs(registry.mailbox, signer, { messageId, createdAt }, 'once');
    await bob.awaits(aliceId, { content: { text: 'once' } });
    await writeAs(registry.mailbox, signer, { messageId, createdAt, sessionId: randomUUID() }, 'once');
    await aWhile();
    expect(await bob.reads(aliceId)).toEqual(['once']);
  });

  test('the number of an accepted message cannot be used to replace it', async () => {
    const { alice, bob, registry } = await aliceAndBob();
    const signer = keySigner(await keyOf(alice));
    const messageId = randomUUID();
    await writeAs(registry.mailbox, signer, { messageId }, 'the real one');
    await bob.awaits(aliceId, { content: { text: 'the real one' } });
    await writeAs(registry.mailbox, signer, { messageId }, 'a forgery');
    await writeAs(registry.mailbox, signer, {}, 'after');
    await bob.awaits(aliceId, { content: { text: 'after' } });
    expect(await bob.reads(aliceId)).toEqual(['the real one', 'after']);
  });

  test('a forged number never hides the real message, whoever forged it', async () => {
    const { alice, bob, registry } = await aliceAndBob();
    const signer = keySigner(await keyOf(alice));
    const messageId = randomUUID();
    await writeAs(registry.mailbox, null, { messageId, sender: 'mallory@example.com' }, 'mine');
    await writeAs(registry.mailbox, keySigner(createSigningKey()), { messageId }, 'not from alice');
    await bob.awaits('mallory@example.com', { state: 'unverified', trust: 'unsigned' });
    await bob.awaits(aliceId, { state: 'unverified', trust: 'foreign' });
    await writeAs(registry.mailbox, signer, { messageId }, 'from alice');
    await bob.awaits(aliceId, { state: 'received', trust: 'signed', content: { text: 'from alice' } });
  });

  test('a message under my tag that is addressed to somebody else is not mine', async () => {
    const { alice, bob, registry } = await aliceAndBob();
    const signer = keySigner(await keyOf(alice));
    const { manifest } = await writeAs(
      registry.mailbox,
      signer,
      { recipient: 'carol@example.com' },
      'for carol',
    );
    const repository = new OciRepository(parseRepositoryReference(registry.mailbox));
    const tag = inboxTag({
      recipient: bobId,
      createdAt: new Date(),
      sessionId: randomUUID(),
      messageId: randomUUID(),
    });
    await repository.pushManifest(manifest, { tag });
    await repository.close();
    await writeAs(registry.mailbox, signer, {}, 'for bob');
    await bob.awaits(aliceId, { content: { text: 'for bob' } });
    expect(await bob.reads(aliceId)).toEqual(['for bob']);
  });

  test('an expired message is not delivered', async () => {
    const { alice, bob, registry } = await aliceAndBob();
    const signer = keySigner(await keyOf(alice));
    const dayAgo = new Date(Math.floor(Date.now() / 1000) * 1000 - 86_400_000);
    await writeAs(registry.mailbox, signer, { createdAt: dayAgo, ttlSeconds: 60 }, 'too late');
    await writeAs(registry.mailbox, signer, {}, 'in time');
    await bob.awaits(aliceId, { content: { text: 'in time' } });
    expect(await bob.reads(aliceId)).toEqual(['in time']);
  });

  test('a broken payload is refused and answered, and stops no other message', async () => {
    const { alice, bob, registry } = await aliceAndBob();
    const signer = keySigner(await keyOf(alice));
    const repository = new OciRepository(parseRepositoryReference(registry.mailbox));
    const junk = randomBytes(500);
    const digest = sha256(junk);
    await repository.pushBlob(junk, { digest, size: junk.length });
    await repository.ensureEmptyConfig();
    const fields = {
      sender: aliceId,
      recipient: bobId,
      createdAt: new Date(Math.floor(Date.now() / 1000) * 1000),
      ttlSeconds: 3600,
      messageId: randomUUID(),
      filename: 'broken.bin',
      totalBytes: 400,
      chunkBytes: 400,
      compression: 'zstd' as const,
    };
    const manifest = buildMessageManifest(fields, [chunkLayer(0, digest, junk.length, 'zstd')]);
    await repository.pushManifest(manifest);
    const { createdAt } = fields;
    const subject = messageDescriptor(manifest);
    await publishSignature(repository, signer, { subject, createdAt });
    await repository.pushManifest(manifest, { tag: inboxTag({ ...fields, sessionId: randomUUID() }) });
    await repository.close();
    await writeAs(registry.mailbox, signer, {}, 'fine');
    const states = async () => (await bob.messages(aliceId)).map(({ state }) => state).sort();
    await expect.poll(states).toEqual(['received', 'refused']);
    const refused = (await bob.messages(aliceId)).find(({ state }) => state === 'refused');
    expect(refused?.failure).toMatchObject({ code: 'protocol', retryable: false });
    expect(await readdir(bob.downloads)).toSatisfy((entries: string[]) => entries.length <= 1);
    const saved = await readdir(join(bob.downloads, 'DockerComms', aliceId)).catch(() => []);
    expect(saved).toEqual([]);
  });

  test('a path in a file name never leaves the downloads folder', async () => {
    const { alice, bob, registry } = await aliceAndBob();
    const signer = keySigner(await keyOf(alice));
    await writeAs(
      registry.mailbox,
      signer,
      { contentType: 'application/octet-stream', filename: '..\\..\\evil\u202Etxt.exe' },
      'x',
    );
    await bob.awaits(aliceId, { state: 'received', content: { name: 'eviltxt.exe' } });
    expect(await readdir(join(bob.downloads, 'DockerComms', aliceId))).toEqual(['eviltxt.exe']);
  });
});

describe('registries that cannot be used', () => {
  test('a refused connection, and a host that nobody knows, are told apart from a wrong login', async () => {
    const alice = await settle();
    const report = await alice.ask('connection.test', {
      testId: 'test',
      repository: '127.0.0.1:1/team/mail',
    });
    expect(report.usable).toBe(false);
    expect(report.checks[0]).toMatchObject({ name: 'reach', outcome: 'failed', error: { code: 'network' } });
    expect(report.checks[3]).toMatchObject({ outcome: 'skipped' });
    const unknown = await alice.ask('connection.test', {
      testId: 'test',
      repository: 'registry.invalid/team/mail',
    });
    expect(unknown.usable).toBe(false);
    expect(unknown.checks[0]).toMatchObject({ error: { code: 'network' } });
  });

  test.each(['', 'nothing', 'host/UPPER', 'host/a:tag', 'ftp://host/a', 'host/../a'])(
    'what cannot be meant as a repository is refused while it is typed: %j',
    async (reference) => {
      const alice = await settle();
      expect(await alice.fail('connection.understand', { reference })).toMatchObject({ code: 'invalid' });
    },
  );

  test.each(['', ' alice', 'ali\u200Bce@example.com', 'e\u0301@example.com'])(
    'an identity that nobody could tell from another is refused: %j',
    async (identity) => {
      const { alice } = await aliceAndBob();
      const [account] = await alice.ask('accounts.list', {});
      const error = await alice.fail('conversations.start', { accountId: account?.id ?? '', identity });
      expect(error.code).toBe('invalid');
    },
  );
});
