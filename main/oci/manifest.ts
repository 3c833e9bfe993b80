/**
 * Image manifests (OCI image specification, `manifest.md`).
 * Must-fail vectors: test/oci/manifest.test.ts.
 */
import { z } from 'zod';
import { DockerCommsError } from '../base/errors.ts';
import { KiB, limits } from '../base/limits.ts';
import type { Capabilities } from './capabilities.ts';
import { descriptorSchema, type Descriptor } from './descriptor.ts';
import { ociMediaTypes } from './media-types.ts';

/** An image manifest (OCI image specification, `manifest.md`). */
export interface ImageManifest {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations: Readonly<Record<string, string>>;
}

const manifestTypes: readonly string[] = [ociMediaTypes.imageManifest, ociMediaTypes.dockerManifest];

const imageManifestSchema = z
  .object({
    schemaVersion: z.literal(2),
    mediaType: z
      .string()
      .refine((type) => manifestTypes.includes(type), 'another media type')
      .nullish(),
    artifactType: z.string().max(limits.mediaTypeCharacters).nullish(),
    config: descriptorSchema,
    layers: z.array(descriptorSchema).nullish(),
    subject: descriptorSchema.nullish(),
    annotations: z.record(z.string(), z.string()).nullish(),
    // A document that is a manifest to one reader and an index to another is an attack (CVE-2021-41190).
    manifests: z.undefined({ error: 'carries manifests' }).optional(),
  })
  .transform(({ mediaType, artifactType, config, layers, subject, annotations }): ImageManifest => ({
    schemaVersion: 2,
    config,
    layers: layers ?? [],
    annotations: annotations ?? {},
    ...(typeof mediaType === 'string' && { mediaType }),
    ...(typeof artifactType === 'string' && { artifactType }),
    ...(subject !== null && subject !== undefined && { subject }),
  }));

/**
 * The image manifest in `bytes`. Tolerant where writers differ (absent, null or empty `layers`, no `mediaType`);
 * refuses documents that carry `manifests`. Throws `protocol`.
 */
export function parseImageManifest(bytes: Uint8Array): ImageManifest {
  const result = imageManifestSchema.safeParse(parseJsonBytes(bytes));
  if (result.success) return result.data;
  throw new DockerCommsError('protocol', 'This is not an OCI image manifest.', {
    detail: describeIssue(result.error),
    cause: result.error,
  });
}

/** The JSON document in `bytes`, which must be valid UTF-8. Throws `protocol`. */
export function parseJsonBytes(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new DockerCommsError('protocol', 'This is not a JSON document.', { cause });
  }
}

/** The place and kind of the first thing wrong, in the schema's words: never the other side's content. */
function describeIssue(error: z.ZodError): Record<string, string> {
  const issue = error.issues[0];
  return issue === undefined
    ? {}
    : { field: issue.path.join('.').slice(0, limits.detailCharacters), problem: issue.code };
}

const typeHintSchema = z.object({
  mediaType: z.string().min(1).max(limits.mediaTypeCharacters).nullish(),
  manifests: z.unknown().optional(),
});

/**
 * The media type that a manifest's own bytes claim; where they say nothing, what their shape means. The HTTP header is
 * never asked: it can be changed without changing the digest. Throws `protocol`.
 */
export function mediaTypeOfManifest(bytes: Uint8Array): string {
  const document = typeHintSchema.safeParse(parseJsonBytes(bytes));
  if (!document.success) {
    throw new DockerCommsError('protocol', 'This is not a manifest.', { cause: document.error });
  }
  const { mediaType, manifests } = document.data;
  return mediaType ?? (manifests === undefined ? ociMediaTypes.imageManifest : ociMediaTypes.imageIndex);
}

const shapeSchema = z.object({ artifactType: z.unknown().optional(), layers: z.unknown().optional() });
/** Manifests over this many bytes teach nothing that small ones do not. */
const longestLesson = 64 * KiB;

/** What a registry shows by taking this manifest of ours. */
export function learnFromManifest(capabilities: Capabilities, bytes: Uint8Array): void {
  if (bytes.byteLength > longestLesson) return;
  if (capabilities.has('artifact-types') && capabilities.has('empty-layers')) return;
  const shape = shapeSchema.safeParse(parseJsonBytes(bytes)).data;
  if (typeof shape?.artifactType === 'string' && shape.artifactType !== '')
    capabilities.learn('artifact-types', true);
  if (Array.isArray(shape?.layers) && shape.layers.length === 0) capabilities.learn('empty-layers', true);
}
