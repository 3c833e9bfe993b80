import type { Clock } from '../base/clock.ts';
import type { Digest } from '../base/digest.ts';
import type { DockerCommsError } from '../base/errors.ts';
import type { BlobPlaces } from './blob-places.ts';
import type { CapabilityMemory } from './capabilities.ts';
import type { Connections } from './connections.ts';
import type { Credentials } from './credentials.ts';

export interface OciRepositoryOptions {
  /**
   * Asked when the registry wants to know who we are, and again when it refuses or a token runs out; null means: go on
   * without a login. Tokens of another login than it gave before are dropped.
   */
  readonly credentials?: (() => Promise<Credentials | null>) | undefined;
  readonly userAgent?: string | undefined;
  readonly clock?: Clock | undefined;
  /**
   * Shared with other repositories, so that together they are one client to their host; their owner closes them.
   * Without them this repository opens its own.
   */
  readonly connections?: Connections | undefined;
  /** Where what is learnt about the registry is kept. Without it, for this client's life. */
  readonly capabilities?: CapabilityMemory | undefined;
  /** Where the same login put blobs lately, shared by its repositories. Without it nothing is mounted unasked. */
  readonly places?: BlobPlaces | undefined;
  /** Told why what refers to something could not be entered into its fallback index; it is there all the same. */
  readonly onIndexProblem?: ((error: DockerCommsError) => void) | undefined;
}

export interface SignalOption {
  /** Stops the operation, which then fails `cancelled`. */
  readonly signal?: AbortSignal | undefined;
}

export interface FetchedManifest {
  /** Of the bytes that came: what we computed, not what a header said. */
  readonly digest: Digest;
  /** From the bytes themselves. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface FetchBlobOptions extends SignalOption {
  /**
   * The first bytes of the content, which are here already and are read once. Only what follows them is asked for and handed
   * out, and only both together are believed.
   */
  readonly begun?: AsyncIterable<Uint8Array> | undefined;
}

export interface FetchWholeOptions extends SignalOption {
  /** Told how many bytes came just now; a negative number takes back those of a reading that begins anew. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

export interface PushBlobOptions extends SignalOption {
  /**
   * Called with how many of the blob's bytes were handed to the connection so far: a running total, not a step. It
   * starts over at 0 when the upload has to.
   */
  readonly onSent?: ((bytes: number) => void) | undefined;
  /** The path of another repository of the same registry that may have the blob: it is then taken over from there. */
  readonly from?: string | undefined;
}

export interface PushManifestOptions extends SignalOption {
  /** Without a tag the manifest is put under its digest. */
  readonly tag?: string | undefined;
  /**
   * What becomes of a manifest with a subject where the registry has no referrers API: it is entered into the subject's
   * fallback index before the push is done (the default), `behind` it, so that nobody waits (`OciRepository.settled`), or
   * not at all (false): for what is found by a tag of its own and is not worth the requests.
   */
  readonly indexed?: boolean | 'behind' | undefined;
}

export interface TagsOptions extends SignalOption {
  /** Tags after this one in the registry's order. Some registries ignore it and list everything. */
  readonly last?: string | undefined;
  /** Tags asked for at once; by default as listing.ts says. Some registries ignore it. */
  readonly pageSize?: number | undefined;
}

export interface ReferrersOptions extends SignalOption {
  readonly artifactType?: string | undefined;
}
