import { gzipSync, zstdCompressSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import type { Compression } from '../../main/protocol/constants.ts';
import { chunkLayer } from '../../main/protocol/layers.ts';
import type { ReceivedMessage } from '../../main/protocol/message.ts';
import { chunkTarBytes, layOutChunkTar } from '../../main/transfer/chunk-tar.ts';
import type { MemoryRegistry } from './memory-registry.ts';
import { messageFor } from './transfers.ts';

export function compressed(tar: Uint8Array, compression: Compression): Buffer {
  return compression === 'zstd' ? zstdCompressSync(tar) : gzipSync(tar);
}

/** The tar that belongs around a chunk. */
export function chunkTar(content: Uint8Array, index = 0): Buffer {
  const tar = Buffer.alloc(chunkTarBytes(content.length));
  layOutChunkTar(tar, index, content.length).set(content);
  return tar;
}

/** A tar with any entries, as another program would write it. */
export async function anyTar(
  ...entries: readonly [header: Partial<Header> & Pick<Header, 'name'>, content?: string][]
): Promise<Buffer> {
  const archive = pack();
  for (const [header, content] of entries) {
    if (content === undefined) archive.entry(header);
    else archive.entry(header, content);
  }
  archive.finalize();
  return buffer(archive);
}

export interface CraftedMessage {
  readonly layers: readonly Uint8Array[];
  readonly totalBytes: number;
  readonly chunkBytes: number;
  readonly compression: Compression;
}

/** A message that claims these sizes, over these layers as they are. */
export function craftMessage(registry: MemoryRegistry, crafted: CraftedMessage): ReceivedMessage {
  const { compression, totalBytes, chunkBytes } = crafted;
  const layers = crafted.layers.map((bytes, index) => {
    const { digest, size } = registry.add(bytes);
    return chunkLayer(index, digest, size, compression);
  });
  return messageFor({ layers, totalBytes, chunkBytes, chunkCount: layers.length }, compression);
}
