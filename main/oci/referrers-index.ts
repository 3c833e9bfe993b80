/**
 * The index that stands in for a missing referrers API (OCI distribution specification, "Referrers Tag Schema"). Anybody may
 * have written what stands there.
 * Must-fail vectors: test/oci/referrers-index.test.ts.
 */
import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { isDigest, type Digest } from '../base/digest.ts';
import { DockerCommsError, isDockerCommsError, toDockerCommsError } from '../base/errors.ts';
import { KiB } from '../base/limits.ts';
import type { Descriptor } from './descriptor.ts';
import { parseJsonBytes } from './manifest.ts';
import type { Manifests, PushedManifest } from './manifests.ts';
import { ociMediaTypes } from './media-types.ts';
import { hasReferrersApi, referrersTag } from './referrers.ts';
import type { RepositoryParts } from './repository-parts.ts';
import { backoffMs, sleep } from './retry.ts';

/**
 * Bytes of an index that we write: over five hundred entries. A manifest of ours has a handful of referrers; who has
 * filled its index with anything else does not get it carried about with every signature.
 */
const largestIndexBytes = 256 * KiB;
/** Times that one change is tried: each but the first because somebody else changed the index meanwhile. */
const tries = 4;
/** Milliseconds, a day: so long a registry that gave no clear answer about its referrers API is not asked again. */
const unclearFor = 86_400_000;

export interface ReferrersIndexesOptions {
  readonly parts: RepositoryParts;
  readonly manifests: Manifests;
  readonly clock: Clock;
  readonly onProblem?: ((error: DockerCommsError) => void) | undefined;
}

/** A manifest that was pushed just now. */
export interface NewManifest extends PushedManifest {
  readonly bytes: Uint8Array;
}

/** What is kept of an index: everything in it, whoever wrote it, as it stands there. */
type Entry = Readonly<Record<string, unknown>>;

interface Index {
  /** Null: there is none yet. */
  readonly digest: Digest | null;
  readonly entries: readonly Entry[];
}

/**
 * The indexes by which other clients find what refers to a manifest where the registry has no referrers API (distribution
 * specification, "Pushing Manifests with Subject", "Referrers Tag Schema"). They are a courtesy: our own readers look for
 * tags of their own. Registries have no compare-and-swap, so of two writers at once one may lose its entry; each reads
 * back what it wrote and tries again, which finds that out unless the other one is slower still. Anybody who may push
 * may put anything there: it is merged into, never believed, and left alone where it is no index or too large.
 */
export class ReferrersIndexes {
  readonly #options: ReferrersIndexesOptions;
  /** When the registry was last asked for its referrers API, and answered in a way that proves neither. */
  #unclearAt = Number.NEGATIVE_INFINITY;
  /** What is entered behind everybody's back: one after the other. */
  #behind: Promise<void> = Promise.resolve();

  constructor(options: ReferrersIndexesOptions) {
    this.#options = options;
  }

  /**
   * Enters a new manifest with a subject where the registry does not do so itself. Fails `cancelled` only: the manifest is
   * there, so whatever is in the way is told to `onProblem`.
   */
  async add(manifest: NewManifest, signal: AbortSignal | undefined): Promise<void> {
    const named = describeReferrer(manifest);
    if (named === null) return;
    try {
      if (!(await this.#isOurs(manifest.sawSubject, signal))) return;
      await this.#change(named.subject, (entries) => withEntry(entries, named.entry), signal);
    } catch (thrown) {
      const error = toDockerCommsError(thrown);
      if (error.code === 'cancelled') throw error;
      this.#options.onProblem?.(error);
    }
  }

  /**
   * The same, beside whatever comes next: nobody waits for it, but `settled` does. Where the program ends first, the entry
   * is missing, and our own readers miss nothing.
   */
  addBehind(manifest: NewManifest): void {
    // It only fails when the connections are closed, which is when nobody is left to be told.
    this.#behind = this.#behind.then(() => this.add(manifest, undefined)).catch(() => undefined);
  }

  /** Resolves when nothing is being entered behind any more. */
  settled(): Promise<void> {
    return this.#behind;
  }

  /** Takes an entry out, and the whole index when it was the last one. Fails as the registry does. */
  async remove(subject: Digest, referrer: Digest, signal: AbortSignal | undefined): Promise<void> {
    if (this.#options.parts.capabilities.has('referrers')) return;
    await this.#change(subject, (entries) => entries.filter(({ digest }) => digest !== referrer), signal);
  }

  /** Whether the index is the client's to write. What the registry says of one push is only a hint. */
  async #isOurs(sawSubject: boolean, signal: AbortSignal | undefined): Promise<boolean> {
    const { parts, clock } = this.#options;
    const { state } = parts.capabilities.report('referrers');
    if (state !== 'unknown') return state === 'no';
    if (sawSubject) return false;
    if (clock.now() - this.#unclearAt < unclearFor) return true;
    if (await hasReferrersApi({ ...parts, signal })) return false;
    if (!parts.capabilities.lacks('referrers')) this.#unclearAt = clock.now();
    return true;
  }

  /** Reads, changes, writes and reads back. `change` is asked anew each time; it changes nothing where nothing is to do. */
  async #change(
    subject: Digest,
    change: (entries: readonly Entry[]) => readonly Entry[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { manifests, clock } = this.#options;
    const tag = referrersTag(subject);
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      if (attempt > 1) await sleep(backoffMs(attempt - 1, Math.random()), { clock, signal });
      const { digest, entries } = await this.#read(tag, signal);
      const changed = change(entries);
      if (changed.length === entries.length) return;
      if (changed.length === 0) return digest === null ? undefined : this.#delete(digest, tag, signal);
      const { descriptor } = await manifests.push(indexBytes(changed), { tag, signal });
      if ((await manifests.resolve(tag, signal))?.digest === descriptor.digest) return;
    }
    throw new DockerCommsError('conflict', 'Others keep changing what refers to this.', { detail: { tag } });
  }

  /** By HEAD first: usually nothing is there, and where pulls are counted that is none. */
  async #read(tag: string, signal: AbortSignal | undefined): Promise<Index> {
    const { manifests } = this.#options;
    const there = await manifests.resolve(tag, signal);
    if (there === null) return { digest: null, entries: [] };
    if (there.size > largestIndexBytes) throw tooLarge(there.size);
    const { bytes, mediaType } = await manifests.fetch(there.digest, signal);
    const index =
      mediaType === ociMediaTypes.imageIndex ? indexSchema.safeParse(parseJsonBytes(bytes)) : null;
    if (index?.success === true) return { digest: there.digest, entries: index.data.manifests ?? [] };
    throw new DockerCommsError('conflict', 'Something else stands where the index should be.', {
      detail: { tag },
    });
  }

  async #delete(digest: Digest, tag: string, signal: AbortSignal | undefined): Promise<void> {
    const { manifests, parts } = this.#options;
    if (parts.capabilities.lacks('delete-manifest')) return manifests.delete(tag, signal);
    try {
      await manifests.delete(digest, signal);
    } catch (error) {
      if (!isDockerCommsError(error, 'unsupported')) throw error;
      await manifests.delete(tag, signal);
    }
  }
}

const indexSchema = z.object({ manifests: z.array(z.record(z.string(), z.unknown())).nullish() });

const referrerSchema = z.object({
  subject: z.object({ digest: z.custom<Digest>((value) => typeof value === 'string' && isDigest(value)) }),
  artifactType: z.string().nullish(),
  config: z.object({ mediaType: z.string() }).nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
});

/** The subject that a manifest of ours names, and its entry there; null when it names none. */
function describeReferrer({ bytes, descriptor }: NewManifest): { subject: Digest; entry: Entry } | null {
  // Most name none, and some have a megabyte.
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('"subject"')) return null;
  const parsed = referrerSchema.safeParse(parseJsonBytes(bytes)).data;
  return parsed === undefined ? null : { subject: parsed.subject.digest, entry: entryOf(descriptor, parsed) };
}

function entryOf(
  { mediaType, digest, size }: Descriptor,
  { artifactType, config, annotations }: z.infer<typeof referrerSchema>,
): Entry {
  // An empty type counts as none (image specification, "Guidelines for Artifact Usage").
  const type = artifactType === '' ? config?.mediaType : (artifactType ?? config?.mediaType);
  return {
    mediaType,
    digest,
    size,
    ...(type && { artifactType: type }),
    ...(annotations && { annotations }),
  };
}

function withEntry(entries: readonly Entry[], entry: Entry): readonly Entry[] {
  return entries.some(({ digest }) => digest === entry.digest) ? entries : [...entries, entry];
}

function indexBytes(manifests: readonly Entry[]): Uint8Array {
  const index = { schemaVersion: 2, mediaType: ociMediaTypes.imageIndex, manifests };
  const bytes = new TextEncoder().encode(JSON.stringify(index));
  if (bytes.byteLength > largestIndexBytes) throw tooLarge(bytes.byteLength);
  return bytes;
}

function tooLarge(bytes: number): DockerCommsError {
  return new DockerCommsError('too-large', 'Too much already refers to this.', {
    detail: { bytes, limit: largestIndexBytes },
  });
}
