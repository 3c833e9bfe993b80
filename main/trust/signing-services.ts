/**
 * The three services that keyless signing asks: Fulcio (certificate: https://github.com/sigstore/fulcio, `fulcio.proto`),
 * Rekor (log: https://github.com/sigstore/rekor, `openapi.yaml`, and its second version at
 * https://github.com/sigstore/rekor-tiles) and a timestamp authority (RFC 3161, asked as
 * https://github.com/sigstore/timestamp-authority has it, `openapi.yaml`). Each is one POST; they go the way of everything
 * else (proxy, authorities), which the clients of the Sigstore libraries cannot. What they answer is proven only when the
 * whole bundle is verified; here it must be an answer at all.
 * Must-fail vectors: test/trust/signing-services.test.ts.
 */
import { TransparencyLogEntry } from '@sigstore/protobuf-specs';
import { z } from 'zod';
import { sha256 } from '../base/hash.ts';
import { readJson } from '../base/json.ts';
import type { Fetch } from '../oci/fetch-through.ts';
import { longestPath } from './bundle.ts';
import { refusedBy, unusableAnswer, type SigningStep } from './keyless-failure.ts';

/** Milliseconds that one service may take: logs answer only when they have taken an entry in, which is seconds. */
const serviceTimeout = 30_000;

export interface ServiceRequest {
  readonly fetch: Fetch;
  /** Of the service; a timestamp authority's may be the whole address, as in a signing configuration. */
  readonly url: URL;
  readonly signal?: AbortSignal | undefined;
}

const certificateSchema = z.object({ chain: z.object({ certificates: z.array(z.string()).min(1) }) });
const certificatesSchema = z.union([
  z.object({ signedCertificateEmbeddedSct: certificateSchema }),
  z.object({ signedCertificateDetachedSct: certificateSchema }),
]);

export interface CertificateRequest {
  /** A secret. */
  readonly identityToken: string;
  /** PEM. */
  readonly publicKey: string;
  /** The signature of that key over the token's subject. */
  readonly proofOfPossession: Uint8Array;
}

/** A certificate (PEM) for whom the token names (Fulcio, `POST /api/v2/signingCert`). */
export async function requestCertificate(
  service: ServiceRequest,
  { identityToken, publicKey, proofOfPossession }: CertificateRequest,
): Promise<string> {
  const answer = await postJson(service, 'certificate', '/api/v2/signingCert', {
    credentials: { oidcIdentityToken: identityToken },
    publicKeyRequest: {
      publicKey: { algorithm: 'ECDSA', content: publicKey },
      proofOfPossession: Buffer.from(proofOfPossession).toString('base64'),
    },
  });
  const given = parsed('certificate', certificatesSchema, await answer.json().catch(() => undefined));
  const { chain } =
    'signedCertificateEmbeddedSct' in given
      ? given.signedCertificateEmbeddedSct
      : given.signedCertificateDetachedSct;
  return chain.certificates[0] ?? '';
}

/** A timestamp (RFC 3161, DER) over `signature`. */
export async function requestTimestamp(service: ServiceRequest, signature: Uint8Array): Promise<Buffer> {
  const path = service.url.pathname === '/' ? '/api/v1/timestamp' : '';
  const artifactHash = hashOf(signature).toString('base64');
  const answer = await postJson(service, 'timestamp', path, { artifactHash, hashAlgorithm: 'sha256' });
  return Buffer.from(await answer.arrayBuffer());
}

const hex = z.string().regex(/^(?:[0-9a-f]{2})+$/);
const count = z.number().int().min(0);
const entrySchema = z.object({
  body: z.base64(),
  integratedTime: count,
  logID: hex,
  logIndex: count,
  verification: z.object({
    inclusionProof: z.object({
      checkpoint: z.string(),
      hashes: z.array(hex).max(longestPath),
      logIndex: count,
      rootHash: hex,
      treeSize: count,
    }),
    signedEntryTimestamp: z.base64(),
  }),
});
const bodySchema = z.object({ kind: z.string(), apiVersion: z.string() });

/** Logs a DSSE envelope (its JSON) with the certificate (PEM) that signed it: Rekor v1, kind `dsse`. */
export async function logEnvelope(
  service: ServiceRequest,
  envelope: string,
  certificate: string,
): Promise<TransparencyLogEntry> {
  const verifiers = [Buffer.from(certificate).toString('base64')];
  const answer = await postJson(service, 'log', '/api/v1/log/entries', {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: { proposedContent: { envelope, verifiers } },
  });
  const entries = parsed(
    'log',
    z.record(z.string(), entrySchema),
    await answer.json().catch(() => undefined),
  );
  const [entry, ...others] = Object.values(entries);
  if (entry === undefined || others.length > 0) throw unusableAnswer('log');
  return transparencyEntry(entry);
}

function transparencyEntry({ verification, ...entry }: z.output<typeof entrySchema>): TransparencyLogEntry {
  const { inclusionProof: proof, signedEntryTimestamp } = verification;
  const canonicalizedBody = Buffer.from(entry.body, 'base64');
  const { kind, apiVersion } = parsed('log', bodySchema, readJson(canonicalizedBody));
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: Buffer.from(entry.logID, 'hex') },
    kindVersion: { kind, version: apiVersion },
    integratedTime: String(entry.integratedTime),
    inclusionPromise: { signedEntryTimestamp: Buffer.from(signedEntryTimestamp, 'base64') },
    inclusionProof: {
      logIndex: String(proof.logIndex),
      rootHash: Buffer.from(proof.rootHash, 'hex'),
      treeSize: String(proof.treeSize),
      hashes: proof.hashes.map((hash) => Buffer.from(hash, 'hex')),
      checkpoint: { envelope: proof.checkpoint },
    },
    canonicalizedBody,
  };
}

/**
 * Logs what was signed by its hash: Rekor v2, `hashedrekord` over the pre-authentication encoding, because verifiers in Go
 * refuse that log's own kind of entry for envelopes.
 */
export async function logSignature(
  service: ServiceRequest,
  { encoded, signature }: { readonly encoded: Uint8Array; readonly signature: Uint8Array },
  certificate: Uint8Array,
): Promise<TransparencyLogEntry> {
  const answer = await postJson(service, 'log', '/api/v2/log/entries', {
    hashedRekordRequestV002: {
      digest: hashOf(encoded).toString('base64'),
      signature: {
        content: Buffer.from(signature).toString('base64'),
        verifier: {
          x509Certificate: { rawBytes: Buffer.from(certificate).toString('base64') },
          keyDetails: 'PKIX_ECDSA_P256_SHA_256',
        },
      },
    },
  });
  const entry = entryIn(await answer.json().catch(() => null));
  if (entry?.logId === undefined || entry.kindVersion === undefined) throw unusableAnswer('log');
  return entry;
}

function entryIn(answer: unknown): TransparencyLogEntry | null {
  try {
    return TransparencyLogEntry.fromJSON(answer);
  } catch {
    // The library expects an answer of the right types, and trips over others.
    return null;
  }
}

async function postJson(
  { fetch, url, signal }: ServiceRequest,
  step: SigningStep,
  path: string,
  body: object,
): Promise<Response> {
  const timeout = AbortSignal.timeout(serviceTimeout);
  const answer = await fetch(`${url.href.replace(/\/+$/, '')}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  });
  if (answer.ok) return answer;
  throw refusedBy(step, answer.status);
}

function parsed<T>(step: SigningStep, schema: z.ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw unusableAnswer(step);
}

function hashOf(bytes: Uint8Array): Buffer {
  return Buffer.from(sha256(bytes).slice('sha256:'.length), 'hex');
}
