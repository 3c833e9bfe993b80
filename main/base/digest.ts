/**
 * Digests (OCI image specification, `descriptor.md`, "Digests"), mostly from registries and strangers.
 * Must-fail vectors: test/base/digest.test.ts.
 */
import { DockerCommsError } from './errors.ts';
import { limits } from './limits.ts';

/** `algorithm:hex` as in the OCI image specification, "Digests". Only registered algorithms are made here. */
export type Digest = `sha256:${string}` | `sha512:${string}`;

const digestPattern = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** True when `text` is a digest with a registered algorithm and lower-case hex of the right length. */
export function isDigest(text: string): text is Digest {
  return digestPattern.test(text);
}

/** The digest that `text` is. Throws `protocol` otherwise. */
export function parseDigest(text: string): Digest {
  if (!isDigest(text)) {
    throw new DockerCommsError('protocol', 'This is not a digest.', {
      detail: { digest: text.slice(0, limits.detailCharacters) },
    });
  }
  return text;
}

/** The algorithm's name as Node's and the Web's crypto know it, and the hex part. */
export function splitDigest(digest: Digest): {
  readonly algorithm: 'sha256' | 'sha512';
  readonly hex: string;
} {
  const colon = digest.indexOf(':');
  return { algorithm: digest.startsWith('sha512:') ? 'sha512' : 'sha256', hex: digest.slice(colon + 1) };
}
