import { createHash, webcrypto } from 'node:crypto';
import type { Digest } from './digest.ts';

/** SHA-256 of something small (up to about 1 MiB), on this thread. */
export function sha256(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** SHA-256 of something large, in the thread pool: the event loop stays free. */
export async function sha256InPool(bytes: Uint8Array<ArrayBuffer>): Promise<Digest> {
  const hash = await webcrypto.subtle.digest('SHA-256', bytes);
  return `sha256:${Buffer.from(hash).toString('hex')}`;
}
