import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { splitDigest, type Digest } from '../../main/base/digest.ts';
import { descriptorSchema, type Descriptor } from '../../main/oci/descriptor.ts';
import { parseImageManifest } from '../../main/oci/manifest.ts';
import type { OciRepository } from '../../main/oci/repository.ts';

/** An OCI image layout that the reference wrote: nine messages and three receipts. */
export const referenceLayoutFolder = join(import.meta.dirname, '..', 'fixtures', 'reference-layout');

/** A tagged manifest of the layout. */
export interface LayoutEntry {
  readonly tag: string;
  readonly descriptor: Descriptor;
  /** As the reference wrote them. */
  readonly bytes: Uint8Array;
}

const indexSchema = z.object({ manifests: z.array(descriptorSchema) });
const refName = 'org.opencontainers.image.ref.name';

/** Every tagged manifest of the layout (OCI image specification, `image-layout.md`). */
export async function readReferenceLayout(
  folder: string = referenceLayoutFolder,
): Promise<readonly LayoutEntry[]> {
  const index = indexSchema.parse(JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')));
  return Promise.all(
    index.manifests.map(async (descriptor) => ({
      tag: descriptor.annotations?.[refName] ?? '',
      descriptor,
      bytes: await readLayoutBlob(descriptor.digest, folder),
    })),
  );
}

/** One blob or manifest of the layout. */
export function readLayoutBlob(digest: Digest, folder: string = referenceLayoutFolder): Promise<Buffer> {
  const { algorithm, hex } = splitDigest(digest);
  return readFile(join(folder, 'blobs', algorithm, hex));
}

/** Puts the layout into a registry, bytes unchanged, under its tags: blobs, then manifests. */
export async function loadReferenceLayout(
  repository: OciRepository,
  folder: string = referenceLayoutFolder,
): Promise<readonly LayoutEntry[]> {
  const entries = await readReferenceLayout(folder);
  for (const { tag, bytes } of entries) {
    const { config, layers } = parseImageManifest(bytes);
    for (const blob of [config, ...layers]) {
      if (await repository.exists(blob.digest)) continue;
      await repository.pushBlob(await readLayoutBlob(blob.digest, folder), blob);
    }
    await repository.pushManifest(bytes, { tag });
  }
  return entries;
}
