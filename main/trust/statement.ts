/**
 * What a signature says (protocol, section 6): an in-toto Statement v1 about exactly one manifest.
 * Must-fail vectors: test/trust/attacks.test.ts.
 */
import { z } from 'zod';
import { splitDigest, type Digest } from '../base/digest.ts';
import { DockerCommsError } from '../base/errors.ts';
import { parseJsonBytes } from '../oci/manifest.ts';

/** DSSE payload type of a statement. */
export const statementPayloadType = 'application/vnd.in-toto+json';

const statementType = 'https://in-toto.io/Statement/v1';
const predicateType = 'https://sigstore.dev/cosign/sign/v1';

/** The statement about the manifest `digest`, byte for byte as cosign 3 writes it. */
export function buildStatement(digest: Digest): Buffer {
  return Buffer.from(
    JSON.stringify({
      _type: statementType,
      subject: [{ digest: { sha256: sha256Hex(digest) }, annotations: {} }],
      predicateType,
      predicate: {},
    }),
  );
}

/**
 * Every field, and no others: a statement that says more than "this manifest is mine" was made for another purpose.
 * cosign writes the empty annotations, sigstore-js leaves them out.
 */
const statementSchema = z.strictObject({
  _type: z.literal(statementType),
  subject: z.tuple([
    z.strictObject({
      digest: z.strictObject({ sha256: z.string() }),
      name: z.literal('').optional(),
      annotations: z.strictObject({}).optional(),
    }),
  ]),
  predicateType: z.literal(predicateType),
  predicate: z.strictObject({}),
});

/** Whether `payload` is the statement about the manifest `digest`, and about nothing else. */
export function isStatementAbout(digest: Digest, payload: Uint8Array): boolean {
  const statement = statementSchema.safeParse(readJson(payload));
  return statement.success && statement.data.subject[0].digest.sha256 === sha256Hex(digest);
}

function readJson(payload: Uint8Array): unknown {
  try {
    return parseJsonBytes(payload);
  } catch {
    return undefined;
  }
}

function sha256Hex(digest: Digest): string {
  const { algorithm, hex } = splitDigest(digest);
  if (algorithm === 'sha256') return hex;
  throw new DockerCommsError('unsupported', 'Only SHA-256 digests can be signed.');
}
