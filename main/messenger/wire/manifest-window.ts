import pLimit from 'p-limit';
import { MiB } from '../../base/limits.ts';
import { requestsPerHost } from '../../oci/connections.ts';

/** Manifests in flight at once: what a host has room for, less one for the listing that goes on meanwhile. */
export const manifestsAtOnce = requestsPerHost - 1;

/** Tags fetched while others are still listed: more than most mailboxes hold, so that these are read in one go. */
const earlyTags = 2048;
/** Bytes of those: message manifests of a kilobyte or two fit, and a window of manifests of 8 MiB stays small. */
const earlyBytes = 16 * MiB;
/** Tags fetched before their turn: four rounds of what is under way, so that one slow tag does not hold up the others. */
const aheadTags = 4 * manifestsAtOnce;
/** Bytes of those: as many of the usual kilobytes, or one of the largest manifests. */
const aheadBytes = 8 * MiB;

/** What may lie here, fetched and not yet taken. */
interface Shelf {
  readonly mostTags: number;
  readonly mostBytes: number;
  tags: number;
  bytes: number;
}

/** Fetches one tag. Bytes of what it gives count while it waits to be taken. */
export interface ManifestSource<Item> {
  fetch(tag: string, signal: AbortSignal): Promise<Item>;
  bytesOf(item: Item): number;
}

/**
 * Fetches what is behind many tags, always as many at once as a host has room for, and hands it on in the order that is
 * asked for. Tags may be offered early, while others are still listed. However many there are, only so many bytes wait:
 * when they are reached, what is next is fetched when it is its turn. Each call of `fetch` stands alone.
 */
export class ManifestWindow<Item> {
  readonly #source: ManifestSource<Item>;
  readonly #limit = pLimit(manifestsAtOnce);
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #started = new Map<string, { readonly item: Promise<Item | null>; readonly shelf: Shelf }>();
  /** For what is listed: its turn comes when the listing has ended and everything was put into order. */
  readonly #early: Shelf = { mostTags: earlyTags, mostBytes: earlyBytes, tags: 0, bytes: 0 };
  /** For what is next. */
  readonly #ahead: Shelf = { mostTags: aheadTags, mostBytes: aheadBytes, tags: 0, bytes: 0 };

  constructor(source: ManifestSource<Item>, signal?: AbortSignal) {
    this.#source = source;
    this.#signal = signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal;
  }

  /** This tag will be wanted: fetched now, if there is room. */
  offer(tag: string): void {
    if (this.#early.tags < this.#early.mostTags) this.#start(tag, this.#early);
  }

  /** What is behind `named`, in this order, each once. Nothing goes on behind who stops early. */
  async *take(named: Iterable<string>): AsyncGenerator<Item, void, undefined> {
    const tags = [...new Set(named)];
    let next = 0;
    try {
      for (const tag of tags) {
        for (; next < tags.length && this.#ahead.tags < this.#ahead.mostTags; next += 1) {
          this.#start(tags[next] ?? '', this.#ahead);
        }
        yield (await this.#fetchedAhead(tag)) ?? (await this.#limit(() => this.#fetch(tag)));
      }
    } finally {
      this.close();
    }
  }

  /** Gives up what is under way. */
  close(): void {
    this.#stop.abort();
  }

  #start(tag: string, shelf: Shelf): void {
    if (this.#started.has(tag)) return;
    shelf.tags += 1;
    const item = this.#limit(async () => {
      if (shelf.bytes >= shelf.mostBytes) return null;
      const fetched = await this.#fetch(tag);
      shelf.bytes += this.#source.bytesOf(fetched);
      return fetched;
    });
    // Who takes it hears of its failure; nobody may be left to.
    item.catch(() => undefined);
    this.#started.set(tag, { item, shelf });
  }

  /** What was fetched ahead; null where there was no room for it. */
  async #fetchedAhead(tag: string): Promise<Item | null> {
    const started = this.#started.get(tag);
    if (started === undefined) return null;
    this.#started.delete(tag);
    const item = await started.item;
    started.shelf.tags -= 1;
    if (item !== null) started.shelf.bytes -= this.#source.bytesOf(item);
    return item;
  }

  #fetch(tag: string): Promise<Item> {
    return this.#source.fetch(tag, this.#signal);
  }
}
