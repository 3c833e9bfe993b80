/**
 * The receipt artifact (protocol, sections 1 and 2). Unsigned v1 receipts are *unconfirmed*, whatever they say.
 * Must-fail vectors: test/protocol/receipt.test.ts.
 */
import { z } from 'zod';
import type { Digest } from '../base/digest.ts';
import { DockerCommsError } from '../base/errors.ts';
import { emptyConfig, type Descriptor } from '../oci/descriptor.ts';
import { parseImageManifest } from '../oci/manifest.ts';
import * as read from './annotations.ts';
import { annotationNames as names, artifactTypes } from './constants.ts';
import { parseIdentity } from './identity.ts';
import { manifestBytes } from './manifest-bytes.ts';

export type ReceiptStatus = 'accepted' | 'rejected';

export interface ReceiptFields {
  /** Digest of the message's manifest. */
  readonly for: Digest;
  readonly status: ReceiptStatus;
  /** Whether the message's signature was verified. */
  readonly verified: boolean;
  /** Why it was rejected. */
  readonly reason?: string;
  /** Who writes the receipt. */
  readonly sender: string;
  /** Who sent the message. */
  readonly recipient: string;
  readonly createdAt: Date;
  readonly ttlSeconds: number;
}

export interface BuildReceiptOptions {
  /** The message's manifest; v1 receipts have none, ours do. */
  readonly subject?: Descriptor;
  /** One layer `{}` (the empty config) for registries that refuse a manifest without layers. */
  readonly emptyLayer?: boolean;
}

/** Characters of a reason: a sentence for a person; a longer one is cut. */
const longestReason = 1024;

/** The manifest's bytes. Throws `invalid` for an identity or a date that cannot stand in a receipt. */
export function buildReceiptManifest(fields: ReceiptFields & BuildReceiptOptions): Uint8Array {
  const { subject, emptyLayer = false } = fields;
  return manifestBytes({
    artifactType: artifactTypes.receipt,
    layers: emptyLayer ? [emptyConfig] : [],
    ...(subject === undefined ? {} : { subject }),
    annotations: receiptAnnotations(fields),
  });
}

function receiptAnnotations(fields: ReceiptFields): Record<string, string> {
  const { reason } = fields;
  return {
    ...read.commonAnnotations,
    [names.receiptFor]: fields.for,
    [names.receiptStatus]: fields.status,
    [names.receiptVerified]: String(fields.verified),
    ...(reason === undefined ? {} : { [names.receiptReason]: reason.slice(0, longestReason).toWellFormed() }),
    [names.sender]: parseIdentity(fields.sender),
    [names.recipient]: parseIdentity(fields.recipient),
    [names.createdAt]: read.formatTimestamp(fields.createdAt),
    [names.ttlSeconds]: read.formatDecimal(fields.ttlSeconds),
  };
}

/** A receipt as its manifest tells it: a claim by whoever could write to the repository. */
export interface Receipt extends ReceiptFields {
  /** The manifest's subject, where it names one: always the same as `for`. */
  readonly subject?: Digest;
}

const receiptSchema = z.object({
  [names.version]: read.version,
  [names.receiptFor]: read.digest,
  [names.receiptStatus]: z.enum(['accepted', 'rejected']),
  [names.receiptVerified]: read.boolean,
  [names.receiptReason]: z
    .string()
    .transform((text) => text.slice(0, longestReason).toWellFormed())
    .optional(),
  [names.sender]: read.identity,
  [names.recipient]: read.identity,
  [names.createdAt]: read.timestamp,
  [names.ttlSeconds]: read.decimal,
});

/** Reads a receipt's manifest. Throws `protocol`, also when its subject is another message than it says it is for. */
export function parseReceiptManifest(bytes: Uint8Array): Receipt {
  const manifest = parseImageManifest(bytes);
  if (manifest.artifactType !== artifactTypes.receipt) {
    throw new DockerCommsError('protocol', 'This is not a receipt.');
  }
  const fields = read.readAnnotations(receiptSchema, manifest.annotations);
  const subject = manifest.subject?.digest;
  if (subject !== undefined && subject !== fields[names.receiptFor]) {
    throw new DockerCommsError('protocol', 'This receipt is attached to another message than it names.');
  }
  const reason = fields[names.receiptReason];
  return {
    for: fields[names.receiptFor],
    status: fields[names.receiptStatus],
    verified: fields[names.receiptVerified],
    ...(reason === undefined ? {} : { reason }),
    sender: fields[names.sender],
    recipient: fields[names.recipient],
    createdAt: fields[names.createdAt],
    ttlSeconds: fields[names.ttlSeconds],
    ...(subject === undefined ? {} : { subject }),
  };
}
