import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseImageManifest } from '../../../main/oci/manifest.ts';
import { parseRepositoryReference } from '../../../main/oci/reference.ts';
import { OciRepository } from '../../../main/oci/repository.ts';
import { startRegistry } from '../../../main/registry/server.ts';
import { registryLogin, startDockerRegistry } from '../../peers/docker-registry.ts';
import { describeWithRealPart } from '../../peers/real-parts.ts';
import { loadReferenceLayout, readReferenceLayout } from '../../peers/reference-layout.ts';
import { inputNames, inputs, sitDown } from './household.ts';

interface Peer {
  readonly host: string;
  end(): Promise<void>;
}

const alice = 'alice@example.com';
const bob = 'bob@example.com';

/** With chunks of 64 KiB. */
const chunksOf = { 'empty.bin': 0, 'hello.txt': 1, 'pieces.bin': 4, 'ünïcode naïve 名前.txt': 1 } as const;

/** What the reference's own layout says about each message to Bob: file name and compression. */
const referenceMessages = inputNames.flatMap((name) => [`${name} gzip`, `${name} zstd`]);

function commandLineWith(start: () => Promise<Peer>): void {
  let peer: Peer;
  let serial = 0;
  const freshRepository = () => `${peer.host}/tests/mail-${++serial}`;

  beforeAll(async () => {
    peer = await start();
  });
  afterAll(() => peer.end());

  test.each(['zstd', 'gzip'])('moves every reference input byte-identical with %s', async (compression) => {
    const person = await sitDown();
    const repo = freshRepository();
    for (const name of inputNames) {
      const sent = await person.run(
        ...['send', join(inputs, name), '--repo', repo, '--sender', alice, '--recipient', bob],
        ...['--compress', compression, '--chunk-bytes', '65536', '--no-sign', '--json'],
      );
      expect(sent).toMatchObject({ exitCode: 0, err: '' });
      expect(sent.json()).toMatchObject({ bundle: null, chunks: chunksOf[name] });
    }
    const out = join(person.folder, 'out');
    const received = await person.run(
      ...['recv', '--repo', repo, '--me', bob, '--out', out, '--no-verify', '--json'],
    );
    expect(received.exitCode).toBe(0);
    expect(received.json()).toMatchObject({ rejected: [] });
    for (const name of inputNames) {
      expect((await readFile(join(out, name))).equals(await readFile(join(inputs, name)))).toBe(true);
    }
  });

  test('recv --include-expired yields every message of the reference, and list --receipts its three receipts', async () => {
    const person = await sitDown();
    const repo = freshRepository();
    await loadReferenceLayout(new OciRepository(parseRepositoryReference(repo)));
    const out = join(person.folder, 'out');
    const received = await person.run(
      ...[
        'recv',
        '--repo',
        repo,
        '--me',
        bob,
        '--out',
        out,
        '--include-expired',
        '--no-write-receipt',
        '--no-verify',
        '--json',
      ],
    );
    const messages = received.json().received as { filename: string; path: string; sender: string }[];
    expect(received.json().rejected).toEqual([]);
    expect(messages.map(({ filename }) => filename).sort()).toEqual(
      referenceMessages.map((entry) => entry.replace(/ (gzip|zstd)$/, '')).sort(),
    );
    for (const { filename, path, sender } of messages) {
      expect(sender).toBe(alice);
      expect((await readFile(path)).equals(await readFile(join(inputs, filename)))).toBe(true);
    }
    const carols = await person.run(
      ...['recv', '--repo', repo, '--me', 'carol@example.com', '--out', out, '--include-expired'],
      ...['--no-verify', '--json'],
    );
    expect(carols.json().received).toMatchObject([{ sender: 'unknown', filename: 'hello.txt' }]);
    const listed = await person.run('list', '--repo', repo, '--receipts', '--json');
    const { receipts } = listed.json() as {
      receipts: { status: string; reason: string | null; confirmed: boolean }[];
    };
    // Three of the reference, and the one that answered Carol's message just now.
    expect(receipts).toHaveLength(4);
    expect(receipts.filter(({ reason }) => reason === 'not for me')).toMatchObject([{ status: 'rejected' }]);
    expect(receipts.every(({ confirmed }) => !confirmed)).toBe(true);
  });

  test('send writes exactly what the reference writes: annotations, tags, media types, layers', async () => {
    const person = await sitDown();
    const repo = freshRepository();
    for (const compression of ['gzip', 'zstd']) {
      for (const name of inputNames) {
        await person.run(
          ...['send', join(inputs, name), '--repo', repo, '--sender', alice, '--recipient', bob],
          ...['--compress', compression, '--chunk-bytes', '65536', '--no-sign'],
        );
      }
    }
    const golden = (await readReferenceLayout()).filter(({ tag }) => tag.startsWith('inbox-bvs61'));
    const repository = new OciRepository(parseRepositoryReference(repo));
    const tags: string[] = [];
    for await (const tag of repository.tags()) tags.push(tag);
    const ours = await Promise.all(
      tags.map(async (tag) => ({ tag, bytes: (await repository.fetchManifest(tag)).bytes })),
    );
    const byFile = (entries: readonly { tag: string; bytes: Uint8Array }[]) =>
      Object.fromEntries(entries.map(({ tag, bytes }) => [keyOf(bytes), comparable(tag, bytes)]));
    expect(byFile(ours)).toEqual(byFile(golden));
    await repository.close();
  });

  test('delivers nothing twice, everything again with --all, and at most --max', async () => {
    const person = await sitDown();
    const repo = freshRepository();
    const out = join(person.folder, 'out');
    const send = () =>
      person.run(
        ...['send', join(inputs, 'hello.txt'), '--repo', repo, '--sender', alice, '--recipient', bob],
        '--no-sign',
      );
    await send();
    await send();
    const recv = async (...more: string[]) => {
      const ran = await person.run(
        ...['recv', '--repo', repo, '--me', bob, '--out', out, '--no-verify', '--json', ...more],
      );
      return (ran.json().received as unknown[]).length;
    };
    expect(await recv('--max', '1')).toBe(1);
    expect(await recv()).toBe(1);
    expect(await recv()).toBe(0);
    expect(await recv('--all')).toBe(2);
    expect(await recv('--all', '--since', '2999-01-01T00:00:00Z')).toBe(0);
    expect((await readdir(out)).sort()).toEqual([
      'hello (1).txt',
      'hello (2).txt',
      'hello (3).txt',
      'hello.txt',
    ]);
  });

  test('ack answers a message, and one that is not there ends with 5', async () => {
    const person = await sitDown();
    const repo = freshRepository();
    const sent = await person.run(
      ...['send', join(inputs, 'hello.txt'), '--repo', repo, '--sender', alice, '--recipient', bob],
      ...['--no-sign', '--json'],
    );
    const digest = String(sent.json().digest);
    const acked = await person.run(
      'ack',
      '--repo',
      repo,
      '--for',
      digest,
      '--status',
      'rejected',
      '--reason',
      'not mine',
    );
    expect(acked.exitCode).toBe(0);
    const listed = await person.run('list', '--repo', repo, '--receipts', '--json');
    expect(listed.json().receipts).toMatchObject([
      { for: digest, status: 'rejected', reason: 'not mine', sender: bob },
    ]);
    const missing = await person.run('ack', '--repo', repo, '--for', `sha256:${'0'.repeat(64)}`);
    expect(missing.exitCode).toBe(5);
  });
}

describe('the command line with the embedded registry', () => {
  commandLineWith(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dockercomms-registry-'));
    const registry = await startRegistry({ folder, port: 0 });
    return {
      host: registry.host,
      end: async () => {
        await registry.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  });
});

describeWithRealPart('docker-registry', 'the command line with docker-registry', () => {
  commandLineWith(async () => {
    const registry = await startDockerRegistry();
    return { host: registry.host, end: () => registry.remove() };
  });
});

describeWithRealPart('docker-registry', 'the command line with a registry that wants a login', () => {
  test('ends with 3 without one, and works with the one from the environment', async () => {
    const registry = await startDockerRegistry({ login: true });
    const person = await sitDown();
    const args = [
      'send',
      join(inputs, 'hello.txt'),
      '--repo',
      `${registry.host}/a/b`,
      '--sender',
      alice,
      '--recipient',
      bob,
      '--no-sign',
    ];
    expect(await person.run(...args)).toMatchObject({ exitCode: 3 });
    process.env.DOCKERCOMMS_USERNAME = registryLogin.username;
    process.env.DOCKERCOMMS_PASSWORD = registryLogin.password;
    try {
      const ran = await person.run(...args);
      expect(ran.exitCode).toBe(0);
      expect(ran.out + ran.err).not.toContain(registryLogin.password);
    } finally {
      delete process.env.DOCKERCOMMS_USERNAME;
      delete process.env.DOCKERCOMMS_PASSWORD;
      await registry.remove();
    }
  });
});

describe('the command line by itself', () => {
  test.each([
    [['send', '/nowhere/file', '--repo', '127.0.0.1:1/a', '--recipient', bob], 5],
    [['send', join(inputs, 'hello.txt'), '--repo', '127.0.0.1:1/a', '--recipient', bob], 1],
    [['send', join(inputs, 'hello.txt'), '--repo', 'not a repository', '--recipient', bob], 1],
    [['send', join(inputs, 'hello.txt'), '--recipient', bob], 1],
    [['list'], 1],
    [['dance'], 1],
    [['version'], 0],
    [['--help'], 0],
  ])('%j ends with %i', async (args, exitCode) => {
    expect((await (await sitDown()).run(...args)).exitCode).toBe(exitCode);
  });

  test.each([
    [['send', join(inputs, 'hello.txt'), '--repo', '127.0.0.1:1/a', '--recipient', bob]],
    [['send', join(inputs, 'hello.txt'), '--repo', '127.0.0.1:1/a', '--recipient', bob, '--sender', alice]],
  ])('who has no key sends nothing, is told the ways out, and gets no home: %j', async (args) => {
    const person = await sitDown();
    const ran = await person.run(...args);
    expect(ran.exitCode).toBe(1);
    expect(ran.err).toContain('--no-sign');
    expect(ran.err).toContain('identity create');
    expect(existsSync(join(person.folder, 'home'))).toBe(false);
  });
});

/** File name and compression: which of the reference's messages this one corresponds to. */
function keyOf(bytes: Uint8Array): string {
  const { annotations } = parseImageManifest(bytes);
  return `${annotations['dockercomms.filename']} ${annotations['dockercomms.compression']}`;
}

/** A manifest without what must differ between two messages: ids, times, and how well a compressor did. */
function comparable(tag: string, bytes: Uint8Array) {
  const manifest = JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown>;
  const { annotations, layers } = parseImageManifest(bytes);
  const { 'dockercomms.message.id': messageId, 'dockercomms.created_at': createdAt, ...same } = annotations;
  // The one addition to v1: the manifest names its own media type, which v1 peers read past.
  expect(manifest.mediaType ?? 'application/vnd.oci.image.manifest.v1+json').toBe(
    'application/vnd.oci.image.manifest.v1+json',
  );
  return {
    fields: Object.keys(manifest)
      .filter((name) => name !== 'mediaType')
      .sort(),
    artifactType: manifest.artifactType,
    config: manifest.config,
    annotations: same,
    layers: layers.map((layer) => ({ ...layer, digest: typeof layer.digest, size: typeof layer.size })),
    messageId: messageId?.replaceAll(/[0-9a-f]/g, 'x'),
    createdAt: createdAt?.replaceAll(/\d/g, '0'),
    tag: tag.replace(/-\d{8}-[0-9a-f]{8}-[0-9a-f]{8}$/, '-date-session-message'),
    tagNamesMessage: tag.endsWith(`-${messageId?.slice(0, 8)}`),
  };
}
