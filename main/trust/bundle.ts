/**
 * Reading and writing Sigstore bundles v0.3 (protocol, section 6). What is read was written by a stranger.
 * Must-fail vectors: test/trust/attacks.test.ts.
 */
import { bundleFromJSON, type Bundle } from '@sigstore/bundle';
import { z } from 'zod';
import { DockerCommsError } from '../base/errors.ts';
import { KiB } from '../base/limits.ts';
import { parseJsonBytes } from '../oci/manifest.ts';
import { artifactTypes } from '../protocol/constants.ts';
import { statementPayloadType } from './statement.ts';

/** Bytes of the largest bundle that is looked at (protocol, section 6, "Candidates"). */
export const largestBundleBytes = 64 * KiB;

/** Log entries and timestamps in one bundle: each costs a signature check. */
const mostProofs = 8;

/** Hashes from a leaf to the root of a tree (RFC 6962, section 2.1.1): 64 are enough for any that can be numbered. */
export const longestPath = 64;
/** Characters of the kind of a log's entry, and of its version: `hashedrekord`, `0.0.1`. */
const longestName = 64;
/** Characters of what names a key: a hash in hex or base64 fits. */
const longestHint = 128;

/** Only the one canonical encoding of some bytes: what could be written in two ways could be changed unnoticed. */
const base64 = z
  .string()
  .min(1)
  .refine((text) => Buffer.from(text, 'base64').toString('base64') === text, 'not canonical base64');

/** A 64-bit number in the JSON form of protocol buffers. */
const int64 = z.string().regex(/^(?:0|[1-9][0-9]{0,18})$/);

/** The library takes size and root from the signed checkpoint and never looks at these: they must say the same. */
const inclusionProofSchema = z
  .strictObject({
    logIndex: int64.optional(),
    rootHash: base64,
    treeSize: int64,
    hashes: z.array(base64).max(longestPath).optional(),
    checkpoint: z.strictObject({ envelope: z.string().min(1) }),
  })
  .refine(({ rootHash, treeSize, checkpoint }) => {
    const [, size, root] = checkpoint.envelope.split('\n', 3);
    return size === treeSize && root === rootHash;
  }, 'not what the checkpoint says');

const logEntrySchema = z.strictObject({
  logIndex: int64.optional(),
  logId: z.strictObject({ keyId: base64 }),
  kindVersion: z.strictObject({ kind: z.string().max(longestName), version: z.string().max(longestName) }),
  integratedTime: int64.optional(),
  inclusionPromise: z.strictObject({ signedEntryTimestamp: base64 }).optional(),
  inclusionProof: inclusionProofSchema,
  canonicalizedBody: base64,
});

const proofsSchema = {
  tlogEntries: z.array(logEntrySchema).max(mostProofs).optional(),
  timestampVerificationData: z
    .strictObject({
      rfc3161Timestamps: z
        .array(z.strictObject({ signedTimestamp: base64 }))
        .max(mostProofs)
        .optional(),
    })
    .optional(),
};

const materialSchema = z.union([
  z.strictObject({
    publicKey: z.strictObject({ hint: z.string().min(1).max(longestHint) }),
    ...proofsSchema,
  }),
  z.strictObject({ certificate: z.strictObject({ rawBytes: base64 }), ...proofsSchema }),
]);

const signatureSchema = z.strictObject({ sig: base64, keyid: z.string().max(longestHint).optional() });

/** Strict, because the library is not: exactly one signer, one signature, one meaning for every byte. */
const bundleSchema = z.union([
  z.strictObject({
    mediaType: z.literal(artifactTypes.bundle),
    verificationMaterial: materialSchema,
    dsseEnvelope: z.strictObject({
      payload: base64,
      payloadType: z.literal(statementPayloadType),
      signatures: z.tuple([signatureSchema]),
    }),
  }),
  z.strictObject({
    mediaType: z.literal(artifactTypes.bundle),
    verificationMaterial: materialSchema,
    messageSignature: z.strictObject({
      messageDigest: z.strictObject({ algorithm: z.literal('SHA2_256'), digest: base64 }),
      signature: base64,
    }),
  }),
]);

/** A bundle whose form is right. Nothing in it is proven yet. */
export interface ParsedBundle {
  /** How it names the key that made it; null for a certificate. */
  readonly hint: string | null;
  /** DER; null for a key. */
  readonly certificate: Uint8Array | null;
  /** What it is about: a statement, or the manifest itself by its SHA-256. */
  readonly content:
    | { readonly kind: 'statement'; readonly payload: Uint8Array }
    | { readonly kind: 'manifest'; readonly sha256: string };
  readonly sigstore: Bundle;
}

/** The bundle in `bytes`. Throws `verification-failed` when it has another form, and over 64 KiB. */
export function parseBundle(bytes: Uint8Array): ParsedBundle {
  if (bytes.byteLength > largestBundleBytes) throw malformed();
  try {
    const document = bundleSchema.parse(parseJsonBytes(bytes));
    const { verificationMaterial: material } = document;
    return {
      hint: 'publicKey' in material ? material.publicKey.hint : null,
      certificate: 'certificate' in material ? Buffer.from(material.certificate.rawBytes, 'base64') : null,
      content: contentOf(document),
      sigstore: bundleFromJSON(document),
    };
  } catch (cause) {
    throw malformed(cause);
  }
}

function contentOf(document: z.output<typeof bundleSchema>): ParsedBundle['content'] {
  if ('dsseEnvelope' in document) {
    return { kind: 'statement', payload: Buffer.from(document.dsseEnvelope.payload, 'base64') };
  }
  const { digest } = document.messageSignature.messageDigest;
  return { kind: 'manifest', sha256: Buffer.from(digest, 'base64').toString('hex') };
}

function malformed(cause?: unknown): DockerCommsError {
  return new DockerCommsError('verification-failed', 'A signature of this message cannot be read.', {
    detail: { reason: 'malformed-bundle' },
    cause,
  });
}

/** The bundle of a statement that a key signed, byte for byte as cosign 3 writes it: no `keyid`, no empty fields. */
export function writeKeyBundle(hint: string, statement: Uint8Array, signature: Uint8Array): Buffer {
  return Buffer.from(
    JSON.stringify({
      mediaType: artifactTypes.bundle,
      verificationMaterial: { publicKey: { hint } },
      dsseEnvelope: {
        payload: Buffer.from(statement).toString('base64'),
        payloadType: statementPayloadType,
        signatures: [{ sig: Buffer.from(signature).toString('base64') }],
      },
    }),
  );
}
