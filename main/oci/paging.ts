/**
 * Pages of a listing (OCI distribution specification, "Listing Tags", "Listing Referrers").
 * Must-fail vectors: test/oci/listing.test.ts, and "a listing" in test/oci/attacks.test.ts.
 */
import { DockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { looksLikeHtml, notARegistry, requestDetail, type RequestFacts } from './failures.ts';
import { nextLink } from './link.ts';
import { isSameOrigin } from './origin-rules.ts';
import { headerOf, readBody, type WireAnswer } from './transport.ts';

/** One page of a listing that is read whole: its document, and where the next one is. */
export interface ListingPage {
  readonly document: unknown;
  /** From the Link header; null on the last page, and from registries that do not send it. */
  readonly next: URL | null;
}

/**
 * The JSON page that `answer` carries. Fails `protocol` for web pages, other documents and links that lead elsewhere,
 * `too-large` over the page's cap.
 */
export async function readPage(answer: WireAnswer, registry: URL): Promise<ListingPage> {
  const bytes = await readBody(answer, limits.listingPageBytes);
  if (looksLikeHtml(headerOf(answer, 'content-type') ?? '', bytes)) throw notARegistry(answer, answer.status);
  return { document: parsePage(answer, bytes), next: nextPage(answer, registry) };
}

/**
 * Where the Link header says that the listing goes on; null at its end. It must be on the same origin, since it is
 * asked with our login: `protocol` otherwise.
 */
export function nextPage(answer: WireAnswer, registry: URL): URL | null {
  const next = nextLink(answer.headers.link, answer.url);
  if (next !== null && !isSameOrigin(next, registry)) throw badListing(answer, 'goes on at another host');
  return next;
}

function parsePage(answer: WireAnswer, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw badListing(answer, 'is not JSON');
  }
}

/** A listing that breaks the rules. */
export function badListing(facts: RequestFacts, words: string): DockerCommsError {
  return new DockerCommsError('protocol', `The listing of ${facts.url.host} ${words}.`, {
    detail: requestDetail(facts),
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
