/**
 * Chunk layers (protocol, sections 1 and 3): one descriptor for each compressed tar of one chunk.
 * Must-fail vectors: test/protocol/message.test.ts.
 */
import type { Digest } from '../base/digest.ts';
import { DockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { decimal } from './annotations.ts';
import { annotationNames, layerMediaTypes, type Compression } from './constants.ts';

/** The largest payload layer that also travels inside its descriptor (protocol, section 5). */
export const inlineLayerBytes = 16 * 1024;

/** The descriptor of chunk `index` (0-based); `digest` and `size` are those of the compressed bytes. */
export function chunkLayer(
  index: number,
  digest: Digest,
  size: number,
  compression: Compression,
): Descriptor {
  return {
    mediaType: layerMediaTypes[compression],
    digest,
    size,
    annotations: { [annotationNames.chunkIndex]: String(index) },
  };
}

/** What reading a chunk needs of its descriptor. */
export interface ChunkLayer {
  readonly index: number;
  readonly digest: Digest;
  /** Compressed bytes. */
  readonly size: number;
  /** The same bytes in base64 (OCI `data`), not yet checked against digest and size. */
  readonly data?: string;
}

/**
 * The layers in the order of their indices, which must be canonical decimals, dense, unique and `chunkCount` in number,
 * all of the type that belongs to `compression`. Throws `protocol`.
 */
export function readChunkLayers(
  layers: readonly Descriptor[],
  chunkCount: number,
  compression: Compression,
): ChunkLayer[] {
  const chunks = layers.map((layer) => readChunkLayer(layer, compression));
  chunks.sort((a, b) => a.index - b.index);
  if (chunks.length !== chunkCount || chunks.some((chunk, position) => chunk.index !== position)) {
    throw new DockerCommsError('protocol', 'The parts of this message are not numbered from first to last.', {
      detail: { expected: chunkCount, found: chunks.length },
    });
  }
  return chunks;
}

function readChunkLayer(layer: Descriptor, compression: Compression): ChunkLayer {
  const index = decimal.safeParse(layer.annotations?.[annotationNames.chunkIndex]);
  if (!index.success || layer.mediaType !== layerMediaTypes[compression]) {
    throw new DockerCommsError('protocol', 'A part of this message has no number or another type.', {
      detail: { mediaType: layer.mediaType.slice(0, limits.detailCharacters) },
    });
  }
  const { digest, size, data } = layer;
  return { index: index.data, digest, size, ...(data === undefined ? {} : { data }) };
}
