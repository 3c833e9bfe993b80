import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readFile, stat } from 'node:fs/promises';
import type { Clock } from '../../base/clock.ts';
import type { Fetch } from '../../oci/fetch-through.ts';
import { refreshTrustedRoot } from '../../trust/tuf-root.ts';
import { parseTrustedRoot, type TrustedRoot } from '../../trust/trusted-root.ts';
import type { TrustSource } from './instance.ts';

/**
 * Milliseconds after which a mirror is asked again: how long a key that was withdrawn goes on to count here. Instances
 * change theirs a few times a year, so more often would only cost requests.
 */
const freshFor = 24 * 3600 * 1000;
/**
 * Milliseconds after which one that could not be asked is: what waits for an answer meanwhile must not wait for the
 * time-out each time, and most that are down are back by then.
 */
const retriedAfter = 10 * 60 * 1000;
/** Hex digits of a folder's name: 128 bits, which never meet by chance. */
const nameDigits = 32;

export interface TrustedRootsOptions {
  /** Where what mirrors said is kept. */
  readonly folder: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Told why a mirror could not be asked, where an older answer goes on to count. */
  readonly onStale: (error: unknown) => void;
}

interface Held {
  readonly root: Promise<TrustedRoot>;
  readonly until: number;
}

/** The trusted roots of Sigstore instances: each asked for once a day at most, for any number of messages. */
export class TrustedRoots {
  readonly #options: TrustedRootsOptions;
  readonly #held = new Map<string, Held>();

  constructor(options: TrustedRootsOptions) {
    this.#options = options;
  }

  /** Fails `invalid` for a file that is none; `network` or `verification-failed` where a mirror is all there is. */
  of(source: TrustSource): Promise<TrustedRoot> {
    const name = nameOf(source);
    const now = this.#options.clock.now();
    const held = this.#held.get(name);
    if (held !== undefined && now < held.until) return held.root;
    const root = this.#load(source, name);
    this.#held.set(name, { root, until: now + freshFor });
    root.catch(() => this.#held.delete(name));
    return root;
  }

  async #load(source: TrustSource, name: string): Promise<TrustedRoot> {
    if (source.kind === 'file') return parseTrustedRoot(source.trustedRoot);
    const folder = join(this.#options.folder, name);
    try {
      return parseTrustedRoot(await refreshTrustedRoot(source.mirror, folder, this.#options.fetch));
    } catch (error) {
      const older = (await lastOf(folder)) ?? source.builtIn;
      if (older === null) throw error;
      this.#options.onStale(error);
      const root = Promise.resolve(parseTrustedRoot(older));
      this.#held.set(name, { root, until: this.#options.clock.now() + retriedAfter });
      return root;
    }
  }
}

/** What the mirror said the last time; it was verified then. */
async function lastOf(folder: string): Promise<Uint8Array | null> {
  const path = join(folder, 'targets', 'trusted_root.json');
  const there = await stat(path).catch(() => null);
  return there?.isFile() === true ? readFile(path) : null;
}

/** By all that decides what is believed: another first root is another mirror. */
function nameOf(source: TrustSource): string {
  const hash = createHash('sha256');
  if (source.kind === 'file') hash.update('file\n').update(source.trustedRoot);
  else hash.update(`tuf\n${source.mirror.url.href}\n`).update(source.mirror.root);
  return hash.digest('hex').slice(0, nameDigits);
}
