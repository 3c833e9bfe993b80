import { dsse } from '@sigstore/core';
import type { Digest } from '../base/digest.ts';
import { writeKeyBundle } from './bundle.ts';
import { signBytes, type SigningKey } from './signing-key.ts';
import { buildStatement, statementPayloadType } from './statement.ts';

/** Whoever can say of a manifest "this is mine": a device's key, or a person who signs in (keyless). */
export interface Signer {
  /**
   * The bytes of a Sigstore bundle v0.3 about the manifest `digest`. A key does it at once; keyless fails `network`
   * or `auth` where its services do.
   */
  sign(digest: Digest, signal?: AbortSignal): Promise<Uint8Array>;
}

/** Signs with a key: no service is asked, nothing is published anywhere. */
export function keySigner(key: SigningKey): Signer {
  return {
    sign(digest) {
      const statement = buildStatement(digest);
      const signature = signBytes(key, preAuthEncoding(statement));
      return Promise.resolve(writeKeyBundle(key.verifying.hint, statement, signature));
    },
  };
}

/** What is really signed of a statement (DSSE protocol, "Signature Definition"). */
export function preAuthEncoding(statement: Buffer): Buffer {
  return dsse.preAuthEncoding(statementPayloadType, statement);
}
