import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Digest } from '../../../main/base/digest.ts';
import { messageDescriptor, publishMessage } from '../../../main/messenger/wire/publish.ts';
import { parseImageManifest } from '../../../main/oci/manifest.ts';
import { parseRepositoryReference } from '../../../main/oci/reference.ts';
import { OciRepository } from '../../../main/oci/repository.ts';
import { profileTag } from '../../../main/protocol/tags.ts';
import { startRegistry } from '../../../main/registry/server.ts';
import { acquireHome } from '../../../main/store/home-lock.ts';
import { MemoryBudget } from '../../../main/transfer/memory-budget.ts';
import { bytesSource } from '../../../main/transfer/payload.ts';
import { publishBundle } from '../../../main/trust/publish-bundle.ts';
import { keySigner, type Signer } from '../../../main/trust/signer.ts';
import { createSigningKey } from '../../../main/trust/signing-key.ts';
import { startDockerRegistry } from '../../peers/docker-registry.ts';
import { describeWithRealPart } from '../../peers/real-parts.ts';
import { inputs, sitDown, type Terminalist } from './household.ts';

interface Peer {
  readonly host: string;
  end(): Promise<void>;
}

const alice = 'alice@example.com';
const bob = 'bob@example.com';
const hello = join(inputs, 'hello.txt');

/** Somebody with a key, whose home is on the same repository as everybody's. */
async function sitDownAs(identity: string, repo: string): Promise<Terminalist> {
  const person = await sitDown();
  expect(await person.run('identity', 'create', identity, '--repo', repo)).toMatchObject({ exitCode: 0 });
  return person;
}

async function sendHello(person: Terminalist, repo: string): Promise<Digest> {
  const sent = await person.run('send', hello, '--repo', repo, '--recipient', bob, '--json');
  expect(sent).toMatchObject({ exitCode: 0, err: '' });
  return sent.json().digest as Digest;
}

const outOf = (person: Terminalist) => join(person.folder, 'out');

async function receive(person: Terminalist, repo: string, ...more: readonly string[]) {
  const ran = await person.run(
    'recv',
    '--repo',
    repo,
    '--me',
    bob,
    '--out',
    outOf(person),
    '--json',
    ...more,
  );
  const { received, rejected } = ran.json() as {
    received: { filename: string; sender: string; verified: boolean }[];
    rejected: { tag: string; digest: string; reason: string }[];
  };
  return { ...ran, received, rejected };
}

/** A message in Alice's name, by whoever has `signer`. */
async function forge(
  repository: OciRepository,
  { name, signer, recipientKey }: { name: string; signer?: Signer; recipientKey?: string },
) {
  const fields = {
    sender: alice,
    recipient: bob,
    createdAt: new Date(Math.floor(Date.now() / 1000) * 1000),
    ttlSeconds: 3600,
    messageId: randomUUID(),
    sessionId: randomUUID(),
    compression: 'zstd' as const,
    ...(recipientKey !== undefined && { recipientKey }),
  };
  return publishMessage(repository, fields, bytesSource(name, Buffer.from(name)), {
    chunkBytes: 1 << 20,
    parallel: 1,
    budget: new MemoryBudget(1 << 24),
    inlineSmallPayload: false,
    signer,
  });
}

async function showOf(person: Terminalist): Promise<{ fingerprint: string; pem: string; devices: string[] }> {
  const { identities } = (await person.run('identity', 'show', '--json')).json() as {
    identities: { fingerprint: string; pem: string; devices: string[] }[];
  };
  return identities[0] ?? { fingerprint: '', pem: '', devices: [] };
}

async function pemFileOf(person: Terminalist): Promise<string> {
  const path = join(person.folder, 'key.pem');
  await writeFile(path, (await person.run('identity', 'show', '--pem')).out);
  return path;
}

/** `ways`: how a signature can be found there. */
function signingWith(start: () => Promise<Peer>, ways: readonly string[]): void {
  let peer: Peer;
  let serial = 0;
  const repositories: OciRepository[] = [];

  beforeAll(async () => {
    peer = await start();
  });
  afterAll(async () => {
    await Promise.all(repositories.map((repository) => repository.close()));
    await peer.end();
  });

  function freshRepository() {
    const repo = `${peer.host}/tests/signed-${++serial}`;
    const repository = new OciRepository(parseRepositoryReference(repo));
    repositories.push(repository);
    return { repo, repository };
  }

  test('what is sent is signed beside a manifest that v1 knows in full, and received as verified', async () => {
    const { repo, repository } = freshRepository();
    const sender = await sitDownAs(alice, repo);
    const digest = await sendHello(sender, repo);
    const { annotations, ...manifest } = parseImageManifest((await repository.fetchManifest(digest)).bytes);
    expect(annotations).not.toHaveProperty('dockercomms.recipient.key');
    expect(manifest.subject).toBeUndefined();
    const reader = await sitDown();
    const first = await receive(reader, repo);
    expect(first).toMatchObject({ exitCode: 0, received: [{ sender: alice, verified: true }], rejected: [] });
    expect(first.err).toContain('first time');
    expect(first.err).toContain((await showOf(sender)).fingerprint);
    expect(await readFile(join(outOf(reader), 'hello.txt'))).toEqual(await readFile(hello));
    await sendHello(sender, repo);
    expect(await receive(reader, repo)).toMatchObject({
      exitCode: 0,
      err: '',
      received: [{ verified: true }],
    });
  });

  test('unsigned, foreign, tampered and misdirected ones are not written, and the good one beside them is', async () => {
    const { repo, repository } = freshRepository();
    const sender = await sitDownAs(alice, repo);
    const reader = await sitDownAs(bob, repo);
    await sendHello(sender, repo);
    const thief = keySigner(createSigningKey());
    await forge(repository, { name: 'unsigned.txt' });
    await forge(repository, { name: 'foreign.txt', signer: thief });
    // A good signature, moved to another manifest.
    const tampered = await forge(repository, { name: 'tampered.txt' });
    const other = await forge(repository, { name: 'other.txt' });
    const bundle = await thief.sign(other.digest);
    await publishBundle(repository, {
      subject: messageDescriptor(tampered.manifest),
      bundle,
      createdAt: new Date(),
    });
    const ran = await receive(reader, repo);
    expect(ran.exitCode).toBe(2);
    expect(ran.received).toMatchObject([{ filename: 'hello.txt', verified: true }]);
    expect(ran.rejected).toHaveLength(4);
    expect(await readdir(outOf(reader))).toEqual(['hello.txt']);
    expect(ran.rejected.map(({ reason }) => reason.split(':')[0]).sort()).toEqual([
      'untrusted',
      'untrusted',
      'untrusted',
      'verification-failed',
    ]);
    // They were not delivered, so that the day on which they are proven is not missed.
    expect((await receive(reader, repo)).rejected).toHaveLength(4);
  });

  test('a message that was signed for another key of the same name is not for this reader', async () => {
    const { repo, repository } = freshRepository();
    const key = createSigningKey();
    const pem = join((await sitDown()).folder, 'alice.pem');
    await writeFile(pem, key.verifying.key.export({ format: 'pem', type: 'spki' }));
    const reader = await sitDownAs(bob, repo);
    const mine = (await showOf(reader)).fingerprint;
    await forge(repository, { name: 'mine.txt', signer: keySigner(key), recipientKey: mine });
    await forge(repository, { name: 'replayed.txt', signer: keySigner(key), recipientKey: '0'.repeat(64) });
    const ran = await receive(reader, repo, '--key', pem, '--from', alice);
    expect(ran).toMatchObject({ exitCode: 2, received: [{ filename: 'mine.txt' }] });
    expect(ran.rejected).toMatchObject([{ reason: expect.stringContaining('to-another-key') as string }]);
  });

  test('an onlooker asks who wrote a message, to whomever it is', async () => {
    const { repo } = freshRepository();
    const sender = await sitDownAs(alice, repo);
    const reader = await sitDownAs(bob, repo);
    await receive(reader, repo);
    const digest = await sendHello(sender, repo);
    const onlooker = await sitDown();
    const ran = await onlooker.run('verify', '--repo', repo, '--digest', digest, '--json');
    expect(ran.json()).toMatchObject({ verified: true, sender: alice });
  });

  test('fifty junk signatures do not hide the right one', async () => {
    const { repo, repository } = freshRepository();
    const sender = await sitDownAs(alice, repo);
    const digest = await sendHello(sender, repo);
    const subject = messageDescriptor((await repository.fetchManifest(digest)).bytes);
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const bundle =
          index % 2 === 0 ? Buffer.from(`junk ${index}`) : await keySigner(createSigningKey()).sign(digest);
        await publishBundle(repository, { subject, bundle, createdAt: new Date(index * 1000) });
      }),
    );
    const reader = await sitDown();
    expect(await receive(reader, repo)).toMatchObject({ exitCode: 0, received: [{ verified: true }] });
    for (const where of ways) {
      const ran = await reader.run('verify', '--repo', repo, '--digest', digest, '--bundle', where, '--json');
      expect(ran).toMatchObject({ exitCode: 0 });
      const { fingerprint } = await showOf(sender);
      expect(ran.json()).toMatchObject({
        verified: true,
        sender: alice,
        signedBy: { kind: 'key', fingerprint },
      });
    }
  });

  test('a key that is passed in is the only one believed, and only for whom it is', async () => {
    const { repo } = freshRepository();
    const sender = await sitDownAs(alice, repo);
    const stranger = await sitDownAs(bob, repo);
    const digest = await sendHello(sender, repo);
    const reader = await sitDown();
    const [right, wrong] = [await pemFileOf(sender), await pemFileOf(stranger)];
    const verifyWith = (key: string) =>
      reader.run('verify', '--repo', repo, '--digest', digest, '--key', key);
    expect(await verifyWith(wrong)).toMatchObject({ exitCode: 2, out: '' });
    expect(await verifyWith(right)).toMatchObject({ exitCode: 0 });
    expect(await verifyWith(hello)).toMatchObject({ exitCode: 1 });
    expect(await receive(reader, repo, '--key', wrong, '--from', alice)).toMatchObject({
      exitCode: 2,
      received: [],
    });
    expect(existsSync(outOf(reader))).toBe(false);
    const anybodys = ['recv', '--repo', repo, '--me', bob, '--out', outOf(reader), '--key', right];
    expect(await reader.run(...anybodys)).toMatchObject({ exitCode: 1 });
  });

  test('verify ends with 2 for what nobody signed and with 5 for what is not there', async () => {
    const { repo, repository } = freshRepository();
    const { digest } = await forge(repository, { name: 'unsigned.txt' });
    const reader = await sitDown();
    const unsigned = await reader.run('verify', '--repo', repo, '--digest', digest, '--json');
    expect(unsigned.exitCode).toBe(2);
    expect(unsigned.json()).toMatchObject({ verified: false, signedBy: null, sender: alice });
    const missing = await reader.run('verify', '--repo', repo, '--digest', `sha256:${'0'.repeat(64)}`);
    expect(missing).toMatchObject({ exitCode: 5, out: '' });
  });

  test('receipts of who has a key are confirmed; forged ones and unsigned ones are not', async () => {
    const { repo, repository } = freshRepository();
    const sender = await sitDownAs(alice, repo);
    const reader = await sitDownAs(bob, repo);
    const digest = await sendHello(sender, repo);
    await receive(reader, repo);
    const stranger = await sitDown();
    expect(await stranger.run('ack', '--repo', repo, '--for', digest, '--reason', 'hearsay')).toMatchObject({
      exitCode: 0,
    });
    const listed = (await sender.run('list', '--repo', repo, '--receipts', '--json')).json();
    const receipts = listed.receipts as { reason: string | null; confirmed: boolean; verified: boolean }[];
    expect(receipts).toHaveLength(2);
    expect(receipts.find(({ reason }) => reason === null)).toMatchObject({ confirmed: true, verified: true });
    expect(receipts.find(({ reason }) => reason !== null)).toMatchObject({ confirmed: false });
    const unsigned = await forge(repository, { name: 'unsigned.txt' });
    const claim = await reader.run('ack', '--repo', repo, '--for', unsigned.digest, '--verified');
    expect(claim).toMatchObject({ exitCode: 2, out: '' });
  });

  test('a thief who replaces the published keys changes nothing for who has seen the right ones', async () => {
    const { repo, repository } = freshRepository();
    const sender = await sitDownAs(alice, repo);
    const reader = await sitDown();
    await sendHello(sender, repo);
    expect(await receive(reader, repo)).toMatchObject({ exitCode: 0 });
    // On a mailbox of their own anybody can be Alice; then they copy that over here.
    const elsewhere = freshRepository();
    const thief = await sitDownAs(alice, elsewhere.repo);
    await sendHello(thief, elsewhere.repo);
    await copyAll(elsewhere.repository, repository);
    const ran = await receive(reader, repo);
    expect(ran).toMatchObject({ exitCode: 2, received: [] });
    expect(ran.rejected).toHaveLength(1);
    expect(ran.err).toContain('messenger');
  });

  test('whoever writes to another mailbox than their own is known there, and in their own', async () => {
    const [own, other] = [freshRepository(), freshRepository()];
    const sender = await sitDownAs(alice, own.repo);
    await sendHello(sender, other.repo);
    expect(await receive(await sitDown(), other.repo)).toMatchObject({
      exitCode: 0,
      received: [{ verified: true }],
    });
    const profile = await own.repository.resolve(profileTag(alice));
    expect(profile?.digest).toBe((await other.repository.resolve(profileTag(alice)))?.digest);
    expect(profile).not.toBeNull();
  });

  test('while a messenger runs on the home, nothing that is first seen is kept, and no identity is made', async () => {
    const { repo } = freshRepository();
    const sender = await sitDownAs(alice, repo);
    await sendHello(sender, repo);
    const reader = await sitDown();
    const lock = await acquireHome(join(reader.folder, 'home'));
    try {
      expect(await receive(reader, repo)).toMatchObject({ exitCode: 0, received: [{ verified: true }] });
      const created = await reader.run('identity', 'create', bob, '--repo', repo);
      expect(created.exitCode).not.toBe(0);
    } finally {
      await lock.release();
    }
    const again = await receive(reader, repo, '--all');
    expect(again.err).toContain('first time');
  });
}

/** Everything of one repository, over what has the same names in another. */
async function copyAll(from: OciRepository, to: OciRepository): Promise<void> {
  await to.ensureEmptyConfig();
  for await (const tag of from.tags()) {
    // The index of what refers to something is the client's to write (where a registry has no API for it).
    if (tag.startsWith('sha256-')) continue;
    const { bytes } = await from.fetchManifest(tag);
    for (const layer of parseImageManifest(bytes).layers) {
      await to.pushBlob(Buffer.from(await from.fetchWholeBlob(layer)), layer);
    }
    await to.pushManifest(bytes, { tag });
  }
}

describe('signing and verifying with the embedded registry', () => {
  signingWith(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dockercomms-registry-'));
    const registry = await startRegistry({ folder, port: 0 });
    return {
      host: registry.host,
      end: async () => {
        await registry.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  }, ['auto', 'referrers', 'tag']);
});

describeWithRealPart('docker-registry', 'signing and verifying with docker-registry', () => {
  signingWith(async () => {
    const registry = await startDockerRegistry();
    return { host: registry.host, end: () => registry.remove() };
    // It lists no referrers: signatures are found by their tags alone.
  }, ['auto', 'tag']);
});

describe('the identities of a home', () => {
  test('one of each name, which show prints and send chooses between', async () => {
    const person = await sitDown();
    expect(await person.run('identity', 'show')).toMatchObject({ exitCode: 1, out: '' });
    expect(await person.run('identity', 'create', alice, '--repo', '127.0.0.1:1/a')).toMatchObject({
      exitCode: 0,
    });
    expect(await person.run('identity', 'create', alice, '--repo', '127.0.0.1:1/b')).toMatchObject({
      exitCode: 1,
    });
    const { fingerprint, devices } = await showOf(person);
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(devices).toEqual([fingerprint]);
    expect((await person.run('identity', 'create', bob, '--repo', '127.0.0.1:1/a')).exitCode).toBe(0);
    const send = ['send', hello, '--repo', '127.0.0.1:1/a', '--recipient', bob];
    expect((await person.run(...send)).err).toContain('--sender');
    expect(await person.run(...send, '--account', bob, '--sender', alice)).toMatchObject({ exitCode: 1 });
  });
});
