/**
 * A Sigstore instance's trusted root: whose certificates and logs count (`TrustedRoot` v0.1 and v0.2,
 * https://github.com/sigstore/protobuf-specs, `sigstore_trustroot.proto`).
 * Must-fail vectors: "a trusted root" in test/trust/attacks.test.ts.
 */
import { TrustedRoot as TrustedRootMessage } from '@sigstore/protobuf-specs';
import { toTrustMaterial, Verifier } from '@sigstore/verify';
import { z } from 'zod';
import { DockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { parseJsonBytes } from '../oci/manifest.ts';

/** Logs or authorities of one kind: every one that an instance ever had. */
const mostInstances = 64;

/** The authorities and logs that keyless signatures are checked with, and the strict check itself. */
export interface TrustedRoot {
  readonly verifier: Verifier;
}

const some = z.array(z.unknown()).min(1).max(mostInstances);
const trustedRootSchema = z.object({
  mediaType: z
    .string()
    .regex(/^application\/vnd\.dev\.sigstore\.trustedroot(?:\+json;version=0\.1|\.v0\.[12]\+json)$/),
  tlogs: some,
  certificateAuthorities: some,
  ctlogs: some,
  timestampAuthorities: z.array(z.unknown()).max(mostInstances).optional(),
});

/**
 * The trusted root in `bytes` (Sigstore's `trusted_root.json`, from a file, TUF or built in). Throws `invalid` for
 * anything else: without a certificate authority, a certificate log and a transparency log nothing could be strict.
 * Whoever supplies these bytes decides who is believed.
 */
export function parseTrustedRoot(bytes: Uint8Array): TrustedRoot {
  try {
    if (bytes.byteLength > limits.trustDocumentBytes) throw new Error('too large');
    const document = parseJsonBytes(bytes);
    trustedRootSchema.parse(document);
    const material = toTrustMaterial(TrustedRootMessage.fromJSON(document));
    return { verifier: new Verifier(material, strict) };
  } catch (cause) {
    throw new DockerCommsError('invalid', 'This is not a trusted root of Sigstore.', { cause });
  }
}

/** One timestamp, one entry of a certificate log, one of a transparency log: nothing is waived. */
const strict = { timestampThreshold: 1, ctlogThreshold: 1, tlogThreshold: 1 } as const;
