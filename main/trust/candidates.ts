/** Looking for bundles beside a manifest (protocol, section 6, "Candidates"). Anybody may have put anything there. */
import pLimit from 'p-limit';
import type { Digest } from '../base/digest.ts';
import { DockerCommsError, toDockerCommsError, type ErrorCode } from '../base/errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { parseImageManifest } from '../oci/manifest.ts';
import { ociMediaTypes } from '../oci/media-types.ts';
import type { FetchedManifest, OciRepository } from '../oci/repository.ts';
import { artifactTypes } from '../protocol/constants.ts';
import { bundlePrefix } from '../protocol/tags.ts';
import { largestBundleBytes, parseBundle, type ParsedBundle } from './bundle.ts';

/** Where bundles lie: an `OciRepository`, or whatever answers like one. */
export type EvidencePlace = Pick<OciRepository, 'referrers' | 'tags' | 'fetchManifest' | 'fetchWholeBlob'>;

export interface CandidateOptions {
  /**
   * Tags of the repository, where the caller has listed them anyway. Left out, they are listed; only when the referrers
   * brought nothing that was enough.
   */
  readonly tags?: AsyncIterable<string> | Iterable<string>;
  readonly signal?: AbortSignal;
}

/** A bundle that lies beside the manifest and can be read. */
export interface Candidate {
  readonly bytes: Uint8Array;
  readonly bundle: ParsedBundle;
}

/** What one round brought. */
export interface Round {
  readonly candidates: readonly Candidate[];
  /** Of those that cannot be read, or are not what their digests say: wrong for ever. */
  readonly bad: readonly DockerCommsError[];
  /** Of those that could not be fetched just now. */
  readonly failed: readonly DockerCommsError[];
}

/**
 * Candidates looked at together (protocol, section 6): two turns of fetching, and the bundle that is looked for is mostly among the
 * first or the last of a listing.
 */
const roundSize = 16;
/** Kept of each end of a listing: eight rounds. Whoever may write more junk than that may delete the bundle too. */
const keptOfEachEnd = 64;
/** Manifests asked for at once: a hostile one may have 8 MiB. */
const fetchesAtOnce = 8;

/**
 * The bundles beside the manifest `subject`, in rounds of 16 from both ends of the listing, so that neither those who
 * come first nor those who come last can hide the right one. First the referrers, then the `bundle-` tags, or the other
 * way round where the tags are known; each artifact and each bundle once. Fails as the listings do.
 */
export async function* candidateRounds(
  place: EvidencePlace,
  subject: Digest,
  { tags, signal }: CandidateOptions = {},
): AsyncGenerator<Round, void, undefined> {
  const fetcher = new CandidateFetcher(place, subject, signal);
  const referring = () => referringBundles(place, subject, signal);
  // What was listed anyway costs nothing to look at.
  const listings =
    tags === undefined
      ? [referring, () => bundleTags(place.tags({ signal }), subject)]
      : [() => bundleTags(tags, subject), referring];
  for (const listing of listings) {
    for (const round of roundsOf(await bothEnds(listing()))) yield await fetcher.fetchRound(round);
  }
}

/** Some registries give no artifact type in the listing, or the config's. */
const listedTypes: ReadonlySet<string | undefined> = new Set([
  artifactTypes.bundle,
  ociMediaTypes.emptyJson,
  undefined,
]);

async function* referringBundles(
  place: EvidencePlace,
  subject: Digest,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void, undefined> {
  for await (const { digest, size, artifactType } of place.referrers(subject, { signal })) {
    if (listedTypes.has(artifactType) && size <= largestBundleBytes) yield digest;
  }
}

async function* bundleTags(
  tags: AsyncIterable<string> | Iterable<string>,
  subject: Digest,
): AsyncGenerator<string, void, undefined> {
  const prefix = bundlePrefix(subject);
  for await (const tag of tags) if (tag.startsWith(prefix)) yield tag;
}

/** The first and the last of a listing of any length, in bounded memory. */
async function bothEnds(listing: AsyncIterable<string>): Promise<string[]> {
  const first: string[] = [];
  let last: string[] = [];
  for await (const reference of listing) {
    if (first.length < keptOfEachEnd) first.push(reference);
    else last.push(reference);
    if (last.length >= 2 * keptOfEachEnd) last = last.slice(-keptOfEachEnd);
  }
  return [...first, ...last.slice(-keptOfEachEnd)];
}

/** Half of each round from the front, half from the back. */
function* roundsOf(references: readonly string[]): Generator<readonly string[], void, undefined> {
  for (let taken = 0; 2 * taken < references.length; taken += roundSize / 2) {
    const middle = Math.ceil(references.length / 2);
    yield [
      ...references.slice(taken, Math.min(taken + roundSize / 2, middle)),
      ...references.slice(
        Math.max(references.length - taken - roundSize / 2, middle),
        references.length - taken,
      ),
    ];
  }
}

/** Failures that say something about the moment, not about the candidate. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['network', 'rate-limited', 'auth', 'internal']);

class CandidateFetcher {
  readonly #place: EvidencePlace;
  readonly #subject: Digest;
  readonly #signal: AbortSignal | undefined;
  readonly #seen = new Set<Digest>();
  readonly #limit = pLimit(fetchesAtOnce);

  constructor(place: EvidencePlace, subject: Digest, signal: AbortSignal | undefined) {
    this.#place = place;
    this.#subject = subject;
    this.#signal = signal;
  }

  async fetchRound(references: readonly string[]): Promise<Round> {
    const round = {
      candidates: [] as Candidate[],
      bad: [] as DockerCommsError[],
      failed: [] as DockerCommsError[],
    };
    const fetches = references.map((reference) => this.#limit(() => this.#try(reference)));
    for (const result of await Promise.all(fetches)) {
      if (result instanceof DockerCommsError) round[passing.has(result.code) ? 'failed' : 'bad'].push(result);
      else if (result !== null) round.candidates.push(result);
    }
    return round;
  }

  /** Null for what was seen before, and for what is no signature of this manifest or is not there: no evidence at all. */
  async #try(reference: string): Promise<Candidate | DockerCommsError | null> {
    try {
      return await this.#fetch(reference);
    } catch (thrown) {
      const error = toDockerCommsError(thrown);
      if (error.code === 'cancelled') throw error;
      return error.code === 'not-found' ? null : error;
    }
  }

  async #fetch(reference: string): Promise<Candidate | null> {
    const manifest = await this.#place.fetchManifest(reference, this.#signal);
    if (this.#wasSeen(manifest.digest)) return null;
    const layer = bundleLayer(manifest, this.#subject);
    if (layer === null || this.#seen.has(layer.digest)) return null;
    const bytes = await this.#place.fetchWholeBlob(layer, { signal: this.#signal });
    // Only now: an artifact that names the right bundle with a wrong size must not hide it.
    return this.#wasSeen(layer.digest) ? null : { bytes, bundle: parseBundle(bytes) };
  }

  #wasSeen(digest: Digest): boolean {
    if (this.#seen.has(digest)) return true;
    this.#seen.add(digest);
    return false;
  }
}

/**
 * The one layer of a signature artifact whose subject is `subject`; null for any other artifact. A listing and a tag are
 * only claims, and where a listing names no types, receipts stand in it too.
 */
function bundleLayer({ bytes }: FetchedManifest, subject: Digest): Descriptor | null {
  const manifest = parseImageManifest(bytes);
  const [layer, ...others] = manifest.layers;
  const fits =
    manifest.artifactType === artifactTypes.bundle &&
    manifest.subject?.digest === subject &&
    layer?.mediaType === artifactTypes.bundle &&
    layer.size <= largestBundleBytes &&
    others.length === 0;
  return fits ? layer : null;
}
