import type { Digest } from '../../main/base/digest.ts';
import { sha256 } from '../../main/base/hash.ts';
import type { Descriptor } from '../../main/oci/descriptor.ts';
import { chunkLayer } from '../../main/protocol/layers.ts';
import { buildMessageManifest, type MessageFields } from '../../main/protocol/message.ts';

export const someFields: MessageFields = {
  sender: 'alice@example.com',
  recipient: 'bob@example.com',
  createdAt: new Date('2026-11-23T16:14:29Z'),
  ttlSeconds: 604_800,
  messageId: '2affcfba-97f0-4acf-805a-d1c0da993a54',
  filename: 'hello.txt',
  totalBytes: 25,
  chunkBytes: 10,
  compression: 'zstd',
};

export const someDigest: Digest = sha256('some chunk');

export function someLayers(count: number): Descriptor[] {
  return Array.from({ length: count }, (_, index) => chunkLayer(index, someDigest, 100, 'zstd'));
}

/** A manifest as JSON, to be damaged. */
export interface OpenManifest {
  [key: string]: unknown;
  artifactType: string;
  layers: { mediaType: string; annotations?: Record<string, string> }[];
  annotations: Record<string, string>;
}

/** A valid manifest of three chunks, after `damage` has changed it. */
export function damagedMessage(damage: (manifest: OpenManifest) => unknown): Buffer {
  return damagedManifest(buildMessageManifest(someFields, someLayers(3)), damage);
}

export function damagedManifest(bytes: Uint8Array, damage: (manifest: OpenManifest) => unknown): Buffer {
  const manifest = JSON.parse(Buffer.from(bytes).toString('utf8')) as OpenManifest;
  damage(manifest);
  return Buffer.from(JSON.stringify(manifest));
}
