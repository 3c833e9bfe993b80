import type { Readable } from 'node:stream';
import { systemClock } from '../base/clock.ts';
import type { Digest } from '../base/digest.ts';
import { limits } from '../base/limits.ts';
import { Authorization } from './authorization.ts';
import type { BlobPlaces } from './blob-places.ts';
import { Blobs } from './blobs.ts';
import { Capabilities } from './capabilities.ts';
import { Connections } from './connections.ts';
import type { Credentials } from './credentials.ts';
import { emptyConfig, emptyConfigBytes, type Descriptor } from './descriptor.ts';
import { Exchange } from './exchange.ts';
import { looksLikeHtml, notARegistry } from './failures.ts';
import { listTags } from './listing.ts';
import { Manifests } from './manifests.ts';
import type {
  FetchBlobOptions,
  FetchedManifest,
  FetchWholeOptions,
  OciRepositoryOptions,
  PushBlobOptions,
  PushManifestOptions,
  ReferrersOptions,
  SignalOption,
  TagsOptions,
} from './options.ts';
import { registryUrl, type RepositoryReference } from './reference.ts';
import { ReferrersIndexes } from './referrers-index.ts';
import { hasReferrersApi, listReferrers } from './referrers.ts';
import type { RepositoryParts } from './repository-parts.ts';
import { headerOf, readBody, type WireAnswer } from './transport.ts';
import type { ExpectedContent } from './verified.ts';

export type {
  Credentials,
  ExpectedContent,
  FetchBlobOptions,
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
  readonly #parts: RepositoryParts;
  readonly #blobs: Blobs;
  readonly #manifests: Manifests;
  readonly #indexes: ReferrersIndexes;
  readonly #places: BlobPlaces | undefined;
  readonly #connections: Connections;
  readonly #ownConnections: Connections | null;
  #emptyConfig: Promise<Descriptor> | null = null;

  constructor(reference: RepositoryReference, options: OciRepositoryOptions = {}) {
    const { credentials = nobody, userAgent = 'DockerComms', clock = systemClock } = options;
    const connections = options.connections ?? new Connections({ clock });
    this.reference = reference;
    this.capabilities = new Capabilities(clock, options.capabilities);
    this.#places = options.places;
    this.registry = registryUrl(reference, connections.network.usesPlainHttp(reference.host));
    this.#connections = connections;
    this.#ownConnections = options.connections === undefined ? connections : null;
    const shared = { registry: this.registry, connections, clock, userAgent };
    const authorization = new Authorization({ ...shared, path: reference.path, credentials });
    this.#parts = {
      exchange: new Exchange({ ...shared, authorization }),
      registry: this.registry,
      repository: new URL(`v2/${reference.path}/`, this.registry),
      capabilities: this.capabilities,
    };
    this.#blobs = new Blobs(this.#parts);
    this.#manifests = new Manifests(this.#parts);
    this.#indexes = new ReferrersIndexes({
      ...{ parts: this.#parts, manifests: this.#manifests, clock },
      onProblem: options.onIndexProblem,
    });
  }

  /** What its registry warned of so far ("Warnings"): one short line each, written by somebody else. */
  get warnings(): readonly string[] {
    return this.#connections.warnings.of(this.registry.host);
  }

  /**
   * Whether a registry answers here and takes the login ("Determining Support"). Tried once, because a person waits.
   * Fails `network`, `auth`, or `protocol` when something else answers.
   */
  async ping(signal?: AbortSignal): Promise<void> {
    const url = new URL('v2/', this.registry);
    const answer = await this.#parts.exchange.once({
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
    const there = await this.#blobs.exists(digest, signal);
    if (there) this.#places?.note(this.reference, digest);
    return there;
  }

  /**
   * A blob as a stream that is verified while it flows: it errors `verification-failed` before its end event when
   * size or digest differ, `network` when it is cut. Destroy it to stop early.
   */
  fetchBlob(content: ExpectedContent, options: FetchBlobOptions = {}): Promise<Readable> {
    return this.#blobs.stream(content, options);
  }

  /** A blob of moderate size in one block of memory, verified. `onBytes` is told of the bytes as they arrive. */
  fetchWholeBlob(content: ExpectedContent, options: FetchWholeOptions = {}): Promise<Buffer<ArrayBuffer>> {
    return this.#blobs.whole(content, options);
  }

  /**
   * A manifest by tag or digest ("Pulling manifests"). By digest, the bytes are checked against it; by tag, the digest
   * is the one of the bytes. Fails `not-found`, `verification-failed`, `too-large` over 8 MiB, and `protocol`: with
   * `digest` in its detail where it is the manifest that is wrong, and not somebody else who answered.
   */
  fetchManifest(reference: string, signal?: AbortSignal): Promise<FetchedManifest> {
    return this.#manifests.fetch(reference, signal);
  }

  /**
   * Puts a blob there ("Pushing blobs"), in the way that fits it and the registry (`push-blob.ts`). `bytes` must not
   * change meanwhile; `content` says their digest and size.
   */
  async pushBlob(bytes: Uint8Array, content: ExpectedContent, options: PushBlobOptions = {}): Promise<void> {
    const from = options.from ?? this.#places?.beside(this.reference, content.digest);
    await this.#blobs.push(bytes, content, { ...options, from });
    this.#places?.note(this.reference, content.digest);
  }

  /**
   * Puts a manifest under a tag, or under its digest ("Pushing Manifests"), and enters one with a subject into the
   * subject's fallback index where the registry has no referrers API; what is in the way of that is no failure. Fails
   * `too-large` over 4 MiB before anything is sent, and `verification-failed` when the registry says it stored something
   * else.
   */
  async pushManifest(bytes: Uint8Array, options: PushManifestOptions = {}): Promise<Descriptor> {
    const { indexed = true, signal } = options;
    const pushed = { bytes, ...(await this.#manifests.push(bytes, options)) };
    if (indexed === 'behind') this.#indexes.addBehind(pushed);
    else if (indexed) await this.#indexes.add(pushed, signal);
    return pushed.descriptor;
  }

  /** Resolves when every index that is written behind a push (`PushManifestOptions.indexed`) is done with. Never fails. */
  settled(): Promise<void> {
    return this.#indexes.settled();
  }

  /**
   * What the registry says a tag points at, or null when it has no such tag. A claim: fetch the manifest by this
   * digest before believing anything. Costs no pull where pulls are counted.
   */
  resolve(tag: string, signal?: AbortSignal): Promise<Descriptor | null> {
    return this.#manifests.resolve(tag, signal);
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
    return listTags({ ...options, ...this.#parts, url: new URL('tags/list', this.#parts.repository) });
  }

  /**
   * Manifests whose subject is `subject`, by the referrers API or the fallback tag, each once, filtered here. Claims:
   * check the subject in the manifest itself.
   */
  referrers(subject: Digest, options: ReferrersOptions = {}): AsyncIterable<Descriptor> {
    return listReferrers({ ...options, ...this.#parts, subject });
  }

  /** Asks whether the registry has the referrers API, unless that is known. */
  async referrersSupported(signal?: AbortSignal): Promise<boolean> {
    const { state } = this.capabilities.report('referrers');
    return state === 'unknown' ? hasReferrersApi({ ...this.#parts, signal }) : state === 'yes';
  }

  /**
   * Removes a manifest (by digest) or a tag ("Deleting Manifests", "Deleting Tags"). Fails `not-found`, and
   * `unsupported` where the registry does not allow it: many do not for tags.
   */
  async delete(reference: string, signal?: AbortSignal): Promise<void> {
    await this.#manifests.delete(reference, signal);
  }

  /**
   * Takes `referrer`, which is gone, out of the fallback index of `subject` where there is one, and removes an index
   * that is empty then. Fails as the registry does.
   */
  async forgetReferrer(subject: Digest, referrer: Digest, signal?: AbortSignal): Promise<void> {
    await this.#indexes.remove(subject, referrer, signal);
  }

  /** Removes a blob ("Deleting Blobs"). Fails `not-found`, and `unsupported` where that is not for clients to do. */
  async deleteBlob(digest: Digest, signal?: AbortSignal): Promise<void> {
    await this.#blobs.delete(digest, signal);
  }

  /** Ends what is still running and closes the connections, if they are this repository's own. */
  async close(): Promise<void> {
    await this.#ownConnections?.close();
  }
}

function nobody(): Promise<null> {
  return Promise.resolve(null);
}

/** The header that distribution and its kin send, or at least a body as APIs have: JSON, or none. */
function isPingAnswer(answer: WireAnswer, body: Uint8Array): boolean {
  const type = headerOf(answer, 'content-type') ?? '';
  if (looksLikeHtml(type, body)) return false;
  if (headerOf(answer, 'docker-distribution-api-version') !== undefined) return true;
  return body.byteLength === 0 || /\bjson\b/i.test(type);
}
