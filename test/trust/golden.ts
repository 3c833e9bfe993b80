import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CertificateIdentity, Policy } from '../../main/trust/policy.ts';
import { parseVerifyingKey, type VerifyingKey } from '../../main/trust/signing-key.ts';
import { parseTrustedRoot } from '../../main/trust/trusted-root.ts';
import { subjectOf } from '../../main/trust/verify.ts';

/** A file of test/fixtures/sigstore: one manifest, and bundles over it by others. */
export function golden(path: string): Buffer {
  return readFileSync(join(import.meta.dirname, '../fixtures/sigstore', path));
}

export const goldenSubject = subjectOf(golden('manifest.json'));

/** Whom the certificates of `rekor-v1` and `rekor-v2` name. */
export const goldenAlice: CertificateIdentity = {
  identity: 'https://id.example.org/alice',
  issuer: 'https://dex.example.org',
};

export function goldenKey(name: 'cosign-3.1' | 'p256'): VerifyingKey {
  const key = createPublicKey(golden(`key/${name}.pub`));
  return parseVerifyingKey(key.export({ format: 'der', type: 'spki' }));
}

/** Believes Alice's certificates under the trusted root of one folder. */
export function certificatePolicy(folder: 'rekor-v1' | 'rekor-v2', certificates = [goldenAlice]): Policy {
  return { keys: [], certificates, trustedRoot: parseTrustedRoot(golden(`${folder}/trusted_root.json`)) };
}

/** A golden bundle as JSON, after `damage` has changed it. */
export function damagedBundle(path: string, damage: (bundle: OpenBundle) => void): Buffer {
  const bundle = JSON.parse(golden(path).toString('utf8')) as OpenBundle;
  damage(bundle);
  return Buffer.from(JSON.stringify(bundle));
}

/** A bundle as JSON, to be damaged. */
export interface OpenBundle {
  [key: string]: unknown;
  mediaType: string;
  verificationMaterial: {
    [key: string]: unknown;
    publicKey?: { hint: string };
    certificate?: { rawBytes: string };
    tlogEntries: OpenLogEntry[];
    timestampVerificationData: { rfc3161Timestamps: { signedTimestamp: string }[] };
  };
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string; keyid?: string }[] };
  messageSignature: { messageDigest: { algorithm: string; digest: string }; signature: string };
}

interface OpenLogEntry {
  [key: string]: unknown;
  logIndex: string;
  logId: { keyId: string };
  integratedTime: string;
  inclusionPromise?: { signedEntryTimestamp: string };
  inclusionProof: { rootHash: string; treeSize: string; checkpoint: { envelope: string } };
  canonicalizedBody: string;
}
