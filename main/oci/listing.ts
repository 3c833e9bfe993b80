import { z } from 'zod';
import { DockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Exchange } from './exchange.ts';
import { looksLikeHtml, notARegistry, requestDetail } from './failures.ts';
import { nextLink } from './link.ts';
import { isSameOrigin } from './origin-rules.ts';
import { headerOf, readBody, type WireAnswer } from './transport.ts';

/** One page of a listing: its document, and where the next one is. */
export interface ListingPage {
  readonly document: unknown;
  /** From the Link header; null on the last page, and from registries that do not send it. */
  readonly next: URL | null;
}

/**
 * The JSON page that `answer` carries. The next page must be on the same origin, since it is asked with our login.
 * Fails `protocol` for web pages, other documents and links that lead elsewhere, `too-large` over the page's cap.
 */
export async function readPage(answer: WireAnswer, registry: URL): Promise<ListingPage> {
  const bytes = await readBody(answer, limits.listingPageBytes);
  if (looksLikeHtml(headerOf(answer, 'content-type') ?? '', bytes)) throw notARegistry(answer, answer.status);
  const next = nextLink(answer.headers.link, answer.url);
  if (next !== null && !isSameOrigin(next, registry)) throw badListing(answer, 'goes on at another host');
  return { document: parsePage(answer, bytes), next };
}

function parsePage(answer: WireAnswer, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw badListing(answer, 'is not JSON');
  }
}

/** A listing that breaks the rules. */
export function badListing(answer: WireAnswer, words: string): DockerCommsError {
  return new DockerCommsError('protocol', `The listing of ${answer.url.host} ${words}.`, {
    detail: requestDetail(answer),
  });
}

/**
 * The caps of one listing: pages, and addresses that come again. A registry that never ends a listing can keep us
 * busy, but not for ever.
 */
export class ListingGuard {
  readonly #asked = new Set<string>();

  /** Call before each page. Fails `protocol` for a loop, `too-large` for too many pages. */
  enter(url: URL): void {
    if (this.#asked.has(url.href)) {
      throw new DockerCommsError('protocol', `The listing of ${url.host} goes round in circles.`, {
        detail: { method: 'GET', url: `${url.origin}${url.pathname}` },
      });
    }
    if (this.#asked.size >= limits.listingPages) throw tooLong(url, 'pages', limits.listingPages);
    this.#asked.add(url.href);
  }
}

/** A listing over one of our caps. */
export function tooLong(url: URL, unit: string, limit: number): DockerCommsError {
  return new DockerCommsError('too-large', `The listing of ${url.host} does not end.`, {
    detail: { method: 'GET', url: `${url.origin}${url.pathname}`, unit, limit },
  });
}

const tagPageSchema = z.object({ tags: z.array(z.string()).nullish() });
const tagPattern = /^\w[\w.-]{0,127}$/;

/** True for the distribution specification's tags ("Pulling manifests"). */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** Tags of one page: a busy registry answers a thousand as fast as a hundred. */
const defaultPageSize = 1000;

export interface TagListing {
  readonly exchange: Exchange;
  readonly registry: URL;
  /** `/v2/<name>/tags/list`. */
  readonly url: URL;
  readonly last?: string | undefined;
  readonly pageSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The tags of a repository, page by page ("Listing Tags"), in whatever order the registry has. Follows Link where it
 * is sent, and otherwise asks on with `last` while full pages come and bring anything new: some registries ignore
 * `n`, some `last`, some both. A repository that nobody wrote to has none.
 */
export async function* listTags(listing: TagListing): AsyncGenerator<string, void, undefined> {
  const { registry, pageSize = defaultPageSize } = listing;
  const guard = new ListingGuard();
  let previous: ReadonlySet<string> = new Set();
  let total = 0;
  for (let url: URL | null = pageUrl(listing, pageSize, listing.last); url !== null;) {
    guard.enter(url);
    const answer = await requestPage(listing, url);
    if (answer === null) return;
    const page = await readPage(answer, registry);
    const tags = tagsOf(answer, page);
    const fresh = tags.filter((tag) => !previous.has(tag));
    total += fresh.length;
    if (total > limits.tagsListed) throw tooLong(url, 'tags', limits.tagsListed);
    yield* fresh.filter(isTag);
    url =
      page.next ??
      (tags.length === pageSize && fresh.length > 0 ? pageUrl(listing, pageSize, tags.at(-1)) : null);
    previous = new Set(tags);
  }
}

function pageUrl(listing: TagListing, pageSize: number, last: string | undefined): URL {
  const url = new URL(listing.url);
  url.searchParams.set('n', String(pageSize));
  if (last !== undefined) url.searchParams.set('last', last);
  return url;
}

/** Null when the registry says that there is no such repository. */
async function requestPage({ exchange, signal }: TagListing, url: URL): Promise<WireAnswer | null> {
  try {
    return await exchange.send({
      method: 'GET',
      url,
      access: 'pull',
      accept: [200],
      headers: { accept: 'application/json' },
      signal,
    });
  } catch (error) {
    if (error instanceof DockerCommsError && error.code === 'not-found') return null;
    throw error;
  }
}

function tagsOf(answer: WireAnswer, { document }: ListingPage): readonly string[] {
  const parsed = tagPageSchema.safeParse(document);
  if (!parsed.success) throw badListing(answer, 'is not a list of tags');
  return parsed.data.tags ?? [];
}
