import pLimit from 'p-limit';
import { type DockerCommsError, isDockerCommsError, toDockerCommsError } from '../../base/errors.ts';
import type { Digest } from '../../base/digest.ts';
import type { OciRepository } from '../../oci/repository.ts';
import { type ReceivedMessage, parseMessageManifest } from '../../protocol/message.ts';
import { type Receipt, parseReceiptManifest } from '../../protocol/receipt.ts';

/** What one tag turned out to be. `failure` with `transient` true says nothing about the tag: ask again later. */
export type Fetched<T> =
  | {
      readonly kind: 'found';
      readonly tag: string;
      readonly digest: Digest;
      readonly bytes: Uint8Array;
      readonly value: T;
    }
  | {
      readonly kind: 'failure';
      readonly tag: string;
      readonly digest: Digest | null;
      readonly error: DockerCommsError;
      readonly transient: boolean;
    };

/** Manifests asked for at once: hides the round trip without crowding the registry (its own cap is per host). */
const manifestsAtOnce = 8;

/**
 * Fetches and reads the manifests behind `tags`, several at once, in the order of `tags`. One bad message never stops
 * the others (protocol, section 3): it comes back as a failure.
 */
export async function fetchMessages(
  repository: OciRepository,
  tags: readonly string[],
  signal?: AbortSignal,
): Promise<Fetched<ReceivedMessage>[]> {
  return fetchAll(repository, tags, parseMessageManifest, signal);
}

/** The same for receipts. */
export async function fetchReceipts(
  repository: OciRepository,
  tags: readonly string[],
  signal?: AbortSignal,
): Promise<Fetched<Receipt>[]> {
  return fetchAll(repository, tags, parseReceiptManifest, signal);
}

async function fetchAll<T>(
  repository: OciRepository,
  tags: readonly string[],
  parse: (bytes: Uint8Array) => T,
  signal?: AbortSignal,
): Promise<Fetched<T>[]> {
  const limit = pLimit(manifestsAtOnce);
  return Promise.all(tags.map((tag) => limit(() => fetchOne(repository, tag, parse, signal))));
}

async function fetchOne<T>(
  repository: OciRepository,
  tag: string,
  parse: (bytes: Uint8Array) => T,
  signal?: AbortSignal,
): Promise<Fetched<T>> {
  let digest: Digest | null = null;
  try {
    const manifest = await repository.fetchManifest(tag, signal);
    digest = manifest.digest;
    return { kind: 'found', tag, digest, bytes: manifest.bytes, value: parse(manifest.bytes) };
  } catch (thrown) {
    const error = toDockerCommsError(thrown);
    if (error.code === 'cancelled') throw error;
    return { kind: 'failure', tag, digest, error, transient: isTransient(error, digest) };
  }
}

/**
 * Whether a failure is the moment's rather than the message's. A tag that is gone by the time it is asked for, a lost
 * connection or a lost permission may be different next time; a manifest that was read and is wrong stays wrong.
 */
function isTransient(error: DockerCommsError, digest: Digest | null): boolean {
  if (digest !== null) return false;
  return !isDockerCommsError(error, 'protocol') && !isDockerCommsError(error, 'too-large');
}
