import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, stat, symlink, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { KiB, MiB } from '../../main/base/limits.ts';
import { MemoryBudget } from '../../main/transfer/memory-budget.ts';
import { bytesSource } from '../../main/transfer/payload.ts';
import type { TransferProgress } from '../../main/transfer/progress.ts';
import { receiveChunks } from '../../main/transfer/receive-chunks.ts';
import { receivePayload, receiveToMemory, type ReceiveOptions } from '../../main/transfer/receive.ts';
import { chunkTar, compressed, craftMessage } from './crafted.ts';
import { MemoryRegistry } from './memory-registry.ts';
import { temporaryFolders } from './temporary-folder.ts';
import { budget, sendMessage } from './transfers.ts';

const newFolder = temporaryFolders();

async function options(more: Partial<ReceiveOptions> = {}): Promise<ReceiveOptions> {
  return { folder: await newFolder(), filename: 'file.bin', parallel: 4, budget: budget(), ...more };
}

async function sent(payload: Uint8Array, chunkBytes: number) {
  const registry = new MemoryRegistry();
  return { registry, message: await sendMessage(bytesSource('file.bin', payload), registry, { chunkBytes }) };
}

describe('receiving', () => {
  it('gives back what was sent, whatever its size, chunks and compression', async () => {
    const cases = fc.record({
      payload: fc.uint8Array({ maxLength: 5_000, size: 'max' }),
      chunkBytes: fc.integer({ min: 1, max: 6_000 }),
      compression: fc.constantFrom('zstd' as const, 'gzip' as const),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ payload, chunkBytes, compression }) => {
        const registry = new MemoryRegistry();
        const least = Math.max(chunkBytes, Math.ceil(payload.length / 50));
        const message = await sendMessage(bytesSource('a', payload), registry, {
          chunkBytes: least,
          compression,
        });
        const received = await receiveToMemory(message, registry, { maxBytes: 5_000 });
        expect(Buffer.from(received).equals(payload)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('fetches chunks side by side and puts each where it belongs', async () => {
    const payload = randomBytes(1_000_000);
    const { registry, message } = await sent(payload, 64 * KiB);
    registry.pieceBytes = 8 * KiB;
    const { path, bytes } = await receivePayload(message, registry, await options());
    expect(bytes).toBe(payload.length);
    expect((await readFile(path)).equals(payload)).toBe(true);
    expect(registry.mostFetching).toBe(4);
  });

  it('makes the folder when it is not there', async () => {
    const { registry, message } = await sent(randomBytes(10), 100);
    const folder = join(await newFolder(), 'DockerComms', 'Bob');
    const { path } = await receivePayload(message, registry, await options({ folder }));
    expect(path).toBe(join(folder, 'file.bin'));
  });

  it('never overwrites: the next free number is taken, whatever stands there', async () => {
    const { registry, message } = await sent(Buffer.from('new'), 100);
    const some = await options();
    await writeFile(join(some.folder, 'file.bin'), 'old');
    await mkdir(join(some.folder, 'file (1).bin'));
    await symlink('/nowhere', join(some.folder, 'file (2).bin'));
    const { path } = await receivePayload(message, registry, some);
    expect(path).toBe(join(some.folder, 'file (3).bin'));
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readFile(join(some.folder, 'file.bin'), 'utf8')).toBe('old');
    expect(await readdir(some.folder)).toHaveLength(4);
  });

  it('gives every one of several arrivals at once its own file', async () => {
    const { registry, message } = await sent(Buffer.from('same'), 100);
    const some = await options();
    const all = await Promise.all(Array.from({ length: 8 }, () => receivePayload(message, registry, some)));
    expect(new Set(all.map(({ path }) => path)).size).toBe(8);
  });

  it('stays in its folder, whatever the name says', async () => {
    const { registry, message } = await sent(Buffer.from('x'), 100);
    const some = await options({ filename: '../../.ssh/authorized_keys' });
    const { path } = await receivePayload(message, registry, some);
    expect(path).toBe(join(some.folder, 'authorized_keys'));
  });

  it('shows a file under its name only when it is whole', async () => {
    const { registry, message } = await sent(randomBytes(100_000), 10_000);
    const some = await options();
    const names: string[] = [];
    const onProgress = () => void readdir(some.folder).then((found) => names.push(...found));
    await receivePayload(message, registry, { ...some, onProgress });
    expect(names).not.toContain('file.bin');
    expect(await readdir(some.folder)).toEqual(['file.bin']);
  });

  it('uses the bytes in the descriptor, once they were checked', async () => {
    const registry = new MemoryRegistry();
    const source = bytesSource('a', Buffer.from('inline'));
    const message = await sendMessage(source, registry, { inlineSmallPayload: true });
    registry.blobs.clear();
    const payload = await receiveToMemory(message, registry, { maxBytes: 100 });
    expect(Buffer.from(payload).toString()).toBe('inline');
    const layers = message.layers.map((layer) => ({
      ...layer,
      data: Buffer.from('other').toString('base64'),
    }));
    const receiving = receiveToMemory({ ...message, layers }, registry, { maxBytes: 100 });
    await expect(receiving).rejects.toMatchObject({ code: 'verification-failed' });
  });

  it('streams a chunk that is larger than the memory budget', async () => {
    const registry = new MemoryRegistry();
    const content = Buffer.alloc(96 * MiB);
    const layers = [compressed(chunkTar(content), 'zstd')];
    const claims = { totalBytes: content.length, chunkBytes: content.length, compression: 'zstd' as const };
    const message = craftMessage(registry, { layers, ...claims });
    let largest = 0;
    let written = 0;
    const sink = {
      write: (bytes: Uint8Array) => {
        largest = Math.max(largest, bytes.length);
        written += bytes.length;
        return Promise.resolve();
      },
    };
    await receiveChunks(message, registry, sink, { parallel: 4, budget: new MemoryBudget(MiB) });
    expect(written).toBe(content.length);
    expect(largest).toBeLessThanOrEqual(512 * KiB);
  });

  it('counts every byte, then says that it saves', async () => {
    const { registry, message } = await sent(randomBytes(100_000), 10_000);
    const seen: TransferProgress[] = [];
    await receivePayload(message, registry, await options({ onProgress: (progress) => seen.push(progress) }));
    expect(seen[0]).toMatchObject({ phase: 'downloading', bytesDone: 0, bytesTotal: 100_000 });
    expect(seen.at(-1)).toMatchObject({ phase: 'saving', bytesDone: 100_000 });
  });
});

describe('receiving that fails leaves nothing behind', () => {
  it('when a chunk is missing', async () => {
    const { registry, message } = await sent(randomBytes(100_000), 10_000);
    registry.blobs.delete(message.layers[5]?.digest ?? 'sha256:');
    const budget = new MemoryBudget(MiB);
    const some = await options({ budget });
    await expect(receivePayload(message, registry, some)).rejects.toMatchObject({ code: 'not-found' });
    expect(await readdir(some.folder)).toEqual([]);
    expect(registry.fetching).toBe(0);
    await expect(budget.acquire(MiB)).resolves.toBeTypeOf('function');
  });

  it('when it is cancelled', async () => {
    const { registry, message } = await sent(randomBytes(1_000_000), 100_000);
    const stop = new AbortController();
    registry.pieceBytes = 1000;
    const some = await options({ signal: stop.signal });
    const receiving = receivePayload(message, registry, some);
    setTimeout(() => stop.abort(), 20);
    await expect(receiving).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(some.folder)).toEqual([]);
  });

  it('when it was cancelled before', async () => {
    const { registry, message } = await sent(randomBytes(10), 10);
    const some = await options({ signal: AbortSignal.abort() });
    await expect(receivePayload(message, registry, some)).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(some.folder)).toEqual([]);
  });

  it('when the disk has no room, before anything is fetched', async () => {
    const { registry, message } = await sent(randomBytes(10), 10);
    const huge = { ...message, totalBytes: Number.MAX_SAFE_INTEGER };
    const some = await options();
    await expect(receivePayload(huge, registry, some)).rejects.toMatchObject({ code: 'storage' });
    expect(await readdir(some.folder)).toEqual([]);
    expect(registry.mostFetching).toBe(0);
  });

  it('when the folder is a file', async () => {
    const { registry, message } = await sent(randomBytes(10), 10);
    const folder = join(await newFolder(), 'file');
    await writeFile(folder, 'x');
    const receiving = receivePayload(message, registry, await options({ folder }));
    await expect(receiving).rejects.toMatchObject({ code: 'storage' });
    expect((await stat(folder)).isFile()).toBe(true);
  });

  it.runIf(process.platform === 'linux')('when the folder takes no files, whoever asks', async () => {
    const { registry, message } = await sent(randomBytes(10), 10);
    // `/proc` refuses new files even to the administrator.
    const receiving = receivePayload(message, registry, await options({ folder: '/proc' }));
    await expect(receiving).rejects.toMatchObject({ code: 'storage' });
  });

  it('when the disk is full while it is written', async () => {
    const { registry, message } = await sent(randomBytes(100_000), 10_000);
    const some = await options();
    const full = Object.assign(new Error('No space left on device.'), { code: 'ENOSPC' });
    const write = vi.spyOn(await fileHandles(), 'write').mockRejectedValue(full);
    await expect(receivePayload(message, registry, some)).rejects.toMatchObject({ code: 'storage' });
    write.mockRestore();
    expect(await readdir(some.folder)).toEqual([]);
  });

  it('when a text is longer than asked for, before anything is fetched', async () => {
    const { registry, message } = await sent(randomBytes(11), 100);
    const receiving = receiveToMemory(message, registry, { maxBytes: 10 });
    await expect(receiving).rejects.toMatchObject({ code: 'too-large' });
    expect(registry.mostFetching).toBe(0);
  });
});

/** What every open file has in common: where a test can make the system fail. */
async function fileHandles(): Promise<FileHandle> {
  const handle = await open(import.meta.filename);
  await handle.close();
  return Object.getPrototypeOf(handle) as FileHandle;
}
