/** A download that was cut goes on where it was, and nothing that changed meanwhile is ever delivered. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chown,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import type * as fileSystem from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DockerCommsError } from '../../main/base/errors.ts';
import { MiB } from '../../main/base/limits.ts';
import type { Compression } from '../../main/protocol/constants.ts';
import type { ReceivedMessage } from '../../main/protocol/message.ts';
import { MemoryBudget } from '../../main/transfer/memory-budget.ts';
import { NewFile } from '../../main/transfer/new-file.ts';
import { discardPartial, partialOf } from '../../main/transfer/partial-file.ts';
import { bytesSource } from '../../main/transfer/payload.ts';
import type { TransferProgress } from '../../main/transfer/progress.ts';
import { receivePayload, type ReceiveOptions } from '../../main/transfer/receive.ts';
import { chunkTar, compressed, craftMessage } from './crafted.ts';
import { MemoryRegistry } from './memory-registry.ts';
import { temporaryFolders } from './temporary-folder.ts';
import { budget, sendMessage } from './transfers.ts';

/** Folders whose disk is full for who asks before it writes. */
const full = new Set<string>();
/** Folders on a disk that does not say how large it is: with zeros, as programs that serve one may, or not at all. */
const silent = new Map<string, 'zeros' | 'error'>();
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof fileSystem>();
  const statfs = async (folder: string) => {
    const facts = await real.statfs(folder);
    if (silent.get(folder) === 'error') throw Object.assign(new Error('ENOSYS'), { code: 'ENOSYS' });
    if (silent.get(folder) === 'zeros') return Object.assign(facts, { blocks: 0, bfree: 0, bavail: 0 });
    return full.has(folder) ? Object.assign(facts, { bavail: 0 }) : facts;
  };
  return { ...real, statfs };
});

const newFolder = temporaryFolders();
const cut = () => Promise.reject(new DockerCommsError('network', 'The connection was cut.'));
const chunkBytes = 1000;
/** Chunks of most files here; the last one is shorter. */
const chunks = 8;

class Download {
  readonly registry: MemoryRegistry;
  readonly payload: Buffer;
  readonly folder: string;
  readonly journalPath: string;
  message: ReceivedMessage;

  constructor(sent: { registry: MemoryRegistry; message: ReceivedMessage; payload: Buffer }, folder: string) {
    this.registry = sent.registry;
    this.message = sent.message;
    this.payload = sent.payload;
    this.folder = join(folder, 'downloads');
    this.journalPath = join(folder, 'home', 'partial', 'journal');
  }

  /** One try, a chunk after the other unless told. */
  receive(more: Partial<ReceiveOptions> = {}) {
    this.registry.fetched.length = 0;
    return receivePayload(this.message, this.registry, {
      ...{ folder: this.folder, filename: 'file.bin', journalPath: this.journalPath },
      ...{ parallel: 1, budget: budget() },
      ...more,
    });
  }

  /** A try that is cut after so many chunks. */
  async cutAfter(fetches: number, more: Partial<ReceiveOptions> = {}): Promise<void> {
    this.registry.onFetch = () => (this.registry.fetched.length < fetches ? Promise.resolve() : cut());
    await expect(this.receive(more)).rejects.toMatchObject({ code: 'network' });
    this.registry.onFetch = () => Promise.resolve();
  }

  /** Goes on to the end. Which chunks had to be fetched for it. */
  async goesOn(more: Partial<ReceiveOptions> = {}): Promise<number[]> {
    const { path } = await this.receive(more);
    expect((await readFile(path)).equals(this.payload)).toBe(true);
    const indices = this.message.layers.map(({ digest }) => digest);
    return this.registry.fetched.map((digest) => indices.indexOf(digest));
  }

  async partial(): Promise<string> {
    return (await partialOf(this.journalPath))?.file ?? 'nowhere';
  }
}

interface Sent {
  readonly payload?: Buffer;
  readonly chunkBytes?: number;
  readonly compression?: Compression;
}

async function download({
  payload = randomBytes(chunks * chunkBytes - 300),
  ...options
}: Sent = {}): Promise<Download> {
  const registry = new MemoryRegistry();
  const message = await sendMessage(bytesSource('file.bin', payload), registry, { chunkBytes, ...options });
  return new Download({ registry, message, payload }, await newFolder());
}

/** A download of which five chunks are here. */
async function cutDownload(): Promise<Download> {
  const cutOff = await download();
  await cutOff.cutAfter(5);
  return cutOff;
}

const rest = [5, 6, 7];
const everything = [0, 1, 2, 3, 4, ...rest];

async function overwrite(path: string, position: number, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.length, position);
  await file.close();
}

describe('a download that was cut', () => {
  it('gives the same bytes wherever it is cut, and fetches nothing twice', async () => {
    const cases = fc.record({
      payload: fc.uint8Array({ minLength: 2, maxLength: 3_000, size: 'max' }),
      chunkBytes: fc.integer({ min: 100, max: 1_000 }),
      compression: fc.constantFrom('zstd' as const, 'gzip' as const),
      cuts: fc.array(fc.nat({ max: 10 }), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ payload, cuts, ...sent }) => {
        fc.pre(payload.length > sent.chunkBytes);
        const some = await download({ payload: Buffer.from(payload), ...sent });
        const all = some.message.layers.map(({ index }) => index);
        let done = 0;
        for (const after of cuts) {
          if (done + after >= all.length) continue;
          await some.cutAfter(after);
          done += after;
        }
        expect(await some.goesOn()).toEqual(all.slice(done));
      }),
      { numRuns: 40 },
    );
  });

  it('goes on however many chunks are in flight, and loses those alone', async () => {
    const some = await download();
    await some.cutAfter(5, { parallel: 4 });
    const fetched = await some.goesOn({ parallel: 4 });
    expect(fetched.length).toBeLessThanOrEqual(3 + 4);
    expect(new Set(fetched).size).toBe(fetched.length);
  });

  it('shows what is there from the beginning', async () => {
    const some = await cutDownload();
    const seen: TransferProgress[] = [];
    await some.goesOn({ onProgress: (progress) => seen.push(progress) });
    expect(seen[0]).toMatchObject({ phase: 'downloading', bytesDone: 5 * chunkBytes });
    expect(seen.at(-1)).toMatchObject({ phase: 'saving', bytesDone: some.payload.length });
  });

  it('goes on after somebody paused it', async () => {
    const some = await download();
    const pause = new AbortController();
    some.registry.onFetch = () => {
      if (some.registry.fetched.length === 3) pause.abort();
      return Promise.resolve();
    };
    await expect(some.receive({ signal: pause.signal })).rejects.toMatchObject({ code: 'cancelled' });
    some.registry.onFetch = () => Promise.resolve();
    expect(await some.goesOn()).toEqual([3, 4, ...rest]);
  });

  it('is placed at once when only that was missing', async () => {
    const some = await download();
    const places = vi.spyOn(await fileHandles(), 'sync').mockRejectedValueOnce(new Error('killed'));
    await expect(some.receive()).rejects.toMatchObject({ code: 'storage' });
    places.mockRestore();
    expect(await some.goesOn()).toEqual([]);
  });

  it('goes on once a full disk has room again', async () => {
    const some = await download();
    const noSpace = Object.assign(new Error('No space left on device.'), { code: 'ENOSPC' });
    const handles = await fileHandles();
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called below on the handle it came from
    const { write } = handles;
    const spy = vi.spyOn(handles, 'write').mockImplementation(function (
      this: fileSystem.FileHandle,
      ...all: unknown[]
    ) {
      if (all[3] === 2 * chunkBytes) return Promise.reject(noSpace);
      return Reflect.apply(write, this, all) as never;
    });
    await expect(some.receive()).rejects.toMatchObject({ code: 'storage' });
    spy.mockRestore();
    expect(await some.goesOn()).toEqual([2, 3, 4, ...rest]);
  });

  it.each(['zeros', 'error'] as const)(
    'is tried where a disk does not say how large it is (%s)',
    async (answer) => {
      const some = await download();
      silent.set(some.folder, answer);
      await some.cutAfter(3);
      expect(await some.goesOn()).toEqual([3, 4, ...rest]);
    },
  );

  it('leaves its file and nothing else', async () => {
    const some = await cutDownload();
    await some.goesOn();
    expect(await readdir(some.folder)).toEqual(['file.bin']);
    expect(await readdir(join(some.journalPath, '..'))).toEqual([]);
  });

  it('keeps nothing of a file of one chunk', async () => {
    const some = await download({ payload: randomBytes(10) });
    await some.cutAfter(0);
    expect(await readdir(some.folder)).toEqual([]);
    expect(await some.goesOn()).toEqual([0]);
  });

  it('takes no second copy of what is there', async () => {
    const some = await cutDownload();
    const before = await some.partial();
    expect(await partialOf(some.journalPath)).toEqual({ file: before, bytes: 5 * chunkBytes });
    await some.cutAfter(1);
    expect(await some.partial()).toBe(before);
    expect(await readdir(some.folder)).toHaveLength(1);
    expect((await stat(before)).size).toBeLessThanOrEqual(some.payload.length);
  });

  it('is given up with everything that it left', async () => {
    const some = await cutDownload();
    await discardPartial(some.journalPath);
    expect(await readdir(some.folder)).toEqual([]);
    expect(await readdir(join(some.journalPath, '..'))).toEqual([]);
    await discardPartial(some.journalPath);
    expect(await some.goesOn()).toEqual(everything);
  });
});

describe('a partial file that somebody changed meanwhile', () => {
  it('in one byte: that chunk is fetched again, and no other', async () => {
    const some = await cutDownload();
    await overwrite(await some.partial(), 2 * chunkBytes + 7, Buffer.of((some.payload[2007] ?? 0) ^ 1));
    expect((await some.goesOn()).sort()).toEqual([2, ...rest]);
  });

  it('in several places: they are fetched again, and the bar says so', async () => {
    const some = await cutDownload();
    for (const chunk of [0, 3, 4])
      await overwrite(await some.partial(), chunk * chunkBytes, Buffer.alloc(500));
    const seen: number[] = [];
    const onProgress = ({ bytesDone }: TransferProgress) => seen.push(bytesDone);
    let now = 0;
    const clock = { now: () => (now += 1_000), after: () => () => undefined };
    expect((await some.goesOn({ onProgress, clock })).sort()).toEqual([0, 3, 4, ...rest]);
    expect(seen).toContain(4 * chunkBytes);
    expect(seen.at(-1)).toBe(some.payload.length);
  });

  it('by two chunks that changed places', async () => {
    const some = await cutDownload();
    await overwrite(await some.partial(), 0, some.payload.subarray(chunkBytes, 2 * chunkBytes));
    await overwrite(await some.partial(), chunkBytes, some.payload.subarray(0, chunkBytes));
    expect((await some.goesOn()).sort()).toEqual([0, 1, ...rest]);
  });

  it('by cutting it off', async () => {
    const some = await cutDownload();
    await truncate(await some.partial(), 3 * chunkBytes + 1);
    expect((await some.goesOn()).sort()).toEqual([3, 4, ...rest]);
  });

  it('by emptying it', async () => {
    const some = await cutDownload();
    await writeFile(await some.partial(), '');
    expect((await some.goesOn()).sort()).toEqual(everything);
  });

  it('by adding to it: nothing of that is delivered', async () => {
    const some = await cutDownload();
    await overwrite(await some.partial(), some.payload.length, Buffer.from('and a word from us'));
    expect(await some.goesOn()).toEqual(rest);
  });

  it('by deleting it, or its whole folder: it begins anew', async () => {
    const some = await cutDownload();
    await rm(await some.partial());
    await some.cutAfter(5);
    await rm(some.folder, { recursive: true });
    expect(await some.goesOn()).toEqual(everything);
  });

  it.each<[string, (document: string, partial: string) => Promise<void>]>([
    ['a symbolic link to a document', symlink],
    ['a second name of a document', link],
  ])('by putting %s in its place: the document stays as it is', async (_what, put) => {
    const some = await cutDownload();
    const document = join(some.folder, 'diary.txt');
    await writeFile(document, 'Dear diary');
    const partial = await some.partial();
    await rm(partial);
    await put(document, partial);
    expect(await some.goesOn()).toEqual(everything);
    expect(await readFile(document, 'utf8')).toBe('Dear diary');
    expect((await readdir(some.folder)).sort()).toEqual(['diary.txt', 'file.bin']);
  });

  it('by putting a link to its own bytes in its place: whoever keeps those could still change them', async () => {
    const some = await cutDownload();
    const partial = await some.partial();
    await rename(partial, join(some.folder, 'mine.bin'));
    await symlink(join(some.folder, 'mine.bin'), partial);
    expect(await some.goesOn()).toEqual(everything);
  });

  it('by putting a folder in its place', async () => {
    const some = await cutDownload();
    const partial = await some.partial();
    await rm(partial);
    await mkdir(partial);
    expect(await some.goesOn()).toEqual(everything);
  });

  it.runIf(process.getuid?.() === 0)('by giving it to another user, who could write on', async () => {
    const some = await cutDownload();
    await chown(await some.partial(), 65_534, 65_534);
    expect(await some.goesOn()).toEqual(everything);
  });
});

describe('a journal', () => {
  it('of another message is of no use, even of one with the same sizes', async () => {
    const some = await cutDownload();
    const other = await download();
    for (const [digest, bytes] of other.registry.blobs) some.registry.blobs.set(digest, bytes);
    some.message = other.message;
    expect(await receivedAs(some, other.payload)).toEqual(everything);
    expect(await readdir(some.folder)).toEqual(['file.bin']);
  });

  it('of the same layers in another order is of no use', async () => {
    const some = await cutDownload();
    const [first, second, ...layers] = some.message.layers;
    if (first === undefined || second === undefined) throw new Error('unreachable: there are eight');
    some.message = {
      ...some.message,
      layers: [{ ...second, index: 0 }, { ...first, index: 1 }, ...layers],
    };
    const swapped = Buffer.concat([
      some.payload.subarray(chunkBytes, 2 * chunkBytes),
      some.payload.subarray(0, chunkBytes),
      some.payload.subarray(2 * chunkBytes),
    ]);
    expect(await receivedAs(some, swapped)).toEqual(everything);
  });

  it('of other layers that are said to hold the same is of no use', async () => {
    const some = await cutDownload();
    const sent = { chunkBytes, compression: 'gzip' as const };
    some.message = await sendMessage(bytesSource('file.bin', some.payload), some.registry, sent);
    expect(await some.goesOn()).toEqual(everything);
  });

  it.each<[string, (text: string) => string, readonly number[]]>([
    ['whose last line a crash cut off counts up to there', (text) => text.slice(0, -20), [4, ...rest]],
    ['that lost its last line break counts up to there', (text) => text.slice(0, -1), [4, ...rest]],
    ['with zeros for lines that never came to the disk counts up to there', zeroLastLines, [3, 4, ...rest]],
    ['with a wrong size counts up to there', (text) => text.replaceAll('[1000,', '[999,'), everything],
    ['with no heading counts for nothing', (text) => text.replace(/^.*\n/, ''), everything],
    [
      'of another version counts for nothing',
      (text) => text.replace('"version":1', '"version":2'),
      everything,
    ],
    ['with another key proves nothing', otherKey, everything],
    ['of anything else counts for nothing', () => 'x'.repeat(100), everything],
    ['that is empty counts for nothing', () => '', everything],
    ['that is larger than any counts for nothing', (text) => text + ' '.repeat(MiB), everything],
  ])('%s', async (_title, change, expected) => {
    const some = await cutDownload();
    await writeFile(some.journalPath, change(await readFile(some.journalPath, 'utf8')));
    expect((await some.goesOn()).sort()).toEqual(expected);
  });

  it('goes on behind a line that a crash cut off', async () => {
    const some = await cutDownload();
    await writeFile(some.journalPath, (await readFile(some.journalPath, 'utf8')).slice(0, -20));
    await some.cutAfter(2);
    expect(await some.goesOn()).toEqual([6, 7]);
  });

  it('with more chunks than the message has counts for nothing', async () => {
    const some = await cutDownload();
    const text = await readFile(some.journalPath, 'utf8');
    const line = text.split('\n')[1] ?? '';
    await writeFile(some.journalPath, text + `${line}\n`.repeat(chunks));
    expect(await some.goesOn()).toEqual(everything);
  });

  it('never has anything removed but a partial file', async () => {
    const some = await cutDownload();
    const document = join(some.folder, 'diary.txt');
    await writeFile(document, 'Dear diary');
    const text = await readFile(some.journalPath, 'utf8');
    await writeFile(some.journalPath, text.replace(await some.partial(), document));
    await discardPartial(some.journalPath);
    expect(await readFile(document, 'utf8')).toBe('Dear diary');
  });

  it('is this user’s alone', async () => {
    const { journalPath } = await cutDownload();
    if (process.platform === 'win32') return;
    expect((await stat(journalPath)).mode & 0o777).toBe(0o600);
    expect((await stat(join(journalPath, '..'))).mode & 0o777).toBe(0o700);
  });

  it('that cannot be written any more stops no download', async () => {
    const some = await download();
    const appends = vi.spyOn(await fileHandles(), 'appendFile').mockRejectedValueOnce(new Error('full'));
    await some.cutAfter(5);
    appends.mockRestore();
    expect(await some.goesOn()).toEqual(everything);
  });
});

// eslint-disable-next-line @typescript-eslint/unbound-method -- called on the file that it came from
const { write } = NewFile.prototype;

describe('a registry that lies about a chunk that is read as a stream', () => {
  it('cannot put the chunks behind it in wrong places, not even over a pause', async () => {
    const size = 1 * MiB;
    const payload = randomBytes(4 * size);
    const registry = new MemoryRegistry();
    const layers = [0, 1, 2, 3].map((index) => {
      return compressed(chunkTar(payload.subarray(index * size, (index + 1) * size), index), 'zstd');
    });
    const claims = { totalBytes: payload.length, chunkBytes: size, compression: 'zstd' as const };
    // Above 16 MiB, what a chunk says of its size is used before all of it is there.
    const message = { ...craftMessage(registry, { layers, ...claims }), chunkBytes: 17 * MiB };
    const some = new Download({ registry, message, payload }, await newFolder());
    const [first, , , last] = message.layers.map(({ digest }) => digest);

    // The first one says that it is shorter, and never ends; nor does the last one, which would not fit.
    const pause = new AbortController();
    const paused = once(pause.signal, 'abort').then(cut);
    const lie = compressed(chunkTar(randomBytes(size - 5)), 'zstd').subarray(0, 0.75 * MiB);
    const fetchBlob = vi.spyOn(registry, 'fetchBlob');
    fetchBlob.mockImplementation(async (blob, options) => {
      if (blob.digest === last) return paused;
      if (blob.digest !== first) return MemoryRegistry.prototype.fetchBlob.call(registry, blob, options);
      return Readable.from(
        (async function* () {
          yield lie;
          await paused;
        })(),
      );
    });
    const ends = new Set<number>();
    const writes = vi.spyOn(NewFile.prototype, 'write');
    writes.mockImplementation(async function (this: NewFile, bytes, position) {
      await write.call(this, bytes, position);
      ends.add(position + bytes.length);
    });
    const more = { parallel: 4, budget: new MemoryBudget(512 * MiB), signal: pause.signal };
    const receiving = some.receive(more);
    receiving.catch(() => undefined);
    // The second and the third are whole, in wrong places.
    await expect.poll(() => ends).toContain(3 * size - 5);
    await expect.poll(() => ends).toContain(2 * size - 5);
    pause.abort();
    await expect(receiving).rejects.toMatchObject({ code: 'cancelled' });
    writes.mockRestore();
    fetchBlob.mockRestore();

    expect((await some.goesOn()).sort()).toEqual([0, 1, 2, 3]);
  });
});

describe('a folder that was chosen meanwhile', () => {
  it('gets the file when it is whole', async () => {
    const some = await cutDownload();
    const folder = join(await newFolder(), 'elsewhere');
    expect(await some.goesOn({ folder })).toEqual(rest);
    expect(await readdir(folder)).toEqual(['file.bin']);
    expect(await readdir(some.folder)).toEqual([]);
  });

  it('on another disk does not: the file stays where it was begun', async (test) => {
    const folder = '/dev/shm';
    const some = await cutDownload();
    const [here, there] = await Promise.all([stat(some.folder), stat(folder).catch(() => null)]);
    if (there === null || there.dev === here.dev) return test.skip();
    expect(await some.goesOn({ folder })).toEqual(rest);
    expect(await readdir(some.folder)).toEqual(['file.bin']);
  });

  it('has all of it when the first one has no room for the rest', async () => {
    const some = await cutDownload();
    full.add(some.folder);
    onTestFinished(() => void full.delete(some.folder));
    await expect(some.receive()).rejects.toMatchObject({ code: 'storage' });
    const folder = await newFolder();
    expect(await some.goesOn({ folder })).toEqual(everything);
    expect(await readdir(some.folder)).toEqual([]);
  });
});

/** Receives what must be `payload`; which chunks were fetched. */
async function receivedAs(some: Download, payload: Buffer): Promise<readonly number[]> {
  const { path } = await some.receive();
  expect((await readFile(path)).equals(payload)).toBe(true);
  const digests = some.message.layers.map(({ digest }) => digest);
  return some.registry.fetched.map((digest) => digests.indexOf(digest));
}

function zeroLastLines(text: string): string {
  const lines = text.split('\n');
  const lost = lines.slice(-3).join('\n').length;
  return text.slice(0, -lost) + '\0'.repeat(lost);
}

function otherKey(text: string): string {
  return text.replace(/"key":"[^"]+"/, `"key":"${randomBytes(32).toString('base64')}"`);
}

/** What every open file has in common: where a test can make the system fail. */
async function fileHandles(): Promise<fileSystem.FileHandle> {
  const handle = await open(import.meta.filename);
  await handle.close();
  return Object.getPrototypeOf(handle) as fileSystem.FileHandle;
}
