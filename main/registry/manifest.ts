/**
 * What the registry has to know of a pushed manifest (OCI image specification, `manifest.md` and `image-index.md`). The bytes
 * themselves are kept exactly as they came.
 * Must-fail vectors: "manifests" in test/registry/parsers.test.ts, and test/registry/attacks.test.ts.
 */
import { z } from 'zod';
import { isDigest, type Digest } from '../base/digest.ts';
import { limits } from '../base/limits.ts';
import { registryError } from './errors.ts';

const mediaTypePattern = /^application\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/i;

/** Characters of a digest, of any algorithm: SHA-512, the longest in use, has 135 with its name. */
const longestDigest = 255;

const descriptorSchema = z.looseObject({
  mediaType: z.string().min(1).max(limits.mediaTypeCharacters),
  digest: z.string().max(longestDigest),
  size: z.int().nonnegative(),
  urls: z.array(z.string()).nullish(),
});

// Loose: unknown fields are the pusher's business. Null is what Go writes for an empty list.
const manifestSchema = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().nullish(),
  artifactType: z.string().nullish(),
  config: descriptorSchema.nullish(),
  layers: z.array(descriptorSchema).nullish(),
  manifests: z.array(descriptorSchema).nullish(),
  subject: descriptorSchema.nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
});

type Manifest = z.infer<typeof manifestSchema>;

export interface PushedManifest {
  readonly mediaType: string;
  /** Blobs and manifests that must be in the repository before this one. */
  readonly references: readonly string[];
  readonly subject: Digest | null;
  /** As a referrers listing names it: the manifest's own, else its config's media type, else null. */
  readonly artifactType: string | null;
  readonly annotations: Readonly<Record<string, string>> | null;
}

const imageTypes: readonly string[] = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const indexTypes: readonly string[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

/**
 * Reads a manifest or index (image specification 1.1). `contentType` is the request's header, if any. Throws
 * `MANIFEST_INVALID`: no JSON, wrong shape, no or contradicting media types, manifest and index in one document.
 */
export function parsePushedManifest(bytes: Uint8Array, contentType: string | undefined): PushedManifest {
  const manifest = parseShape(bytes);
  const mediaType = decideMediaType(contentType, present(manifest.mediaType));
  refuseAmbiguity(manifest, mediaType);
  return {
    mediaType,
    references: referencesOf(manifest),
    subject: subjectOf(manifest),
    artifactType: present(manifest.artifactType) ?? manifest.config?.mediaType ?? null,
    annotations: manifest.annotations ?? null,
  };
}

function parseShape(bytes: Uint8Array): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw registryError('MANIFEST_INVALID', 'A manifest is a JSON document.', { cause });
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw registryError('MANIFEST_INVALID', `This is not a manifest: look at ${where || 'the document'}.`);
}

function decideMediaType(header: string | undefined, field: string | undefined): string {
  const declared = present(header?.split(';', 1)[0]?.trim());
  const mediaType = declared ?? field ?? '';
  // Only what starts with application/ is ever served back: no page that a browser would run.
  if (!mediaTypePattern.test(mediaType)) {
    throw registryError('MANIFEST_INVALID', 'A manifest needs a media type that begins with application/.');
  }
  if (field !== undefined && field !== mediaType) {
    throw registryError(
      'MANIFEST_INVALID',
      "The manifest's mediaType differs from the request's Content-Type.",
    );
  }
  return mediaType;
}

/** A document that is read as a manifest by one and as an index by another means two things (CVE-2021-41190). */
function refuseAmbiguity(manifest: Manifest, mediaType: string): void {
  const { config, layers, manifests } = manifest;
  const isImage = imageTypes.includes(mediaType);
  const isIndex = indexTypes.includes(mediaType);
  const hasImageParts = (config ?? layers ?? null) !== null;
  const hasIndexParts = (manifests ?? null) !== null;
  if ((isImage && hasIndexParts) || (isIndex && hasImageParts) || (hasImageParts && hasIndexParts)) {
    throw registryError('MANIFEST_INVALID', 'A manifest has layers or manifests, not both.');
  }
  if (isImage && (config ?? null) === null) {
    throw registryError('MANIFEST_INVALID', 'An image manifest has a config.');
  }
}

function referencesOf({ config, layers, manifests }: Manifest): readonly string[] {
  const all = [...(config ? [config] : []), ...(layers ?? []), ...(manifests ?? [])];
  // What is to be had elsewhere (nondistributable layers) need not be here.
  return all.filter(({ urls }) => (urls ?? []).length === 0).map(({ digest }) => digest);
}

function subjectOf({ subject }: Manifest): Digest | null {
  if (subject === null || subject === undefined) return null;
  if (!isDigest(subject.digest)) throw registryError('MANIFEST_INVALID', "The subject's digest is none.");
  return subject.digest;
}

/** Empty means absent to the specifications, as null does to Go. */
function present(text: string | null | undefined): string | undefined {
  return text === null || text === '' ? undefined : text;
}
