import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  fulcioHandler,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  initializeTSA,
  rekorHandler,
  tsaHandler,
} from '@sigstore/mock';

/** A private instance of Sigstore on loopback: certificate authority, certificate log, Rekor v1, timestamp authority. */
export interface SigstoreServices {
  readonly url: URL;
  /** `trusted_root.json`, as its operator would hand it out. */
  readonly trustedRoot: Buffer;
  /** Paths of what was asked, in order. */
  readonly requests: string[];
  /** Requests for this path fail with 503 from now on; null: none. */
  fail(path: string | null): void;
  stop(): void;
}

/** Who vouches in tokens of `identityToken`. */
export const tokenIssuer = 'https://login.example.com';

/** An OpenID Connect token as an identity provider gives it; the peers do not check its signature. */
export function identityToken(email = 'alice@example.com'): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const claims = { iss: tokenIssuer, sub: email, email, email_verified: true, aud: 'sigstore' };
  const content = `${encode({ alg: 'ES256', typ: 'JWT' })}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(content), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${content}.${signature.toString('base64url')}`;
}

/** What the log calls itself in what it signs; it is served on loopback all the same. */
const logName = 'https://rekor.example';

/** Making the services takes less. */
const secondsAhead = 30;

/**
 * Services that work, until they are stopped; with `failing`, requests for that path answer with that status. `certifiedAgo`:
 * milliseconds by which the certificate authority's clock is behind, so that certificates may have run out when they are used.
 */
export async function startSigstoreServices(
  failing?: { path: string; status: number },
  { certifiedAgo = 0 } = {},
): Promise<SigstoreServices> {
  const keys = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  // One moment for all of them, in whole seconds: the mock writes milliseconds in a form that readers refuse. It is ahead,
  // because the mock's roots begin when they are made, and nothing may be signed before.
  const now = new Date((Math.floor(Date.now() / 1000) + secondsAhead) * 1000);
  const ctLog = await initializeCTLog(keys(), now);
  const authority = await initializeCA(keys(), ctLog, new Date(now.getTime() - certifiedAgo));
  const stamps = await initializeTSA(keys(), now);
  const log = await initializeTLog(logName, keys(), now);
  const handlers = [fulcioHandler(authority), rekorHandler(log), tsaHandler(stamps)];
  const requests: string[] = [];
  let broken = failing;

  const server = createServer((request, response) => {
    void (async () => {
      const path = request.url ?? '';
      requests.push(path);
      const handler = handlers.find((candidate) => path === candidate.path);
      const body = await text(request);
      const answer = path === broken?.path ? null : await handler?.fn(canonicalEntry(body));
      response.writeHead(answer?.statusCode ?? broken?.status ?? 404, {
        'content-type': answer?.contentType ?? 'text/plain',
      });
      response.end(answer?.response);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const start = { start: new Date(Date.now() - 60_000).toISOString() };
  const key = (spki: Uint8Array) => ({
    rawBytes: base64(spki),
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    validFor: start,
  });
  const chain = (...certificates: ArrayBufferView[]) => ({
    subject: { organization: 'example', commonName: 'example' },
    certChain: { certificates: certificates.map((certificate) => ({ rawBytes: base64(certificate) })) },
    validFor: start,
  });
  const logOf = (spki: Uint8Array) => ({
    baseUrl: logName,
    hashAlgorithm: 'SHA2_256',
    publicKey: key(spki),
    logId: { keyId: createHash('sha256').update(spki).digest('base64') },
  });
  const trustedRoot = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [logOf(log.publicKey)],
    ctlogs: [logOf(ctLog.publicKey)],
    certificateAuthorities: [chain(authority.rootCertificate)],
    timestampAuthorities: [chain(stamps.intCertificate, stamps.rootCertificate)],
  };
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    trustedRoot: Buffer.from(JSON.stringify(trustedRoot)),
    requests,
    fail(path) {
      broken = path === null ? undefined : { path, status: 503 };
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function base64(bytes: ArrayBufferView): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

interface Envelope {
  readonly payload: string;
  readonly signatures: readonly { readonly sig: string }[];
}

/** The mock log keeps what was proposed; a real one keeps hashes of the envelope, and readers look for those. */
function canonicalEntry(body: string): string {
  if (!body.includes('proposedContent')) return body;
  const { proposedContent } = (
    JSON.parse(body) as { spec: { proposedContent: { envelope: string; verifiers: [string] } } }
  ).spec;
  const envelope = JSON.parse(proposedContent.envelope) as Envelope;
  const hash = (bytes: string | Buffer) => ({
    algorithm: 'sha256',
    value: createHash('sha256').update(bytes).digest('hex'),
  });
  return JSON.stringify({
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: hash(proposedContent.envelope),
      payloadHash: hash(Buffer.from(envelope.payload, 'base64')),
      signatures: [{ signature: envelope.signatures[0]?.sig, verifier: proposedContent.verifiers[0] }],
    },
  });
}

/** The services as a signing configuration (`signing_config.v0.2.json`). */
export function signingConfigOf({ url }: Pick<SigstoreServices, 'url'>, issuer?: URL): string {
  const service = (address: URL) => ({
    url: address.href,
    majorApiVersion: 1,
    validFor: { start: '2020-01-01T00:00:00Z' },
  });
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service(url)],
    oidcUrls: issuer === undefined ? [] : [service(issuer)],
    rekorTlogUrls: [service(url)],
    tsaUrls: [service(new URL('/api/v1/timestamp', url))],
  });
}
