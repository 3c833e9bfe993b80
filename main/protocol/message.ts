/**
 * The message artifact (protocol, sections 1, 2, 3 and 5): building its manifest and reading somebody else's.
 * Must-fail vectors: test/protocol/message.test.ts.
 */
import { z } from 'zod';
import { DockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { parseImageManifest } from '../oci/manifest.ts';
import * as read from './annotations.ts';
import { annotationNames as names, artifactTypes, compressions, type Compression } from './constants.ts';
import { parseIdentity } from './identity.ts';
import { readChunkLayers, type ChunkLayer } from './layers.ts';
import { manifestBytes } from './manifest-bytes.ts';
import { parseUuid } from './uuid.ts';

/** Characters of a name that is read: what path names have at most on the systems we know; it is cut later. */
const longestNameRead = 4096;

/** Files (and their text) that were sent together. */
export interface Batch {
  /** UUID. */
  readonly id: string;
  /** 0-based, smaller than `count`. */
  readonly index: number;
  readonly count: number;
}

export interface MessageFields {
  readonly sender: string;
  readonly recipient: string;
  /** Written in whole seconds, UTC. */
  readonly createdAt: Date;
  readonly ttlSeconds: number;
  /** UUID. */
  readonly messageId: string;
  /** Base name of the file. */
  readonly filename: string;
  /** Bytes of the file, before compression. */
  readonly totalBytes: number;
  /** Nominal bytes of a chunk; the file's size is written where that is smaller, as the reference does. */
  readonly chunkBytes: number;
  readonly compression: Compression;
  /** 0 to 999, within the second of `createdAt` (protocol, section 5). */
  readonly createdAtMilliseconds?: number;
  /** Media type of the payload. */
  readonly contentType?: string;
  readonly batch?: Batch;
  /** Message id (UUID). */
  readonly inReplyTo?: string;
  /** Repository where the sender is written to. */
  readonly mailbox?: string;
  /** SHA-256 (hex) of a signing key of the addressee: nobody can hand the message on to a namesake. */
  readonly recipientKey?: string;
}

/**
 * The manifest's bytes. `layers` come from `chunkLayer`, in order. Throws `invalid` for an identity, id, name or number
 * that cannot stand in a message, `too-large` for more than `limits.chunks` or a manifest over `limits.manifestPushBytes`.
 */
export function buildMessageManifest(fields: MessageFields, layers: readonly Descriptor[]): Uint8Array {
  if (layers.length > limits.chunks) {
    throw new DockerCommsError(
      'too-large',
      `This file has more than ${limits.chunks.toLocaleString('en')} parts.`,
      {
        detail: { chunks: layers.length },
      },
    );
  }
  const annotations = { ...coreAnnotations(fields, layers.length), ...extensionAnnotations(fields) };
  return manifestBytes({ artifactType: artifactTypes.message, layers, annotations });
}

function coreAnnotations(fields: MessageFields, chunkCount: number): Record<string, string> {
  return {
    ...read.commonAnnotations,
    [names.sender]: parseIdentity(fields.sender),
    [names.recipient]: parseIdentity(fields.recipient),
    [names.createdAt]: read.formatTimestamp(fields.createdAt),
    [names.ttlSeconds]: read.formatDecimal(fields.ttlSeconds),
    [names.messageId]: parseUuid(fields.messageId),
    [names.filename]: baseName(fields.filename),
    [names.totalBytes]: read.formatDecimal(fields.totalBytes),
    [names.chunkBytes]: read.formatDecimal(Math.min(fields.chunkBytes, fields.totalBytes)),
    [names.chunkCount]: read.formatDecimal(chunkCount),
    [names.compression]: fields.compression,
  };
}

function extensionAnnotations(fields: MessageFields) {
  const { createdAtMilliseconds, contentType, batch, inReplyTo, mailbox, recipientKey } = fields;
  return {
    ...(createdAtMilliseconds === undefined
      ? {}
      : { [names.createdAtMilliseconds]: read.formatDecimal(createdAtMilliseconds) }),
    ...(contentType === undefined ? {} : { [names.contentType]: contentType }),
    ...(batch === undefined ? {} : batchAnnotations(batch)),
    ...(inReplyTo === undefined ? {} : { [names.inReplyTo]: parseUuid(inReplyTo) }),
    ...(mailbox === undefined ? {} : { [names.mailbox]: mailbox }),
    ...(recipientKey === undefined ? {} : { [names.recipientKey]: keyFingerprint(recipientKey) }),
  };
}

function keyFingerprint(text: string): string {
  if (fingerprintPattern.test(text)) return text;
  throw new DockerCommsError('invalid', 'This is not the fingerprint of a key.');
}

function batchAnnotations({ id, index, count }: Batch): Record<string, string> {
  return {
    [names.batchId]: parseUuid(id),
    [names.batchIndex]: read.formatDecimal(index),
    [names.batchCount]: read.formatDecimal(count),
  };
}

function baseName(name: string): string {
  if (name !== '' && !/[/\0]/.test(name) && name.isWellFormed()) return name;
  throw new DockerCommsError('invalid', 'This is not the name of a file.');
}

/** A message as its manifest tells it. Nothing here is proven: sender and times are claims until a signature says so. */
export interface ReceivedMessage {
  readonly sender: string;
  readonly recipient: string;
  readonly createdAt: Date;
  readonly ttlSeconds: number;
  /** UUID, lower case. */
  readonly messageId: string;
  /** As the sender wrote it: `safeFileName` before it touches a disk or a window. */
  readonly filename: string;
  readonly totalBytes: number;
  /** No chunk holds more than this. */
  readonly chunkBytes: number;
  readonly chunkCount: number;
  readonly compression: Compression;
  /** In the order of their indices. */
  readonly layers: readonly ChunkLayer[];
  /** 0 to 999: `createdAt` has whole seconds only. */
  readonly createdAtMilliseconds?: number;
  readonly contentType?: string;
  readonly batch?: Batch;
  readonly inReplyTo?: string;
  /** Believed only once signed by the sender (protocol, section 4). */
  readonly mailbox?: string;
  /** SHA-256 (hex) of the key that the message is for (protocol, section 5). */
  readonly recipientKey?: string;
}

const coreSchema = z.object({
  [names.version]: read.version,
  [names.sender]: read.identity,
  [names.recipient]: read.identity,
  [names.createdAt]: read.timestamp,
  [names.ttlSeconds]: read.decimal,
  [names.messageId]: read.uuid,
  [names.filename]: z.string().max(longestNameRead),
  [names.totalBytes]: read.decimal,
  [names.chunkBytes]: read.decimal,
  [names.chunkCount]: read.decimal,
  [names.compression]: z.enum(compressions),
});

/** SHA-256, lower-case hex. */
const fingerprintPattern = /^[0-9a-f]{64}$/;

/** Extensions are hints: one that is malformed is as if it were not there, so it can never hide a message. */
const extensionSchema = z.object({
  [names.createdAtMilliseconds]: read.decimal
    .refine((value) => value < 1000)
    .optional()
    .catch(undefined),
  [names.contentType]: z.string().min(1).max(limits.mediaTypeCharacters).optional().catch(undefined),
  [names.inReplyTo]: read.uuid.optional().catch(undefined),
  [names.mailbox]: z.string().min(1).max(limits.repositoryCharacters).optional().catch(undefined),
  [names.recipientKey]: z.string().regex(fingerprintPattern).optional().catch(undefined),
});

const batchSchema = z
  .object({ [names.batchId]: read.uuid, [names.batchIndex]: read.decimal, [names.batchCount]: read.decimal })
  .transform((batch) => ({
    id: batch[names.batchId],
    index: batch[names.batchIndex],
    count: batch[names.batchCount],
  }))
  .refine(({ index, count }) => index < count && count <= limits.chunks);

/**
 * Reads a message's manifest by every rule of the protocol's section 3 that can be decided without its layers: type,
 * annotations, canonical dense indices, counts and sums that can fit. Throws `protocol` otherwise.
 */
export function parseMessageManifest(bytes: Uint8Array): ReceivedMessage {
  const manifest = parseImageManifest(bytes);
  if (manifest.artifactType !== artifactTypes.message) {
    throw new DockerCommsError('protocol', 'This is not a message.');
  }
  const core = read.readAnnotations(coreSchema, manifest.annotations);
  const sizes = checkedSizes({
    totalBytes: core[names.totalBytes],
    chunkBytes: core[names.chunkBytes],
    chunkCount: core[names.chunkCount],
  });
  const compression = core[names.compression];
  return {
    sender: core[names.sender],
    recipient: core[names.recipient],
    createdAt: core[names.createdAt],
    ttlSeconds: core[names.ttlSeconds],
    messageId: core[names.messageId],
    filename: core[names.filename],
    ...sizes,
    compression,
    layers: readChunkLayers(manifest.layers, sizes.chunkCount, compression),
    ...readExtensions(manifest.annotations),
  };
}

interface Sizes {
  readonly totalBytes: number;
  readonly chunkBytes: number;
  readonly chunkCount: number;
}

/** Chunks hold 1 to `chunkBytes` bytes each, so these sums are impossible: too few, too many, or any for no bytes. */
function checkedSizes(sizes: Sizes): Sizes {
  const { totalBytes, chunkBytes, chunkCount } = sizes;
  const impossible =
    chunkCount > limits.chunks || chunkCount > totalBytes || chunkCount * chunkBytes < totalBytes;
  if (impossible) {
    throw new DockerCommsError('protocol', 'The sizes in this message do not fit together.', {
      detail: { totalBytes, chunkBytes, chunkCount },
    });
  }
  return sizes;
}

function readExtensions(
  annotations: Readonly<Record<string, string>>,
): Pick<
  ReceivedMessage,
  'createdAtMilliseconds' | 'contentType' | 'batch' | 'inReplyTo' | 'mailbox' | 'recipientKey'
> {
  const extensions = read.readAnnotations(extensionSchema, annotations);
  const createdAtMilliseconds = extensions[names.createdAtMilliseconds];
  const contentType = extensions[names.contentType];
  const inReplyTo = extensions[names.inReplyTo];
  const mailbox = extensions[names.mailbox];
  const recipientKey = extensions[names.recipientKey];
  const batch = batchSchema.safeParse(annotations);
  return {
    ...(createdAtMilliseconds === undefined ? {} : { createdAtMilliseconds }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(batch.success ? { batch: batch.data } : {}),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(mailbox === undefined ? {} : { mailbox }),
    ...(recipientKey === undefined ? {} : { recipientKey }),
  };
}

/** When the message says it was written, in milliseconds since 1970; whole seconds where it says no more. */
export function writtenAt({ createdAt, createdAtMilliseconds = 0 }: ReceivedMessage): number {
  return createdAt.getTime() + createdAtMilliseconds;
}
