/** Large files that do not arrive in one go: what is here stays, what is missing is fetched, what is given up goes. */
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { parseDigest } from '../../main/base/digest.ts';
import { MiB } from '../../main/base/limits.ts';
import type { HostAbilities } from '../../main/messenger/engine.ts';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { OciRepository } from '../../main/oci/repository.ts';
import { parseMessageManifest } from '../../main/protocol/message.ts';
import { Store } from '../../main/store/store.ts';
import { startRegistryProxy, type Fault, type PassingRequest } from '../peers/registry-proxy.ts';
import {
  aliceId,
  bobId,
  settle,
  startSwitchableRegistry,
  temporaryFolder,
  type Resident,
} from './household.ts';

/** A chunk, and what Bob has of the film when the line ends. */
const chunk = 16 * MiB;
const chunksHere = 3;

/** Six chunks, none like the other, which take no time to compress. */
function film(): Buffer {
  const bytes = Buffer.alloc(6 * chunk - 5_000);
  for (let start = 0; start < bytes.length; start += chunk) randomBytes(64).copy(bytes, start);
  return bytes;
}

/** A line that lets only some chunks through, and holds or cuts the others until it is opened. */
class Line {
  /** Chunks that Bob's computer got. */
  readonly passed: string[] = [];
  readonly #others: 'hold' | 'cut';
  #chunks: ReadonlySet<string> = new Set();
  #blocked: ReadonlySet<string> = new Set();
  readonly #opened = Promise.withResolvers<null>();

  constructor(others: 'hold' | 'cut') {
    this.#others = others;
  }

  /** From now on only the first ones of these chunks pass. */
  narrow(chunks: readonly string[], passing: number): void {
    this.#chunks = new Set(chunks);
    this.#blocked = new Set(chunks.slice(passing));
  }

  open(): void {
    this.#blocked = new Set();
    this.#opened.resolve(null);
  }

  spoil({ method, url }: PassingRequest): Fault | null {
    const digest = /\/blobs\/(sha256:.*)$/.exec(url)?.[1] ?? '';
    if (method !== 'GET' || !this.#chunks.has(digest)) return null;
    if (this.#blocked.has(digest)) {
      return this.#others === 'cut' ? { cut: 'request' } : { cut: 'request', after: this.#opened.promise };
    }
    this.passed.push(digest);
    return null;
  }
}

/** Alice has sent Bob a film, of which three chunks are at his; the rest does not come. */
async function filmHalfHere(
  others: 'hold' | 'cut' = 'hold',
  host: HostAbilities = { kind: 'browser' },
  clock = systemClock,
) {
  const registry = await startSwitchableRegistry();
  const line = new Line(others);
  const proxy = await startRegistryProxy(registry.host, (request) => line.spoil(request));
  const [alice, bob] = [await settle(), await settle({ host, clock })];
  await alice.join(aliceId, registry.mailbox);
  await bob.join(bobId, `${proxy.host}/team/mail`);
  await alice.with(bobId);
  await bob.with(aliceId);
  const bytes = film();
  await alice.sendFiles(bobId, { 'film.bin': bytes });
  const { id, details } = await bob.awaits(aliceId, { state: 'waiting' });
  line.narrow(await layersOf(registry.mailbox, details.digest ?? ''), chunksHere);
  await bob.ask('messages.download', { messageId: id });
  await expect.poll(() => chunksNoted(bob, id)).toBe(chunksHere);
  return { bob, bytes, id, line };
}

async function layersOf(mailbox: string, digest: string): Promise<readonly string[]> {
  const repository = new OciRepository(parseRepositoryReference(mailbox));
  const { bytes } = await repository.fetchManifest(parseDigest(digest));
  await repository.close();
  return parseMessageManifest(bytes).layers.map((layer) => layer.digest);
}

async function chunksNoted(bob: Resident, id: string): Promise<number> {
  const journal = await readFile(join(bob.home, 'partial', id), 'utf8').catch(() => '');
  return journal.split('\n').slice(1, -1).length;
}

/** How far the bar was each time that the window was told since `from`. */
function bars({ events }: Resident, from = 0): readonly number[] {
  return events
    .slice(from)
    .flatMap((event) => (event.type === 'transfer.progress' ? [event.progress.bytesDone] : []));
}

async function expectWhole(bob: Resident, bytes: Buffer, folder = join(bob.downloads, 'DockerComms')) {
  await bob.awaits(aliceId, { state: 'received' });
  expect((await readFile(join(folder, aliceId, 'film.bin'))).equals(bytes)).toBe(true);
  await expectNothingLeft(bob, ['film.bin'], folder);
}

async function expectNothingLeft(
  bob: Resident,
  files: readonly string[],
  folder = join(bob.downloads, 'DockerComms'),
) {
  await expect.poll(() => readdir(join(folder, aliceId))).toEqual(files);
  await expect.poll(() => readdir(join(bob.home, 'partial'))).toEqual([]);
}

test('a download that was paused goes on after a restart where it was', async () => {
  const { bob, bytes, id, line } = await filmHalfHere();
  await bob.ask('messages.pause', { messageId: id });
  const here = { content: { keptBytes: chunksHere * chunk } };
  await bob.awaits(aliceId, { state: 'paused', ...here });
  await bob.close();
  await bob.open();
  await bob.awaits(aliceId, { state: 'paused', ...here });
  line.open();
  const seen = bob.events.length;
  await bob.ask('messages.resume', { messageId: id });
  await expectWhole(bob, bytes);
  expect(line.passed).toHaveLength(6);
  expect(new Set(line.passed).size).toBe(6);
  expect(Math.min(...bars(bob, seen))).toBe(chunksHere * chunk);
});

test('a download during which the program ends goes on by itself at the next start', async () => {
  const { bob, bytes, line } = await filmHalfHere();
  await bob.close();
  line.open();
  const seen = bob.events.length;
  await bob.open();
  await expectWhole(bob, bytes);
  expect(new Set(line.passed).size).toBe(line.passed.length);
  expect(Math.min(...bars(bob, seen))).toBe(chunksHere * chunk);
});

test('a download that the network cut goes on by itself when it is back', async () => {
  const { bob, bytes, line } = await filmHalfHere('cut');
  await bob.awaits(aliceId, {
    ...{ state: 'waiting', failure: { code: 'network' } },
    content: { keptBytes: chunksHere * chunk },
  });
  line.open();
  await expectWhole(bob, bytes);
  expect(new Set(line.passed).size).toBe(line.passed.length);
});

test('a download that waits for its next try does so no longer where the clock is put back', async () => {
  const hour = 3_600_000;
  let ahead = 24 * hour;
  const clock = { ...systemClock, now: () => Date.now() + ahead };
  const { bob, bytes, line } = await filmHalfHere('cut', { kind: 'browser' }, clock);
  await bob.awaits(aliceId, { state: 'waiting', failure: { code: 'network' } });
  ahead -= hour;
  line.open();
  await expectWhole(bob, bytes);
});

test('a download that goes on ends in the folder that was chosen meanwhile', async () => {
  const folder = await temporaryFolder('chosen');
  const host = { kind: 'browser' as const, chooseFolder: () => Promise.resolve(folder) };
  const { bob, bytes, id, line } = await filmHalfHere('hold', host);
  await bob.ask('messages.pause', { messageId: id });
  await bob.ask('settings.chooseDownloadFolder', {});
  line.open();
  await bob.ask('messages.resume', { messageId: id });
  await expectWhole(bob, bytes, folder);
  expect(new Set(line.passed).size).toBe(line.passed.length);
});

test.each<[string, (bob: Resident, messageId: string) => Promise<unknown>]>([
  ['that is cancelled', (bob, messageId) => bob.ask('messages.cancel', { messageId })],
  [
    'that is paused and then cancelled',
    async (bob, messageId) => {
      await bob.ask('messages.pause', { messageId });
      await bob.ask('messages.cancel', { messageId });
      await bob.awaits(aliceId, { state: 'waiting', content: { keptBytes: 0 } });
    },
  ],
  ['whose message is removed', (bob, messageId) => bob.ask('messages.remove', { messageId })],
  [
    'whose conversation is removed',
    async (bob) => bob.ask('conversations.remove', { conversationId: await bob.with(aliceId) }),
  ],
  [
    'from somebody who is blocked',
    async (bob) =>
      bob.ask('conversations.stand', { conversationId: await bob.with(aliceId), standing: 'blocked' }),
  ],
  [
    'of an account that is removed',
    async (bob) => {
      const [account] = await bob.ask('accounts.list', {});
      await bob.ask('accounts.remove', { accountId: account?.id ?? '' });
    },
  ],
])('a download %s leaves nothing on the disk', async (_what, giveUp) => {
  const { bob, id } = await filmHalfHere();
  await giveUp(bob, id);
  await expectNothingLeft(bob, []);
});

test('what was left of a download whose message went in a crash is removed at the next start', async () => {
  const { bob, id } = await filmHalfHere();
  await bob.close();
  const store = Store.open(join(bob.home, 'dockercomms.sqlite'));
  store.messages.remove(id);
  store.close();
  await bob.open();
  await expectNothingLeft(bob, []);
});
