import { type DockerCommsError, toDockerCommsError } from '../../base/errors.ts';
import type { Digest } from '../../base/digest.ts';
import type { OciRepository } from '../../oci/repository.ts';
import { type ReceivedMessage, parseMessageManifest } from '../../protocol/message.ts';
import { type Receipt, parseReceiptManifest } from '../../protocol/receipt.ts';
import { ManifestWindow } from './manifest-window.ts';

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

/**
 * Fetches and reads the messages behind tags, many at once, and hands them on in the order that is asked for. One bad
 * message never stops the others (protocol, section 3): it comes as a failure.
 */
export function messageWindow(
  repository: OciRepository,
  signal?: AbortSignal,
): ManifestWindow<Fetched<ReceivedMessage>> {
  return windowOf(repository, parseMessageManifest, signal);
}

/** The messages behind `tags`, in this order, each once. */
export function fetchMessages(
  repository: OciRepository,
  tags: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<Fetched<ReceivedMessage>> {
  return messageWindow(repository, signal).take(tags);
}

/** The same for receipts. */
export function fetchReceipts(
  repository: OciRepository,
  tags: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<Fetched<Receipt>> {
  return windowOf(repository, parseReceiptManifest, signal).take(tags);
}

function windowOf<T>(
  repository: OciRepository,
  parse: (bytes: Uint8Array) => T,
  signal?: AbortSignal,
): ManifestWindow<Fetched<T>> {
  const source = {
    fetch: (tag: string, stop: AbortSignal) => fetchOne(repository, tag, parse, stop),
    bytesOf: (fetched: Fetched<T>) => (fetched.kind === 'found' ? fetched.bytes.byteLength : 0),
  };
  return new ManifestWindow(source, signal);
}

async function fetchOne<T>(
  repository: OciRepository,
  tag: string,
  parse: (bytes: Uint8Array) => T,
  signal: AbortSignal,
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
