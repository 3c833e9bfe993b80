import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MiB } from '../../main/base/limits.ts';
import type { PayloadSink } from '../../main/transfer/receive-chunks.ts';
import { receiveChunks } from '../../main/transfer/receive-chunks.ts';
import { receivePayload } from '../../main/transfer/receive.ts';
import type { Compression } from '../../main/protocol/constants.ts';
import type { ReceivedMessage } from '../../main/protocol/message.ts';
import { anyTar, chunkTar, compressed, craftMessage } from './crafted.ts';
import { MemoryRegistry } from './memory-registry.ts';
import { temporaryFolders } from './temporary-folder.ts';
import { budget } from './transfers.ts';

const newFolder = temporaryFolders();
const content = Buffer.from('0123456789');

/** Counts what reaches the disk. */
class CountingSink implements PayloadSink {
  bytes = 0;
  readonly payload = Buffer.alloc(64 * 1024);
  write(bytes: Uint8Array, position: number): Promise<void> {
    this.bytes += bytes.length;
    this.payload.set(bytes.subarray(0, Math.max(0, this.payload.length - position)), position);
    return Promise.resolve();
  }
}

/** Receives, and says how it failed and how much was written until then. */
async function attack(registry: MemoryRegistry, message: ReceivedMessage) {
  const sink = new CountingSink();
  const outcome = await receiveChunks(message, registry, sink, { parallel: 4, budget: budget() }).then(
    () => 'received',
    (error: unknown) => (error as { code?: string }).code,
  );
  return { outcome, written: sink.bytes, payload: sink.payload };
}

/** One chunk of ten bytes, as it is claimed, over any layer. */
function claimed(registry: MemoryRegistry, layer: Uint8Array, compression: Compression): ReceivedMessage {
  return craftMessage(registry, { layers: [layer], totalBytes: 10, chunkBytes: 10, compression });
}

const refused = { outcome: 'protocol', written: 0 };

describe.each(['zstd', 'gzip'] as const)('a chunk compressed with %s', (compression) => {
  const one = (tar: Uint8Array) => {
    const registry = new MemoryRegistry();
    return attack(registry, claimed(registry, compressed(tar, compression), compression));
  };

  it('as the format says is received', async () => {
    const { outcome, written, payload } = await one(chunkTar(content));
    expect([outcome, written]).toEqual(['received', 10]);
    expect(payload.subarray(0, 10).equals(content)).toBe(true);
  });

  it('that is a zip bomb is refused before anything is written', async () => {
    expect(await one(chunkTar(Buffer.alloc(64 * MiB)))).toMatchObject(refused);
  });

  it('that is a zip bomb behind the end of its tar is refused after its own chunk', async () => {
    const { outcome, written } = await one(Buffer.concat([chunkTar(content), Buffer.alloc(64 * MiB)]));
    expect(outcome).toBe('protocol');
    expect(written).toBeLessThanOrEqual(10);
  });

  it('that is larger than claimed by one byte is refused', async () => {
    expect(await one(chunkTar(Buffer.alloc(11)))).toMatchObject(refused);
  });

  it('that is shorter than claimed by one byte is refused', async () => {
    expect(await one(chunkTar(Buffer.alloc(9)))).toMatchObject(refused);
  });

  it.each<[string, () => Buffer | Promise<Buffer>]>([
    ['holds an extra entry', () => anyTar([{ name: 'chunk_0.bin' }, '0123456789'], [{ name: 'more' }, 'x'])],
    [
      'holds an extra empty entry',
      () => anyTar([{ name: 'chunk_0.bin' }, '0123456789'], [{ name: 'more' }, '']),
    ],
    ['is a symbolic link', () => anyTar([{ name: 'chunk_0.bin', type: 'symlink', linkname: '/etc/passwd' }])],
    ['is a hard link', () => anyTar([{ name: 'chunk_0.bin', type: 'link', linkname: '/etc/passwd' }])],
    ['is a folder', () => anyTar([{ name: 'chunk_0.bin', type: 'directory' }])],
    ['has a name with a path', () => anyTar([{ name: '../chunk_0.bin' }, '0123456789'])],
    ['has an absolute name', () => anyTar([{ name: '/chunk_0.bin' }, '0123456789'])],
    ['has another name', () => anyTar([{ name: 'evil.bin' }, '0123456789'])],
    ['begins with a pax record', () => anyTar([{ name: 'chunk_0.bin', pax: { size: '10' } }, '0123456789'])],
    ['has garbage after its tar', () => Buffer.concat([chunkTar(content), randomBytes(2000)])],
    ['has a byte after its tar', () => Buffer.concat([chunkTar(content), Buffer.from([1])])],
    ['lacks the end of its tar', () => chunkTar(content).subarray(0, 1024)],
    ['is cut within its content', () => chunkTar(content).subarray(0, 515)],
    ['is cut within its header', () => chunkTar(content).subarray(0, 100)],
    ['has a wrong checksum', () => Buffer.concat([Buffer.from('X'), chunkTar(content).subarray(1)])],
    [
      'has something in its padding',
      () =>
        Buffer.concat([
          chunkTar(content).subarray(0, 600),
          Buffer.from('x'),
          chunkTar(content).subarray(601),
        ]),
    ],
    ['is all zeros', () => Buffer.alloc(4096)],
    ['is no tar', () => randomBytes(4096)],
    ['is empty', () => Buffer.alloc(0)],
  ])('that %s is refused', async (_what, tar) => {
    const { outcome, written } = await one(await tar());
    expect(outcome).toBe('protocol');
    expect(written).toBeLessThanOrEqual(10);
  });

  it('is not believed the number in its name', async () => {
    expect((await one(chunkTar(content, 7))).outcome).toBe('received');
  });

  it('whose frame is cut is refused', async () => {
    const registry = new MemoryRegistry();
    const layer = compressed(chunkTar(content), compression);
    for (const length of [0, 1, 8, layer.length - 1]) {
      const message = claimed(registry, layer.subarray(0, length), compression);
      expect((await attack(registry, message)).outcome).toBe('protocol');
    }
  });

  it('with garbage after its frame is refused', async () => {
    const registry = new MemoryRegistry();
    const layer = compressed(chunkTar(content), compression);
    for (const garbage of [Buffer.from([1]), Buffer.alloc(20), randomBytes(100_000)]) {
      const message = claimed(registry, Buffer.concat([layer, garbage]), compression);
      expect((await attack(registry, message)).outcome).toBe('protocol');
    }
  });

  it('in two concatenated frames is one stream, wherever the network cuts it', async () => {
    const tar = chunkTar(content);
    const frames = [tar.subarray(0, 517), tar.subarray(517)].map((part) => compressed(part, compression));
    for (const pieceBytes of [1, 7, frames[0]?.length ?? 0, 64 * 1024]) {
      const registry = new MemoryRegistry();
      registry.pieceBytes = pieceBytes;
      const { outcome, payload } = await attack(
        registry,
        claimed(registry, Buffer.concat(frames), compression),
      );
      expect(outcome).toBe('received');
      expect(payload.subarray(0, 10).equals(content)).toBe(true);
    }
  });

  it('twice in one layer, as two frames, is two entries and refused', async () => {
    const registry = new MemoryRegistry();
    const layer = compressed(chunkTar(content), compression);
    const message = claimed(registry, Buffer.concat([layer, layer]), compression);
    expect((await attack(registry, message)).outcome).toBe('protocol');
  });

  it('that is compressed the other way is refused', async () => {
    const registry = new MemoryRegistry();
    const layer = compressed(chunkTar(content), compression === 'zstd' ? 'gzip' : 'zstd');
    expect(await attack(registry, claimed(registry, layer, compression))).toMatchObject(refused);
  });

  it('whose bytes the registry changed is not verified, even where it breaks the format first', async () => {
    for (const position of [0, 10, 30]) {
      const registry = new MemoryRegistry();
      const message = claimed(registry, compressed(chunkTar(content), compression), compression);
      const bytes = registry.blobs.get(message.layers[0]?.digest ?? 'sha256:');
      if (bytes === undefined) throw new Error('There is no layer.');
      bytes[position] = (bytes[position] ?? 0) ^ 0xff;
      expect((await attack(registry, message)).outcome).toBe('verification-failed');
    }
  });
});

describe('the chunks of a message', () => {
  const chunks = (sizes: readonly number[], claims: { totalBytes: number; chunkBytes: number }) => {
    const registry = new MemoryRegistry();
    const layers = sizes.map((size, index) =>
      compressed(chunkTar(Buffer.alloc(size, index + 1), index), 'zstd'),
    );
    return attack(registry, craftMessage(registry, { layers, ...claims, compression: 'zstd' }));
  };

  it('may be shorter than the nominal size, and still land behind each other', async () => {
    const { outcome, payload } = await chunks([3, 4, 2], { totalBytes: 9, chunkBytes: 4 });
    expect(outcome).toBe('received');
    expect([...payload.subarray(0, 10)]).toEqual([1, 1, 1, 2, 2, 2, 2, 3, 3, 0]);
  });

  it.each([
    ['a short last chunk', [4, 4, 1]],
    ['a long last chunk', [4, 4, 3]],
    ['a last chunk that is over the nominal size', [4, 1, 5]],
    ['a long first chunk', [5, 4, 1]],
    ['an empty chunk', [4, 0, 4]],
    ['too much before the last chunk', [4, 4, 4]],
  ])('are refused with %s, never writing more than was claimed', async (_what, sizes) => {
    const { outcome, written } = await chunks(sizes, { totalBytes: 10, chunkBytes: 4 });
    expect(outcome).toBe('protocol');
    expect(written).toBeLessThanOrEqual(10);
  });

  it.each([
    [25, 'received'],
    [26, 'protocol'],
  ])('with a zstd window of 2^%i bytes are %s', async (windowLog, expected) => {
    const registry = new MemoryRegistry();
    const tar = chunkTar(content);
    // One raw block under a header that asks for a window (RFC 8878, sections 3.1.1.1 and 3.1.1.2).
    const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3, 0, 0, 0]);
    header.writeUIntLE((tar.length << 3) | 1, 6, 3);
    const layer = Buffer.concat([header, tar]);
    expect((await attack(registry, claimed(registry, layer, 'zstd'))).outcome).toBe(expected);
  });

  it('cannot keep us busy with empty frames', async () => {
    const registry = new MemoryRegistry();
    const empty = zstdCompressSync(Buffer.alloc(0));
    const after = (frames: number) => {
      const layer = Buffer.concat([
        ...Array<Buffer>(frames).fill(empty),
        compressed(chunkTar(content), 'zstd'),
      ]);
      return attack(registry, claimed(registry, layer, 'zstd'));
    };
    expect((await after(10)).outcome).toBe('received');
    expect(await after(5_000)).toMatchObject(refused);
  });

  it('leave nothing in the folder when one of them is refused', async () => {
    const registry = new MemoryRegistry();
    const layers = [chunkTar(Buffer.alloc(4)), randomBytes(2000)].map((tar) => compressed(tar, 'gzip'));
    const message = craftMessage(registry, { layers, totalBytes: 8, chunkBytes: 4, compression: 'gzip' });
    const folder = await newFolder();
    const receiving = receivePayload(message, registry, {
      folder,
      filename: 'a',
      parallel: 2,
      budget: budget(),
    });
    await expect(receiving).rejects.toMatchObject({ code: 'protocol' });
    expect(await readdir(folder)).toEqual([]);
    expect(registry.fetching).toBe(0);
  });
});
