import { z } from 'zod';
import { jsonColumn } from './columns.ts';
import type { Database } from './database.ts';

export const publishedKinds = ['message', 'receipt', 'signature'] as const;
export type PublishedKind = (typeof publishedKinds)[number];

/** Where an account put something: `repository` is its own mailbox or somebody else's. */
export interface PublishedPlace {
  readonly accountId: string;
  readonly repository: string;
}

/** Something that this home put on a registry, under a digest that it computed itself. */
export interface Published extends PublishedPlace {
  readonly digest: string;
  readonly tag: string;
  /** Digest of the manifest that it is attached to (a receipt, a signature); null: it stands alone. */
  readonly subject: string | null;
  readonly kind: PublishedKind;
  /** What the registry may free with it: what other content shares stays. */
  readonly bytes: number;
  /** When nobody is to be shown it any more. */
  readonly expiresAt: number;
}

/** One manifest of ours that has outlived its time, with every tag that we gave it. */
export interface ExpiredManifest {
  readonly digest: string;
  readonly subject: string | null;
  readonly kind: PublishedKind;
  readonly bytes: number;
  readonly tags: readonly string[];
}

/** How much of ours lies in a place. */
export interface PublishedCounts {
  /** Manifests that expired by the time asked for. */
  readonly expired: number;
  readonly living: number;
  /** When the first of the living ones expires; null: none lives. */
  readonly nextExpiry: number | null;
}

const placeRow: z.ZodType<PublishedPlace> = z.object({ accountId: z.string(), repository: z.string() });
const expiredRow: z.ZodType<ExpiredManifest> = z.object({
  digest: z.string(),
  subject: z.string().nullable(),
  kind: z.enum(publishedKinds),
  bytes: z.number(),
  tags: jsonColumn(z.array(z.string())),
});
const countsRow: z.ZodType<PublishedCounts> = z.object({
  expired: z.number(),
  living: z.number(),
  nextExpiry: z.number().nullable(),
});

/** The book of what this home wrote to registries: the only thing that says that something is ours to remove. */
export class PublishedBook {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Notes what was put there. The same manifest under the same tag again keeps the later end of its life. */
  record(published: Published): void {
    this.#database.run(
      `INSERT INTO published (accountId, repository, digest, tag, subject, kind, bytes, expiresAt)
       VALUES (:accountId, :repository, :digest, :tag, :subject, :kind, :bytes, :expiresAt)
       ON CONFLICT (repository, digest, tag) DO UPDATE SET expiresAt = max(expiresAt, excluded.expiresAt)`,
      { ...published },
    );
  }

  /** Everywhere that something of ours lies. */
  places(): readonly PublishedPlace[] {
    return this.#database.all(
      'SELECT DISTINCT accountId, repository FROM published ORDER BY accountId, repository',
      placeRow,
    );
  }

  counts({ accountId, repository }: PublishedPlace, expiredBy: number): PublishedCounts {
    return this.#database.found(
      this.#database.get(
        `SELECT count(DISTINCT CASE WHEN expiresAt <= :expiredBy THEN digest END) AS expired,
           count(DISTINCT CASE WHEN expiresAt > :expiredBy THEN digest END) AS living,
           min(CASE WHEN expiresAt > :expiredBy THEN expiresAt END) AS nextExpiry
         FROM published WHERE accountId = :accountId AND repository = :repository`,
        countsRow,
        { accountId, repository, expiredBy },
      ),
    );
  }

  /**
   * Manifests of ours there that may be removed at `now`, longest expired first: all their tags had expired by
   * `expiredBy`, and none was put off.
   */
  expired(
    { accountId, repository }: PublishedPlace,
    { expiredBy, now, limit }: { readonly expiredBy: number; readonly now: number; readonly limit: number },
  ): readonly ExpiredManifest[] {
    return this.#database.all(
      `SELECT digest, subject, kind, max(bytes) AS bytes, json_group_array(tag) AS tags FROM published AS mine
       WHERE accountId = :accountId AND repository = :repository AND expiresAt <= :expiredBy
         AND NOT EXISTS (
           SELECT 1 FROM published AS other WHERE other.repository = mine.repository
             AND other.digest = mine.digest AND (other.expiresAt > :expiredBy OR other.retryAt > :now)
         )
       GROUP BY digest ORDER BY max(expiresAt), digest LIMIT :limit`,
      expiredRow,
      { accountId, repository, expiredBy, now, limit },
    );
  }

  /** Whether this manifest there is ours and had expired, under every tag that we know, by `expiredBy`. */
  isExpired(repository: string, digest: string, expiredBy: number): boolean {
    const latest = this.#database.number(
      'SELECT max(expiresAt) AS number FROM published WHERE repository = :repository AND digest = :digest',
      { repository, digest },
    );
    return latest !== null && latest <= expiredBy;
  }

  /** It could not be removed: not to be tried before `retryAt`. */
  postpone(repository: string, digest: string, retryAt: number): void {
    this.#database.update('published', { repository, digest }, { retryAt });
  }

  /** It is gone from the registry. */
  settle(repository: string, digest: string): void {
    this.#database.run('DELETE FROM published WHERE repository = :repository AND digest = :digest', {
      repository,
      digest,
    });
  }
}
