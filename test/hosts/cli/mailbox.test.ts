import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sha256 } from '../../../main/base/hash.ts';
import { runCommandLine } from '../../../main/hosts/cli/run.ts';
import { publishMessage } from '../../../main/messenger/wire/publish.ts';
import { parseRepositoryReference } from '../../../main/oci/reference.ts';
import { OciRepository } from '../../../main/oci/repository.ts';
import { chunkLayer } from '../../../main/protocol/layers.ts';
import { buildMessageManifest } from '../../../main/protocol/message.ts';
import { inboxTag } from '../../../main/protocol/tags.ts';
import { startRegistry } from '../../../main/registry/server.ts';
import { MemoryBudget } from '../../../main/transfer/memory-budget.ts';
import { bytesSource } from '../../../main/transfer/payload.ts';
import { scriptedRegistry } from '../../peers/scripted-registry.ts';
import { inputs, sitDown } from './household.ts';

const alice = 'alice@example.com';
const bob = 'bob@example.com';

/** A mailbox on a registry of its own, and somebody who writes whatever they like into it. */
async function mailbox() {
  const folder = await mkdtemp(join(tmpdir(), 'dockercomms-registry-'));
  const registry = await startRegistry({ folder, port: 0 });
  const repo = `${registry.host}/tests/mail`;
  const repository = new OciRepository(parseRepositoryReference(repo));
  onTestFinished(async () => {
    await repository.close();
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { repo, repository };
}

const secondsAgo = (seconds: number) => new Date((Math.floor(Date.now() / 1000) - seconds) * 1000);

function fieldsOf(messageId: string, createdAt: Date) {
  return {
    sender: alice,
    recipient: bob,
    createdAt,
    ttlSeconds: 3600,
    messageId,
    compression: 'zstd' as const,
    sessionId: randomUUID(),
  };
}

async function write(repository: OciRepository, messageId: string, createdAt: Date, name: string) {
  await publishMessage(repository, fieldsOf(messageId, createdAt), bytesSource(name, Buffer.from(name)), {
    chunkBytes: 1 << 20,
    parallel: 1,
    budget: new MemoryBudget(1 << 24),
    inlineSmallPayload: false,
  });
}

/** A message whose payload is not what the format says. */
async function writeBroken(repository: OciRepository, messageId: string, createdAt: Date) {
  const junk = randomBytes(200);
  const layer = chunkLayer(0, sha256(junk), junk.length, 'zstd');
  await repository.pushBlob(junk, layer);
  await repository.ensureEmptyConfig();
  const fields = {
    ...fieldsOf(messageId, createdAt),
    filename: 'broken.bin',
    totalBytes: 100,
    chunkBytes: 100,
  };
  await repository.pushManifest(buildMessageManifest(fields, [layer]), { tag: inboxTag(fields) });
}

const rejectedOf = (ran: { json(): Record<string, unknown> }) => ran.json().rejected as { reason: string }[];

test('a number on bad bytes never hides the real message', async () => {
  const { repo, repository } = await mailbox();
  const messageId = randomUUID();
  await writeBroken(repository, messageId, secondsAgo(60));
  await write(repository, messageId, secondsAgo(10), 'real.txt');
  const person = await sitDown();
  const out = join(person.folder, 'out');
  const ran = await person.run('recv', '--repo', repo, '--me', bob, '--out', out, '--no-verify', '--json');
  expect(await readdir(out)).toEqual(['real.txt']);
  expect(rejectedOf(ran)).toHaveLength(1);
  expect(ran.exitCode).toBe(4);
});

test('the number of what was delivered cannot be used again, however old the forgery claims to be', async () => {
  const { repo, repository } = await mailbox();
  const messageId = randomUUID();
  await write(repository, messageId, secondsAgo(10), 'real.txt');
  const person = await sitDown();
  const args = [
    'recv',
    '--repo',
    repo,
    '--me',
    bob,
    '--out',
    join(person.folder, 'out'),
    '--no-verify',
    '--json',
  ];
  expect((await person.run(...args)).json()).toMatchObject({ received: [{ filename: 'real.txt' }] });
  await write(repository, messageId, secondsAgo(60), 'forged.txt');
  const again = await person.run(...args);
  expect(again.json()).toMatchObject({ received: [] });
  expect(rejectedOf(again)[0]?.reason).toMatch(/^conflict:/);
});

test('list says what it cannot read and ends with its code, and lists everything else', async () => {
  const { repo, repository } = await mailbox();
  await write(repository, randomUUID(), secondsAgo(10), 'real.txt');
  const other = { schemaVersion: 2, config: await repository.ensureEmptyConfig(), layers: [] };
  const tag = inboxTag(fieldsOf(randomUUID(), secondsAgo(5)));
  await repository.pushManifest(Buffer.from(JSON.stringify(other)), { tag });
  const ran = await (await sitDown()).run('list', '--repo', repo, '--me', bob, '--json');
  expect(ran.json()).toMatchObject({ messages: [{ filename: 'real.txt' }] });
  expect(ran.err).toContain(tag);
  expect(ran.exitCode).toBe(4);
});

test('being asked for a login where nobody ever saved one makes no home', async () => {
  const registry = await scriptedRegistry();
  registry.always('HEAD', /.*/, { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } });
  const person = await sitDown();
  const ran = await person.run(
    ...['send', join(inputs, 'hello.txt'), '--repo', `${registry.host}/a`, '--recipient', bob, '--no-sign'],
  );
  expect(ran.exitCode).toBe(3);
  expect(existsSync(join(person.folder, 'home'))).toBe(false);
});

test('a registry that was interrupted before it listened ends', async () => {
  const { folder } = await sitDown();
  const printed: string[] = [];
  const terminal = { out: (text: string) => printed.push(text), err: () => undefined, interactive: false };
  const exitCode = await runCommandLine(
    ['registry', '--listen', '127.0.0.1:0', '--data', join(folder, 'data')],
    {
      terminal,
      signal: AbortSignal.abort(),
      version: '0',
    },
  );
  expect(exitCode).toBe(0);
  expect(printed).toHaveLength(1);
});
