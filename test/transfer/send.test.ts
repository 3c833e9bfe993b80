import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DockerCommsError } from '../../main/base/errors.ts';
import { GiB, MiB } from '../../main/base/limits.ts';
import { MemoryBudget } from '../../main/transfer/memory-budget.ts';
import { bytesSource, fileSource, type PayloadSource } from '../../main/transfer/payload.ts';
import type { TransferProgress } from '../../main/transfer/progress.ts';
import { sendPayload } from '../../main/transfer/send.ts';
import { MemoryRegistry } from './memory-registry.ts';
import { temporaryFolders } from './temporary-folder.ts';
import { sendOptions } from './transfers.ts';

const newFolder = temporaryFolders();

async function newFile(bytes: Uint8Array): Promise<string> {
  const path = join(await newFolder(), 'file.bin');
  await writeFile(path, bytes);
  return path;
}

describe('sending', () => {
  it('an empty file makes no layers', async () => {
    const sent = await sendPayload(
      bytesSource('empty', new Uint8Array(0)),
      new MemoryRegistry(),
      sendOptions(),
    );
    expect(sent).toEqual({ layers: [], totalBytes: 0, chunkBytes: 0, chunkCount: 0 });
  });

  it.each(['zstd', 'gzip'] as const)(
    'with %s gives layers in order, whatever order they arrived in',
    async (compression) => {
      const registry = new MemoryRegistry();
      const waits = [30, 0, 15, 0];
      registry.onPush = () => new Promise((resolve) => setTimeout(resolve, waits.pop() ?? 0));
      const payload = randomBytes(250_001);
      const sent = await sendPayload(
        bytesSource('file', payload),
        registry,
        sendOptions({ compression, chunkBytes: 65_536 }),
      );
      const unpack = compression === 'zstd' ? zstdDecompressSync : gunzipSync;
      const contents = sent.layers.map(({ digest, size, mediaType, annotations }, index) => {
        const bytes = registry.blobs.get(digest) ?? Buffer.alloc(0);
        expect(bytes).toHaveLength(size);
        expect(mediaType).toBe(`application/vnd.dockercomms.chunk.v1.tar+${compression}`);
        expect(annotations).toEqual({ 'dockercomms.chunk.index': String(index) });
        return unpack(bytes).subarray(512, 512 + Math.min(65_536, payload.length - index * 65_536));
      });
      expect(Buffer.concat(contents).equals(payload)).toBe(true);
    },
  );

  it('again sends only what is not there', async () => {
    const registry = new MemoryRegistry();
    const path = await newFile(randomBytes(100_000));
    const options = sendOptions({ chunkBytes: 30_000 });
    const first = await sendPayload(await fileSource(path), registry, options);
    registry.blobs.delete(first.layers[2]?.digest ?? 'sha256:');
    registry.pushed.length = 0;
    const second = await sendPayload(await fileSource(path), registry, options);
    expect(second).toEqual(first);
    expect(registry.pushed).toEqual([first.layers[2]?.digest]);
  });

  it('puts a small payload into its descriptor when asked to, and pushes it all the same', async () => {
    const registry = new MemoryRegistry();
    const send = (bytes: number, inlineSmallPayload: boolean) =>
      sendPayload(bytesSource('a', randomBytes(bytes)), registry, sendOptions({ inlineSmallPayload }));
    const { layers } = await send(100, true);
    const [layer] = layers;
    if (layer === undefined) throw new Error('There is no layer.');
    expect(registry.blobs.get(layer.digest)?.toString('base64')).toBe(layer.data);
    expect((await send(100, false)).layers[0]).not.toHaveProperty('data');
    expect((await send(17_000, true)).layers[0]).not.toHaveProperty('data');
  });

  it('counts every byte of the file once, and says when it uploads', async () => {
    const seen: TransferProgress[] = [];
    const onProgress = (progress: TransferProgress) => seen.push(progress);
    let now = 0;
    const clock = { now: () => (now += 1000), after: () => () => undefined };
    const source = bytesSource('file', randomBytes(100_000));
    await sendPayload(source, new MemoryRegistry(), sendOptions({ chunkBytes: 30_000, onProgress, clock }));
    expect(seen[0]).toMatchObject({ phase: 'preparing', bytesDone: 0, bytesTotal: 100_000 });
    expect(seen.at(-1)).toMatchObject({ phase: 'uploading', bytesDone: 100_000, secondsLeft: 0 });
  });

  it('holds no more than its budget', async () => {
    const registry = new MemoryRegistry();
    let pushing = 0;
    let mostPushing = 0;
    const several = Promise.withResolvers<undefined>();
    registry.onPush = async () => {
      mostPushing = Math.max(mostPushing, (pushing += 1));
      // Held until others are on their way beside it: what fits is sent at the same time.
      if (pushing > 1) several.resolve(undefined);
      await several.promise;
      pushing -= 1;
    };
    const options = sendOptions({ chunkBytes: 10_000, parallel: 8, budget: new MemoryBudget(60_000) });
    await sendPayload(bytesSource('file', randomBytes(100_000)), registry, options);
    // The next chunk needs room for its tar twice, beside what is already on its way.
    expect(mostPushing).toBeGreaterThan(1);
    expect(mostPushing).toBeLessThanOrEqual(4);
  });

  it.each([
    ['no size', 0],
    ['a fraction', 1.5],
    ['more than 64 MiB', 65 * MiB],
  ])('with chunks of %s is refused', async (_what, chunkBytes) => {
    const sending = sendPayload(
      bytesSource('a', randomBytes(9)),
      new MemoryRegistry(),
      sendOptions({ chunkBytes }),
    );
    await expect(sending).rejects.toMatchObject({ code: 'invalid' });
  });

  it('more than 10,000 chunks is refused before anything is read', async () => {
    const source: PayloadSource = {
      name: 'huge',
      totalBytes: 200 * GiB,
      open: () => {
        throw new Error('Was read.');
      },
    };
    const sending = sendPayload(source, new MemoryRegistry(), sendOptions());
    await expect(sending).rejects.toMatchObject({ code: 'too-large' });
  });

  it('stops when it is cancelled, and nothing of it goes on', async () => {
    const registry = new MemoryRegistry();
    const stop = new AbortController();
    const budget = new MemoryBudget(100_000);
    registry.onPush = () => {
      stop.abort();
      return Promise.resolve();
    };
    const options = sendOptions({ chunkBytes: 10_000, parallel: 2, budget, signal: stop.signal });
    const sending = sendPayload(bytesSource('file', randomBytes(100_000)), registry, options);
    await expect(sending).rejects.toMatchObject({ code: 'cancelled' });
    expect(registry.pushed).toEqual([]);
    await expect(budget.acquire(100_000)).resolves.toBeTypeOf('function');
  });

  it('that is cancelled before it begins reads nothing', async () => {
    const registry = new MemoryRegistry();
    const source = bytesSource('file', randomBytes(10));
    const sending = sendPayload(source, registry, sendOptions({ signal: AbortSignal.abort() }));
    await expect(sending).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('fails as the registry does, and gives its memory back', async () => {
    const registry = new MemoryRegistry();
    const budget = new MemoryBudget(100_000);
    registry.onPush = () => Promise.reject(new DockerCommsError('auth', 'No.'));
    const options = sendOptions({ chunkBytes: 10_000, budget });
    const sending = sendPayload(bytesSource('file', randomBytes(100_000)), registry, options);
    await expect(sending).rejects.toMatchObject({ code: 'auth' });
    await expect(budget.acquire(100_000)).resolves.toBeTypeOf('function');
  });
});

describe('a file that is sent', () => {
  it('must be there', async () => {
    await expect(fileSource(join(await newFolder(), 'none'))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('must be a file', async () => {
    await expect(fileSource(await newFolder())).rejects.toMatchObject({ code: 'invalid' });
  });

  it('may be reached through a link, and keeps the name that was chosen', async () => {
    const path = await newFile(randomBytes(10));
    const link = join(await newFolder(), 'link.bin');
    await symlink(path, link);
    const source = await fileSource(link);
    expect(source.name).toBe('link.bin');
    expect((await sendPayload(source, new MemoryRegistry(), sendOptions())).totalBytes).toBe(10);
  });

  it.each<[string, string, (path: string) => Promise<void>]>([
    ['disappears', 'not-found', (path) => rm(path)],
    ['grows', 'conflict', (path) => appendFile(path, 'x')],
    ['shrinks', 'conflict', (path) => truncate(path, 50_000)],
    ['is emptied', 'conflict', (path) => truncate(path, 0)],
    ['is changed', 'conflict', (path) => utimes(path, 1, 1)],
    ['is replaced by another of the same size', 'conflict', (path) => replace(path, randomBytes(100_000))],
    ['is replaced by a folder', 'conflict', replaceByFolder],
  ])('and %s meanwhile fails with %s', async (_what, code, change) => {
    const path = await newFile(randomBytes(100_000));
    const registry = new MemoryRegistry();
    let changed: Promise<void> | undefined;
    registry.onPush = () => (changed ??= change(path));
    const sending = sendPayload(
      await fileSource(path),
      registry,
      sendOptions({ chunkBytes: 10_000, parallel: 2 }),
    );
    await expect(sending).rejects.toMatchObject({ code });
  });

  it.each<[string, string, (path: string) => Promise<void>]>([
    ['disappeared', 'not-found', (path) => rm(path)],
    ['grew', 'conflict', (path) => appendFile(path, 'x')],
    ['was replaced', 'conflict', (path) => replace(path, randomBytes(100_000))],
  ])('and %s after it was chosen fails with %s, and nothing is sent', async (_what, code, change) => {
    const path = await newFile(randomBytes(100_000));
    const registry = new MemoryRegistry();
    const source = await fileSource(path);
    await change(path);
    await expect(sendPayload(source, registry, sendOptions())).rejects.toMatchObject({ code });
    expect(registry.pushed).toEqual([]);
  });

  it('is read the same in pieces', async () => {
    const bytes = randomBytes(3 * MiB + 1);
    const pieces: Uint8Array[] = [];
    for await (const piece of (await fileSource(await newFile(bytes))).open()) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  });
});

async function replace(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, bytes);
  await rename(`${path}.new`, path);
}

async function replaceByFolder(path: string): Promise<void> {
  await rm(path);
  await mkdir(path);
}

describe('a source that gives', () => {
  const source = (pieces: readonly Uint8Array[]): PayloadSource => ({
    name: 'odd',
    totalBytes: 10,
    // eslint-disable-next-line @typescript-eslint/require-await -- the interface is asynchronous
    async *open() {
      yield* pieces;
    },
  });
  const send = (...sizes: number[]) =>
    sendPayload(
      source(sizes.map((size) => randomBytes(size))),
      new MemoryRegistry(),
      sendOptions({ chunkBytes: 4 }),
    );

  it('pieces of any size is cut into chunks', async () => {
    expect((await send(0, 7, 0, 1, 2)).chunkCount).toBe(3);
  });

  it('less than it promised fails', async () => {
    await expect(send(5, 4)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('more than it promised fails', async () => {
    await expect(send(5, 5, 1)).rejects.toMatchObject({ code: 'conflict' });
    await expect(send(11)).rejects.toMatchObject({ code: 'conflict' });
  });
});
