import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseMessageManifest, type ReceivedMessage } from '../../main/protocol/message.ts';
import { fileSource } from '../../main/transfer/payload.ts';
import { receivePayload, receiveToMemory } from '../../main/transfer/receive.ts';
import { sendPayload } from '../../main/transfer/send.ts';
import { readLayoutBlob, readReferenceLayout } from '../peers/reference-layout.ts';
import { MemoryRegistry } from './memory-registry.ts';
import { temporaryFolders } from './temporary-folder.ts';
import { budget, sendOptions } from './transfers.ts';

const inputs = join(import.meta.dirname, '..', 'fixtures', 'reference-inputs');
const newFolder = temporaryFolders();
const messages = (await readReferenceLayout())
  .filter(({ tag }) => tag.startsWith('inbox-'))
  .map(({ tag, bytes }) => ({ tag, message: parseMessageManifest(bytes) }));

async function registryWith(message: ReceivedMessage): Promise<MemoryRegistry> {
  const registry = new MemoryRegistry();
  for (const { digest } of message.layers) registry.add(await readLayoutBlob(digest));
  return registry;
}

function unpack(bytes: Uint8Array, { compression }: ReceivedMessage): Buffer {
  return compression === 'zstd' ? zstdDecompressSync(bytes) : gunzipSync(bytes);
}

describe.each(messages)('the reference’s message $tag', ({ message }) => {
  it('arrives as the file it was made from, under its name', async () => {
    const folder = await newFolder();
    const { path, bytes } = await receivePayload(message, await registryWith(message), {
      folder,
      filename: message.filename,
      parallel: 4,
      budget: budget(),
    });
    const file = await readFile(join(inputs, message.filename));
    expect(path).toBe(join(folder, message.filename));
    expect(bytes).toBe(file.length);
    expect((await readFile(path)).equals(file)).toBe(true);
    await rm(path);
  });

  it('arrives in memory, too', async () => {
    const payload = await receiveToMemory(message, await registryWith(message), { maxBytes: 200_000 });
    expect((await readFile(join(inputs, message.filename))).equals(payload)).toBe(true);
  });

  it('has the tar streams that we write for this file, byte for byte', async () => {
    const registry = new MemoryRegistry();
    const source = await fileSource(join(inputs, message.filename));
    const chunkBytes = message.chunkCount > 1 ? message.chunkBytes : undefined;
    const { layers, ...sizes } = await sendPayload(
      source,
      registry,
      sendOptions({ compression: message.compression, ...(chunkBytes === undefined ? {} : { chunkBytes }) }),
    );
    const { totalBytes, chunkCount } = message;
    expect(sizes).toEqual({ totalBytes, chunkCount, chunkBytes: message.chunkBytes });
    for (const [index, layer] of layers.entries()) {
      const ours = unpack(registry.blobs.get(layer.digest) ?? Buffer.alloc(0), message);
      const theirs = unpack(await readLayoutBlob(message.layers[index]?.digest ?? layer.digest), message);
      expect(ours.equals(theirs)).toBe(true);
    }
  });
});
