/** What a registry serves of a message, with any one byte of it changed: nothing is proven, or nothing comes of it. */
import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../main/base/hash.ts';
import { buildMessageManifest, parseMessageManifest } from '../../main/protocol/message.ts';
import { bytesSource } from '../../main/transfer/payload.ts';
import { receivePayload, receiveToMemory } from '../../main/transfer/receive.ts';
import { sendPayload } from '../../main/transfer/send.ts';
import { findEvidence } from '../../main/trust/evidence.ts';
import { keySigner } from '../../main/trust/signer.ts';
import { createSigningKey } from '../../main/trust/signing-key.ts';
import { subjectOf } from '../../main/trust/verify.ts';
import { someFields } from '../protocol/messages.ts';
import { MemoryPlace } from '../trust/memory-place.ts';
import { MemoryRegistry } from './memory-registry.ts';
import { temporaryFolders } from './temporary-folder.ts';
import { budget, sendOptions } from './transfers.ts';

const newFolder = temporaryFolders();
const key = createSigningKey();
const payload = Buffer.from('forty-eight bytes of words, in chunks of twenty.');

/** Everything that lies on a registry of one signed message of three chunks. */
const { manifest, bundle, blobs, firstChunk } = await (async () => {
  const registry = new MemoryRegistry();
  const options = sendOptions({ chunkBytes: 20 });
  const sent = await sendPayload(bytesSource('words.txt', payload), registry, options);
  const { totalBytes, chunkBytes, layers } = sent;
  const fields = {
    ...someFields,
    filename: 'words.txt',
    totalBytes,
    chunkBytes,
    compression: 'zstd' as const,
  };
  const built = buildMessageManifest(fields, layers);
  const [first] = layers;
  if (first === undefined) throw new Error('There is no chunk.');
  return {
    manifest: built,
    bundle: await keySigner(key).sign(sha256(built)),
    blobs: registry.blobs,
    firstChunk: { digest: first.digest, bytes: registry.blobs.get(first.digest) ?? Buffer.alloc(0) },
  };
})();

interface Served {
  readonly manifest?: Uint8Array;
  readonly bundle?: Uint8Array;
  readonly firstChunk?: Uint8Array;
}

/** What a reader, who believes this one key, has of what is served: verified first, then fetched. */
async function released(served: Served, into?: string): Promise<Uint8Array | string | null> {
  const subject = subjectOf(served.manifest ?? manifest);
  const place = new MemoryPlace();
  // Whoever serves another manifest lays the signature beside it all the same.
  place.attach(subject, served.bundle ?? bundle);
  place.attach(subject, served.bundle ?? bundle, 'tag');
  const { verdict } = await findEvidence(place, subject, { keys: [key.verifying] });
  if (verdict.state !== 'verified') return null;
  const registry = new MemoryRegistry();
  for (const [digest, bytes] of blobs) registry.blobs.set(digest, bytes);
  registry.blobs.set(firstChunk.digest, Buffer.from(served.firstChunk ?? firstChunk.bytes));
  const message = parseMessageManifest(subject.bytes);
  if (into === undefined) return receiveToMemory(message, registry, { maxBytes: 1000 });
  const target = { folder: into, filename: 'words.txt', parallel: 2, budget: budget() };
  return (await receivePayload(message, registry, target)).path;
}

/** `bytes` once for each of their bytes, with that one changed. */
function* eachByteChanged(bytes: Uint8Array): Generator<Buffer> {
  for (let index = 0; index < bytes.byteLength; index += 1) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ (1 + (index % 255));
    yield changed;
  }
}

describe('a signed message', () => {
  it('is released as it is', async () => {
    expect(Buffer.from((await released({})) ?? [])).toEqual(payload);
    expect(await released({}, await newFolder())).toMatch(/words\.txt$/);
  });

  it.each([
    ['manifest', manifest],
    ['bundle', bundle],
    ['firstChunk', firstChunk.bytes],
  ] as const)('with any one byte of its %s changed is never released, not in part', async (part, bytes) => {
    expect(bytes.byteLength).toBeGreaterThan(20);
    const folder = await newFolder();
    const survivors: number[] = [];
    let index = 0;
    for (const changed of eachByteChanged(bytes)) {
      for (const into of [undefined, folder]) {
        const out = await released({ [part]: changed }, into).catch(() => null);
        if (out !== null) survivors.push(index);
      }
      index += 1;
    }
    expect(index).toBe(bytes.byteLength);
    expect(survivors).toEqual([]);
    expect(await readdir(folder, { recursive: true })).toEqual([]);
  });
});
