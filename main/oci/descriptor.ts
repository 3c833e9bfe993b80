/**
 * Descriptors (OCI image specification, `descriptor.md`).
 * Must-fail vectors: test/oci/manifest.test.ts.
 */
import { z } from 'zod';
import { isDigest, type Digest } from '../base/digest.ts';
import { limits } from '../base/limits.ts';
import { ociMediaTypes } from './media-types.ts';

/** A content descriptor (OCI image specification, `descriptor.md`): what a blob or manifest is, and how to check it. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  /** The content itself, base64. Believed only after its size and digest were checked. */
  readonly data?: string;
}

/** Content of the empty config: `{}`. */
export const emptyConfigBytes: Uint8Array = new Uint8Array([0x7b, 0x7d]);

/** The empty descriptor (OCI image specification, `manifest.md`, "Guidance for an Empty Descriptor"). */
export const emptyConfig: Descriptor = {
  mediaType: ociMediaTypes.emptyJson,
  digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  size: 2,
};

/** An absent or null field reads as left out: Go writers emit both. */
const absentWhenNull = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined);

/** A descriptor that a stranger wrote. Unknown fields are dropped, sizes must be exact integers. */
export const descriptorSchema = z
  .object({
    mediaType: z.string().min(1).max(limits.mediaTypeCharacters),
    digest: z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'not a digest'),
    size: z.number().int().nonnegative(),
    annotations: absentWhenNull(z.record(z.string(), z.string())),
    artifactType: absentWhenNull(z.string().max(limits.mediaTypeCharacters)),
    data: absentWhenNull(z.string()),
  })
  .transform(({ mediaType, digest, size, annotations, artifactType, data }): Descriptor => ({
    mediaType,
    digest,
    size,
    ...(annotations !== undefined && { annotations }),
    ...(artifactType !== undefined && artifactType !== '' && { artifactType }),
    ...(data !== undefined && { data }),
  }));
