import { isDigest } from '../base/digest.ts';
import { DockerCommsError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { limits } from '../base/limits.ts';
import { deleteManifest } from './deletion.ts';
import type { Descriptor } from './descriptor.ts';
import type { RegistryRequest } from './exchange.ts';
import { requestDetail } from './failures.ts';
import { isTag } from './listing.ts';
import { ManifestReading } from './manifest-reading.ts';
import { learnFromManifest, mediaTypeOfManifest } from './manifest.ts';
import { acceptedManifestTypes } from './media-types.ts';
import type { FetchedManifest, PushManifestOptions } from './options.ts';
import type { RepositoryParts } from './repository-parts.ts';
import { discardBody, headerOf, type WireAnswer } from './transport.ts';
import { wrongContent, type ExpectedContent } from './verified.ts';

/** A manifest that a registry took. */
export interface PushedManifest {
  readonly descriptor: Descriptor;
  /** Whether it said that it saw the manifest's subject (`OCI-Subject`). A hint: Docker Hub once said so in vain. */
  readonly sawSubject: boolean;
}

/** The manifests of one repository. What it promises is written at `OciRepository`. */
export class Manifests {
  readonly #parts: RepositoryParts;

  constructor(parts: RepositoryParts) {
    this.#parts = parts;
  }

  async fetch(reference: string, signal: AbortSignal | undefined): Promise<FetchedManifest> {
    const { exchange } = this.#parts;
    const reading = new ManifestReading(reference);
    const request: RegistryRequest = {
      method: 'GET',
      url: this.#url(reference),
      access: 'pull',
      accept: [200],
      headers: { accept: acceptedManifestTypes.join(', ') },
      signal,
    };
    return exchange.retrying(async () => reading.read(await exchange.once(request)), signal);
  }

  async push(bytes: Uint8Array, { tag, signal }: PushManifestOptions): Promise<PushedManifest> {
    if (bytes.byteLength > limits.manifestPushBytes) throw tooLarge(bytes.byteLength);
    const { exchange, capabilities } = this.#parts;
    const digest = sha256(bytes);
    const mediaType = mediaTypeOfManifest(bytes);
    const descriptor = { mediaType, digest, size: bytes.byteLength };
    const request: RegistryRequest = {
      method: 'PUT',
      url: this.#url(tag ?? digest),
      access: 'push',
      accept: [201],
      headers: { 'content-type': mediaType },
      body: () => bytes,
      signal,
    };
    const sawSubject = await exchange.retrying(() => this.#put(request, descriptor), signal);
    learnFromManifest(capabilities, bytes);
    return { descriptor, sawSubject };
  }

  async #put(request: RegistryRequest, expected: ExpectedContent): Promise<boolean> {
    const answer = await this.#parts.exchange.once(request);
    await discardBody(answer);
    const stored = headerOf(answer, 'docker-content-digest');
    if (stored?.startsWith('sha256:') === true && stored !== expected.digest) {
      throw wrongContent(expected, requestDetail(answer));
    }
    return headerOf(answer, 'oci-subject') !== undefined;
  }

  async resolve(tag: string, signal: AbortSignal | undefined): Promise<Descriptor | null> {
    const answer = await this.#parts.exchange.send({
      method: 'HEAD',
      url: this.#url(tag),
      access: 'pull',
      accept: [200, 404],
      headers: { accept: acceptedManifestTypes.join(', ') },
      signal,
    });
    await discardBody(answer);
    if (answer.status === 404) return null;
    return descriptorInHeaders(answer) ?? this.#resolveByFetching(tag, signal);
  }

  /** For registries whose HEAD says too little. */
  async #resolveByFetching(tag: string, signal: AbortSignal | undefined): Promise<Descriptor> {
    const { digest, mediaType, bytes } = await this.fetch(tag, signal);
    return { digest, mediaType, size: bytes.byteLength };
  }

  async delete(reference: string, signal: AbortSignal | undefined): Promise<void> {
    await deleteManifest(reference, { ...this.#parts, url: this.#url(reference), signal });
  }

  #url(reference: string): URL {
    if (!isDigest(reference) && !isTag(reference)) {
      throw new DockerCommsError('invalid', 'This is neither a tag nor a digest.', {
        detail: { reference: reference.slice(0, limits.detailCharacters) },
      });
    }
    return new URL(`manifests/${reference}`, this.#parts.repository);
  }
}

function tooLarge(bytes: number): DockerCommsError {
  const words = 'The description of this message is larger than registries accept.';
  return new DockerCommsError('too-large', words, { detail: { bytes, limit: limits.manifestPushBytes } });
}

/** The descriptor in the headers of a manifest HEAD; null when one is missing or malformed. */
function descriptorInHeaders(answer: WireAnswer): Descriptor | null {
  const digest = headerOf(answer, 'docker-content-digest') ?? '';
  const length = headerOf(answer, 'content-length') ?? '';
  const mediaType = headerOf(answer, 'content-type')?.split(';')[0]?.trim() ?? '';
  if (!isDigest(digest) || !/^\d{1,15}$/.test(length) || mediaType === '') return null;
  return { mediaType, digest, size: Number(length) };
}
