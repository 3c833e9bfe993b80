import { type DockerCommsError, toDockerCommsError } from '../../base/errors.ts';
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
 * Fetches and reads the manifests behind `tags`, a few at once, in the order of `tags`: what was read can go before the
 * next ones come, however many there are. One bad message never stops the others (protocol, section 3): it comes as a
 * failure.
 */
export function fetchMessages(
  repository: OciRepository,
  tags: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<Fetched<ReceivedMessage>> {
  return fetchAll(repository, tags, parseMessageManifest, signal);
}

/** The same for receipts. */
export function fetchReceipts(
  repository: OciRepository,
  tags: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<Fetched<Receipt>> {
  return fetchAll(repository, tags, parseReceiptManifest, signal);
}

async function* fetchAll<T>(
  repository: OciRepository,
  tags: readonly string[],
  parse: (bytes: Uint8Array) => T,
  signal?: AbortSignal,
): AsyncGenerator<Fetched<T>> {
  for (let start = 0; start < tags.length; start += manifestsAtOnce) {
    const next = tags.slice(start, start + manifestsAtOnce);
    yield* await Promise.all(next.map((tag) => fetchOne(repository, tag, parse, signal)));
  }
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
 * connection, a lost permission or the page of a hotel's network may be different next time; a manifest that was read
 * and is wrong stays wrong.
 */
function isTransient(error: DockerCommsError, digest: Digest | null): boolean {
  return digest === null && error.detail.digest === undefined && error.code !== 'too-large';
}
