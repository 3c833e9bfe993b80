import { DockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Capabilities } from './capabilities.ts';
import type { Exchange } from './exchange.ts';
import { ListingGuard, nextPage, tooLong } from './paging.ts';
import { readTagPage } from './tag-page.ts';
import type { WireAnswer } from './transport.ts';

const tagPattern = new RegExp(`^\\w[\\w.-]{0,${limits.tagCharacters - 1}}$`);

/** True for the distribution specification's tags ("Pulling manifests"). */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** Tags of one page: a busy registry answers a thousand as fast as a hundred. */
const defaultPageSize = 1000;

export interface TagListing {
  readonly exchange: Exchange;
  readonly registry: URL;
  readonly capabilities: Capabilities;
  /** `/v2/<name>/tags/list`. */
  readonly url: URL;
  readonly last?: string | undefined;
  readonly pageSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The tags of a repository, page by page ("Listing Tags"), in whatever order the registry has, while they arrive: what
 * was yielded stays true when the rest fails. Follows Link where it is sent, and otherwise asks on with `last` while
 * full pages come and bring anything new: some registries ignore `n`, some `last`, some both, and answer with one page
 * of everything. Which, is learnt from whole pages. A tag may come twice: a page that is cut is asked for again. A repository that
 * nobody wrote to has none. While the consumer pauses, the page holds one of the host's places (`host-gate.ts`): read on
 * without waiting for other requests to the same host.
 */
export async function* listTags(listing: TagListing): AsyncGenerator<string, void, undefined> {
  const { capabilities, pageSize = defaultPageSize } = listing;
  const guard = new ListingGuard();
  let total = 0;
  let previous: ReadonlySet<string> = new Set();
  let askedOn = false;
  for (let url: URL | null = pageUrl(listing, pageSize, listing.last); url !== null;) {
    guard.enter(url);
    const read: PageEnd | null = yield* readPageWhole(listing, url, previous, limits.tagsListed - total);
    if (read === null) return;
    const { page, next }: PageEnd = read;
    total += page.fresh;
    page.teach(capabilities, { askedOn, linked: next !== null });
    previous = page.remembered;
    askedOn = next === null && page.asksForMore && !capabilities.lacks('last');
    url = askedOn ? pageUrl(listing, pageSize, page.last) : next;
  }
}

interface PageEnd {
  readonly page: PageTally;
  /** Where Link says that it goes on. */
  readonly next: URL | null;
}

/**
 * The tags of one page, at most `most`, which is asked for again when it is cut: they come twice then, and count once.
 * Null: no such repository.
 */
async function* readPageWhole(
  listing: TagListing,
  url: URL,
  previous: ReadonlySet<string>,
  most: number,
): AsyncGenerator<string, PageEnd | null, undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await requestPage(listing, url);
      const page = new PageTally(listing.pageSize ?? defaultPageSize, previous);
      return answer && { page, next: yield* readPageOnce(answer, listing.registry, page, most) };
    } catch (error) {
      await listing.exchange.pauseBeforeRepeat(error, attempt, listing.signal);
    }
  }
}

async function* readPageOnce(
  answer: WireAnswer,
  registry: URL,
  page: PageTally,
  most: number,
): AsyncGenerator<string, URL | null, undefined> {
  try {
    const next = nextPage(answer, registry);
    for await (const tags of readTagPage(answer)) {
      for (const tag of tags) {
        if (!page.add(tag)) continue;
        if (page.fresh > most) throw tooLong(answer.url, 'tags', limits.tagsListed);
        if (isTag(tag)) yield tag;
      }
    }
    return next;
  } finally {
    // A body that nobody reads on would keep one of the few connections.
    answer.body.destroy();
  }
}

/** What has to be known of a page to go on after it. Remembers no more tags than were asked for. */
class PageTally {
  readonly #pageSize: number;
  readonly #previous: ReadonlySet<string>;
  readonly #remembered = new Set<string>();
  #count = 0;
  /** Tags that the page before did not have. */
  fresh = 0;
  last: string | undefined;

  constructor(pageSize: number, previous: ReadonlySet<string>) {
    this.#pageSize = pageSize;
    this.#previous = previous;
  }

  get remembered(): ReadonlySet<string> {
    return this.#remembered;
  }

  /** False for a tag that the page before had too. */
  add(tag: string): boolean {
    this.#count += 1;
    this.last = tag;
    if (this.#count <= this.#pageSize) this.#remembered.add(tag);
    // Where `n` is ignored nothing is asked for again: only a registry that sends Link can still repeat itself.
    else this.#remembered.clear();
    const fresh = !this.#previous.has(tag);
    if (fresh) this.fresh += 1;
    return fresh;
  }

  /** Whether the page was full, and brought something. */
  get asksForMore(): boolean {
    return this.#count === this.#pageSize && this.fresh > 0;
  }

  /** What this page proves, once it was read to its end. `askedOn`: it was asked for with the last tag before it. */
  teach(capabilities: Capabilities, { askedOn, linked }: { askedOn: boolean; linked: boolean }): void {
    if (this.#count > this.#pageSize) capabilities.learn('paging', false);
    else if (linked && this.#count === this.#pageSize) capabilities.learn('paging', true);
    if (!askedOn) return;
    if (this.fresh === this.#count) {
      capabilities.learn('last', true);
      // Anything after a page that was full: the page before had ended because of `n`.
      if (this.#count > 0) capabilities.learn('paging', true);
    } else if (this.fresh === 0) capabilities.learn('last', false);
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
    return await exchange.once({
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
