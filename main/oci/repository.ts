import type { Readable } from 'node:stream';
import { systemClock } from '../base/clock.ts';
import { isDigest, type Digest } from '../base/digest.ts';
import { DockerCommsError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { limits } from '../base/limits.ts';
import { Authorization } from './authorization.ts';
import type { BlobPlaces } from './blob-places.ts';
import { Capabilities } from './capabilities.ts';
import { Connections } from './connections.ts';
import type { Credentials } from './credentials.ts';
import { deleteBlob, deleteManifest } from './deletion.ts';
import { emptyConfig, emptyConfigBytes, type Descriptor } from './descriptor.ts';
import { Exchange, type RegistryRequest } from './exchange.ts';
import { looksLikeHtml, notARegistry, requestDetail } from './failures.ts';
import { isTag, listTags } from './listing.ts';
import { ManifestReading } from './manifest-reading.ts';
import { learnFromManifest, mediaTypeOfManifest } from './manifest.ts';
import { acceptedManifestTypes } from './media-types.ts';
import type {
  FetchedManifest,
  FetchWholeOptions,
  OciRepositoryOptions,
  PushBlobOptions,
  PushManifestOptions,
  ReferrersOptions,
  SignalOption,
  TagsOptions,
} from './options.ts';
import { BlobUploads } from './push-blob.ts';
import { registryUrl, type RepositoryReference } from './reference.ts';
import { hasReferrersApi, listReferrers } from './referrers.ts';
import { bodyPieces, discardBody, headerOf, readBody, type WireAnswer } from './transport.ts';
import { verifiedStream, verifiedWhole, wrongContent, type ExpectedContent } from './verified.ts';

export type {
  Credentials,
  ExpectedContent,
  FetchedManifest,
  FetchWholeOptions,
  OciRepositoryOptions,
  PushBlobOptions,
  PushManifestOptions,
  ReferrersOptions,
  SignalOption,
  TagsOptions,
};

/**
 * A client for one repository (OCI distribution specification 1.1). Nothing that it hands out was believed because a
 * header said so: content is checked against digest and size, media types are read from the bytes.
 *
 * Every method fails with a `DockerCommsError`, its `detail` naming method, URL (without query), status and the
 * registry's error codes: `network` (no answer, or 5xx), `auth` (with `reason`: `login-required`, `login-refused` or
 * `not-permitted`), `rate-limited` (with `retryAfterMs` where the registry says so), `not-found`, `too-large`,
 * `conflict`, `unsupported`, `protocol` (no registry, or one that breaks the rules), `verification-failed`,
 * `cancelled`. What fails in passing, also in the middle of a body, is tried up to four times first, and content that
 * does not fit its digest three times; a blob that is read as a stream only until it begins.
 */
export class OciRepository {
  readonly reference: RepositoryReference;
  /** What this repository's registry was seen to do. */
  readonly capabilities: Capabilities;
  /** Where it is served: another host than the reference's for Docker Hub. */
  readonly registry: URL;
  /** `/v2/<name>/`. */
  readonly #base: URL;
  readonly #exchange: Exchange;
  readonly #uploads: BlobUploads;
  readonly #places: BlobPlaces | undefined;
  readonly #ownConnections: Connections | null;
  #emptyConfig: Promise<Descriptor> | null = null;

  constructor(reference: RepositoryReference, options: OciRepositoryOptions = {}) {
    const { credentials = nobody, userAgent = 'DockerComms', clock = systemClock } = options;
    const connections = options.connections ?? new Connections({ clock });
    this.reference = reference;
    this.capabilities = new Capabilities(clock, options.capabilities);
    this.#uploads = new BlobUploads(this.capabilities);
    this.#places = options.places;
    this.registry = registryUrl(reference, connections.network.usesPlainHttp(reference.host));
    this.#base = new URL(`v2/${reference.path}/`, this.registry);
    this.#ownConnections = options.connections === undefined ? connections : null;
    const shared = { registry: this.registry, connections, clock, userAgent };
    const authorization = new Authorization({ ...shared, path: reference.path, credentials });
    this.#exchange = new Exchange({ ...shared, authorization });
  }

  /**
   * Whether a registry answers here and takes the login ("Determining Support"). Tried once, because a person waits.
   * Fails `network`, `auth`, or `protocol` when something else answers.
   */
  async ping(signal?: AbortSignal): Promise<void> {
    const url = new URL('v2/', this.registry);
    const answer = await this.#exchange.once({
      method: 'GET',
      url,
      access: 'none',
      accept: [200, 404],
      signal,
    });
    const body = await readBody(answer, limits.listingPageBytes);
    if (answer.status !== 200 || !isPingAnswer(answer, body)) throw notARegistry(answer, answer.status);
  }

  /** Puts the empty config `{}` there, once. Its descriptor. */
  async ensureEmptyConfig(signal?: AbortSignal): Promise<Descriptor> {
    this.#emptyConfig ??= this.#pushEmptyConfig(signal);
    try {
      return await this.#emptyConfig;
    } catch (error) {
      this.#emptyConfig = null;
      throw error;
    }
  }

  async #pushEmptyConfig(signal: AbortSignal | undefined): Promise<Descriptor> {
    if (!(await this.exists(emptyConfig.digest, signal))) {
      await this.pushBlob(emptyConfigBytes, emptyConfig, { signal });
    }
    return emptyConfig;
  }

  /** Whether the registry says that it has this blob. */
  async exists(digest: Digest, signal?: AbortSignal): Promise<boolean> {
    const answer = await this.#exchange.send({
      method: 'HEAD',
      url: this.#url(`blobs/${digest}`),
      access: 'pull',
      accept: [200, 404],
      signal,
    });
    await discardBody(answer);
    if (answer.status === 200) this.#places?.note(this.reference, digest);
    return answer.status === 200;
  }

  /**
   * A blob as a stream that is verified while it flows: it errors `verification-failed` before its end event when
   * size or digest differ, `network` when it is cut. Destroy it to stop early.
   */
  async fetchBlob(content: ExpectedContent, { signal }: SignalOption = {}): Promise<Readable> {
    const answer = await this.#exchange.retrying(() => this.#blobAnswer(content, signal), signal);
    const stream = verifiedStream(bodyPieces(answer), content, requestDetail(answer));
    // A stream that is given up before its first piece has not begun to read the body, so it would not let go of it.
    return stream.once('close', () => answer.body.destroy());
  }

  /** A blob of moderate size in one block of memory, verified. `onBytes` is told of the bytes as they arrive. */
  async fetchWholeBlob(
    content: ExpectedContent,
    { signal, onBytes }: FetchWholeOptions = {},
  ): Promise<Buffer<ArrayBuffer>> {
    return this.#exchange.retrying(async () => {
      const answer = await this.#blobAnswer(content, signal);
      let told = 0;
      const tell = (bytes: number): void => {
        told += bytes;
        onBytes?.(bytes);
      };
      try {
        return await verifiedWhole(bodyPieces(answer), content, requestDetail(answer), tell);
      } catch (error) {
        tell(-told);
        throw error;
      }
    }, signal);
  }

  async #blobAnswer(content: ExpectedContent, signal: AbortSignal | undefined): Promise<WireAnswer> {
    const answer = await this.#exchange.once({
      method: 'GET',
      url: this.#url(`blobs/${content.digest}`),
      access: 'pull',
      accept: [200],
      headers: { accept: '*/*' },
      signal,
    });
    const length = headerOf(answer, 'content-length');
    if (length === undefined || Number(length) === content.size) return answer;
    answer.body.destroy();
    if (looksLikeHtml(headerOf(answer, 'content-type') ?? '')) throw notARegistry(answer, answer.status);
    throw wrongContent(content, { ...requestDetail(answer), problem: 'content-length' });
  }

  /**
   * A manifest by tag or digest ("Pulling manifests"). By digest, the bytes are checked against it; by tag, the digest
   * is the one of the bytes. Fails `not-found`, `verification-failed`, `too-large` over 8 MiB, and `protocol`: with
   * `digest` in its detail where it is the manifest that is wrong, and not somebody else who answered.
   */
  async fetchManifest(reference: string, signal?: AbortSignal): Promise<FetchedManifest> {
    const reading = new ManifestReading(reference);
    const request: RegistryRequest = {
      method: 'GET',
      url: this.#manifestUrl(reference),
      access: 'pull',
      accept: [200],
      headers: { accept: acceptedManifestTypes.join(', ') },
      signal,
    };
    return this.#exchange.retrying(async () => reading.read(await this.#exchange.once(request)), signal);
  }

  /**
   * Puts a blob there ("Pushing blobs"), in the way that fits it and the registry (`push-blob.ts`). `bytes` must not
   * change meanwhile; `content` says their digest and size.
   */
  async pushBlob(bytes: Uint8Array, content: ExpectedContent, options: PushBlobOptions = {}): Promise<void> {
    if (bytes.byteLength !== content.size) {
      throw new DockerCommsError('internal', 'The size of a piece differs from its description.');
    }
    const { onSent, signal, from = this.#places?.beside(this.reference, content.digest) } = options;
    const url = this.#url('blobs/uploads/');
    const { digest } = content;
    const exists = () => this.exists(digest, signal);
    const parts = { exchange: this.#exchange, registry: this.registry, url, bytes, digest };
    await this.#uploads.push({ ...parts, exists, onSent, signal }, from);
    this.#places?.note(this.reference, digest);
  }

  /**
   * Puts a manifest under a tag, or under its digest ("Pushing Manifests"). Fails `too-large` over 4 MiB before
   * anything is sent, and `verification-failed` when the registry says it stored something else.
   */
  async pushManifest(bytes: Uint8Array, options: PushManifestOptions = {}): Promise<Descriptor> {
    if (bytes.byteLength > limits.manifestPushBytes) {
      throw new DockerCommsError(
        'too-large',
        'The description of this message is larger than registries accept.',
        {
          detail: { bytes: bytes.byteLength, limit: limits.manifestPushBytes },
        },
      );
    }
    const digest = sha256(bytes);
    const mediaType = mediaTypeOfManifest(bytes);
    const stored = { mediaType, digest, size: bytes.byteLength };
    const request: RegistryRequest = {
      method: 'PUT',
      url: this.#manifestUrl(options.tag ?? digest),
      access: 'push',
      accept: [201],
      headers: { 'content-type': mediaType },
      body: () => bytes,
      signal: options.signal,
    };
    await this.#exchange.retrying(() => this.#putManifest(request, stored), options.signal);
    learnFromManifest(this.capabilities, bytes);
    return stored;
  }

  async #putManifest(request: RegistryRequest, expected: ExpectedContent): Promise<void> {
    const answer = await this.#exchange.once(request);
    await discardBody(answer);
    const stored = headerOf(answer, 'docker-content-digest');
    if (stored?.startsWith('sha256:') === true && stored !== expected.digest) {
      throw wrongContent(expected, requestDetail(answer));
    }
  }

  /**
   * What the registry says a tag points at, or null when it has no such tag. A claim: fetch the manifest by this
   * digest before believing anything. Costs no pull where pulls are counted.
   */
  async resolve(tag: string, signal?: AbortSignal): Promise<Descriptor | null> {
    const answer = await this.#exchange.send({
      method: 'HEAD',
      url: this.#manifestUrl(tag),
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
    const { digest, mediaType, bytes } = await this.fetchManifest(tag, signal);
    return { digest, mediaType, size: bytes.byteLength };
  }

  /** Points `tag` at the manifest `digest`, which must be there: the same bytes are put again under the tag. */
  async tag(digest: Digest, tag: string, signal?: AbortSignal): Promise<void> {
    const { bytes } = await this.fetchManifest(digest, signal);
    await this.pushManifest(bytes, { tag, signal });
  }

  /**
   * The repository's tags in the registry's order, as they come. A tag may come twice. An unknown repository has
   * none. Fails `protocol` for listings that break the rules, `too-large` for those that do not end.
   */
  tags(options: TagsOptions = {}): AsyncIterable<string> {
    return listTags({
      ...options,
      exchange: this.#exchange,
      registry: this.registry,
      capabilities: this.capabilities,
      url: this.#url('tags/list'),
    });
  }

  /**
   * Manifests whose subject is `subject`, by the referrers API or the fallback tag, each once, filtered here. Claims:
   * check the subject in the manifest itself.
   */
  referrers(subject: Digest, options: ReferrersOptions = {}): AsyncIterable<Descriptor> {
    return listReferrers({ ...options, ...this.#listing(), subject });
  }

  /** Asks whether the registry has the referrers API, unless that is known. */
  async referrersSupported(signal?: AbortSignal): Promise<boolean> {
    const { state } = this.capabilities.report('referrers');
    return state === 'unknown' ? hasReferrersApi({ ...this.#listing(), signal }) : state === 'yes';
  }

  /**
   * Removes a manifest (by digest) or a tag ("Deleting Manifests", "Deleting Tags"). Fails `not-found`, and
   * `unsupported` where the registry does not allow it: many do not for tags.
   */
  async delete(reference: string, signal?: AbortSignal): Promise<void> {
    await deleteManifest(reference, this.#deletion(this.#manifestUrl(reference), signal));
  }

  /** Removes a blob ("Deleting Blobs"). Fails `not-found`, and `unsupported` where that is not for clients to do. */
  async deleteBlob(digest: Digest, signal?: AbortSignal): Promise<void> {
    await deleteBlob(this.#deletion(this.#url(`blobs/${digest}`), signal));
  }

  #deletion(url: URL, signal: AbortSignal | undefined) {
    return { exchange: this.#exchange, capabilities: this.capabilities, url, signal };
  }

  /** Ends what is still running and closes the connections, if they are this repository's own. */
  async close(): Promise<void> {
    await this.#ownConnections?.close();
  }

  #url(path: string): URL {
    return new URL(path, this.#base);
  }

  #manifestUrl(reference: string): URL {
    if (!isDigest(reference) && !isTag(reference)) {
      throw new DockerCommsError('invalid', 'This is neither a tag nor a digest.', {
        detail: { reference: reference.slice(0, 140) },
      });
    }
    return this.#url(`manifests/${reference}`);
  }

  #listing() {
    const { capabilities, registry } = this;
    return { exchange: this.#exchange, registry, repository: this.#base, capabilities };
  }
}

function nobody(): Promise<null> {
  return Promise.resolve(null);
}

/** The descriptor in the headers of a manifest HEAD; null when one is missing or malformed. */
function descriptorInHeaders(answer: WireAnswer): Descriptor | null {
  const digest = headerOf(answer, 'docker-content-digest') ?? '';
  const length = headerOf(answer, 'content-length') ?? '';
  const mediaType = headerOf(answer, 'content-type')?.split(';')[0]?.trim() ?? '';
  if (!isDigest(digest) || !/^\d{1,15}$/.test(length) || mediaType === '') return null;
  return { mediaType, digest, size: Number(length) };
}

/** The header that distribution and its kin send, or at least a body as APIs have: JSON, or none. */
function isPingAnswer(answer: WireAnswer, body: Uint8Array): boolean {
  const type = headerOf(answer, 'content-type') ?? '';
  if (looksLikeHtml(type, body)) return false;
  if (headerOf(answer, 'docker-distribution-api-version') !== undefined) return true;
  return body.byteLength === 0 || /\bjson\b/i.test(type);
}
