/**
 * What names a manifest as its subject (OCI distribution specification, "Listing Referrers").
 * Must-fail vectors: "a referrers listing" in test/oci/listing.test.ts.
 */
import { z } from 'zod';
import { splitDigest, type Digest } from '../base/digest.ts';
import { DockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { saysUnsupported } from './capabilities.ts';
import { descriptorSchema, type Descriptor } from './descriptor.ts';
import { badListing, ListingGuard, readPage, tooLong } from './paging.ts';
import { ociMediaTypes } from './media-types.ts';
import type { RepositoryParts } from './repository-parts.ts';
import { discardBody, headerOf, type WireAnswer } from './transport.ts';

export interface ReferrersListing extends RepositoryParts {
  readonly subject: Digest;
  readonly artifactType?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const indexSchema = z.object({ manifests: z.array(z.unknown()).nullish() });

/**
 * Manifests that name `subject` ("Listing Referrers"), from the referrers API or else from the fallback tag
 * ("Referrers Tag Schema"). Filtered here whatever the registry says it filtered, each digest once. What is listed is
 * a claim: the manifest itself must name the subject.
 */
export async function* listReferrers(listing: ReferrersListing): AsyncGenerator<Descriptor, void, undefined> {
  const seen = new Set<Digest>();
  for await (const page of pagesOf(listing)) {
    for (const descriptor of page) {
      if (seen.has(descriptor.digest)) continue;
      seen.add(descriptor.digest);
      if (seen.size > limits.tagsListed) throw tooLong(listing.repository, 'referrers', limits.tagsListed);
      const { artifactType } = listing;
      if (artifactType === undefined || descriptor.artifactType === artifactType) yield descriptor;
    }
  }
}

async function* pagesOf(listing: ReferrersListing): AsyncGenerator<readonly Descriptor[], void, undefined> {
  const known = listing.capabilities.lacks('referrers');
  const first = known ? null : await requestReferrers(listing, referrersUrl(listing));
  if (first === null) {
    yield await fallbackPage(listing);
    return;
  }
  const guard = new ListingGuard();
  for (let answer: WireAnswer | null = first; answer !== null;) {
    guard.enter(answer.url);
    const { document, next } = await readPage(answer, listing.registry);
    yield descriptorsOf(answer, document);
    answer = next === null ? null : await requestReferrers(listing, next);
  }
}

function referrersUrl({ repository, subject, artifactType }: ReferrersListing): URL {
  const url = new URL(`referrers/${subject}`, repository);
  if (artifactType !== undefined) url.searchParams.set('artifactType', artifactType);
  return url;
}

/**
 * Null when this registry has no referrers API: it does not know the path, answers with something else than an index,
 * or redirects to where we do not go.
 */
async function requestReferrers(listing: ReferrersListing, url: URL): Promise<WireAnswer | null> {
  const { exchange, capabilities, signal } = listing;
  try {
    const answer = await exchange.send({
      method: 'GET',
      url,
      access: 'pull',
      accept: [200],
      headers: { accept: ociMediaTypes.imageIndex },
      signal,
    });
    if (isIndexAnswer(answer)) {
      capabilities.learn('referrers', true);
      return answer;
    }
    await discardBody(answer);
    return null;
  } catch (error) {
    if (!(error instanceof DockerCommsError)) throw error;
    if (saysUnsupported(error) || isUnknownPath(error)) capabilities.learn('referrers', false);
    else if (!meansNoIndex(error)) throw error;
    return null;
  }
}

/**
 * A 404 for the path itself ("Listing Referrers": those that have the API never answer 404). One that names something
 * else that is missing, the repository say, is no proof: some registries with the API answer so.
 */
function isUnknownPath({ code, detail }: DockerCommsError): boolean {
  return code === 'not-found' && detail.status === 404 && detail.registryCodes === undefined;
}

/** Answers that prove nothing, and yet leave only the fallback tag to look at. */
function meansNoIndex({ code, detail }: DockerCommsError): boolean {
  return code === 'protocol' || detail.status === 404 || detail.status === 400;
}

function isIndexAnswer(answer: WireAnswer): boolean {
  const type = headerOf(answer, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  return answer.status === 200 && type === ociMediaTypes.imageIndex;
}

/** `sha256-<hex>`: where clients keep the index on registries without the API ("Referrers Tag Schema"). */
export function referrersTag(subject: Digest): string {
  const { algorithm, hex } = splitDigest(subject);
  return `${algorithm}-${hex}`.slice(0, limits.tagCharacters);
}

/** Mostly there is none, and where a GET is counted as a pull (Docker Hub), a HEAD that finds that out is not. */
async function fallbackPage(listing: ReferrersListing): Promise<readonly Descriptor[]> {
  const there = await requestFallback(listing, 'HEAD');
  await discardBody(there);
  if (there.status === 404) return [];
  const answer = await requestFallback(listing, 'GET');
  if (answer.status === 200) {
    const { document } = await readPage(answer, listing.registry);
    return descriptorsOf(answer, document);
  }
  await discardBody(answer);
  return [];
}

function requestFallback(listing: ReferrersListing, method: 'GET' | 'HEAD'): Promise<WireAnswer> {
  return listing.exchange.send({
    method,
    url: new URL(`manifests/${referrersTag(listing.subject)}`, listing.repository),
    access: 'pull',
    accept: [200, 404],
    headers: { accept: ociMediaTypes.imageIndex },
    signal: listing.signal,
  });
}

function descriptorsOf(answer: WireAnswer, document: unknown): readonly Descriptor[] {
  const parsed = indexSchema.safeParse(document);
  if (!parsed.success) throw badListing(answer, 'is not an index of manifests');
  // One bad entry does not hide the others.
  return (parsed.data.manifests ?? []).flatMap((entry) => descriptorSchema.safeParse(entry).data ?? []);
}

/** A digest that nothing has: asking for its referrers shows whether the API is there. */
const nothing: Digest = `sha256:${'0'.repeat(64)}`;

/** Whether the registry has the referrers API: it answers with an index, also for a subject that does not exist. */
export async function hasReferrersApi(listing: Omit<ReferrersListing, 'subject'>): Promise<boolean> {
  const probe = { ...listing, subject: nothing };
  const answer = await requestReferrers(probe, referrersUrl(probe));
  if (answer !== null) await discardBody(answer);
  return answer !== null;
}
