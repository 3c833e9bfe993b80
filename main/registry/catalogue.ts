/**
 * What is where: repositories, the blobs each of them may show, manifests, tags and who refers to whom. Blob contents
 * are files (blob-files.ts); everything small is one SQLite database, because that gives for free what files do not:
 * a manifest, its tag and its place among the referrers appear together or not at all, whenever the process dies; a
 * page of 100,000 sorted tags is a range scan and costs no memory; names never become paths, so neither `..` nor a
 * case-insensitive disk nor a reserved Windows name matters.
 *
 * Durability: WAL with `synchronous=NORMAL` survives a killed process; `settle` makes what was answered survive a power
 * cut, off the main thread. The exclusive lock keeps a second registry away from the same folder.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Digest } from '../base/digest.ts';
import { DockerCommsError, toDockerCommsError } from '../base/errors.ts';
import { catalogueVersion, createCatalogue } from './catalogue-schema.ts';

export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface NewManifest extends StoredManifest {
  readonly tag: string | null;
  readonly subject: Digest | null;
  readonly artifactType: string | null;
  /** The descriptor (JSON) that a referrers listing shows; null without a subject. */
  readonly descriptor: string | null;
  /** Digests that must be in the repository. */
  readonly references: readonly string[];
}

export interface Referrer {
  readonly digest: string;
  readonly descriptor: string;
}

/** Rows from SQLite, which knows nothing of types; their shape is the schema's. */
type Row = Readonly<Record<string, unknown>>;

export class Catalogue {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #log: FileHandle;

  private constructor(database: DatabaseSync, log: FileHandle) {
    this.#database = database;
    this.#log = log;
  }

  /** Opens or makes the database at `path`. Throws `conflict` when another registry has it, `storage`. */
  static async open(path: string): Promise<Catalogue> {
    const database = openExclusively(path);
    try {
      // Never locked by SQLite (locks are on the database file), so that closing this handle cannot drop a lock.
      return new Catalogue(database, await open(`${path}-wal`, 'r+'));
    } catch (error) {
      database.close();
      throw toDockerCommsError(error);
    }
  }

  /** Resolves once everything written so far survives a power cut. */
  async settle(): Promise<void> {
    await this.#log.datasync();
  }

  async close(): Promise<void> {
    await this.#log.close();
    this.#database.close();
  }

  hasRepository(name: string): boolean {
    return this.#repository(name) !== null;
  }

  /** Bytes of a blob that this repository may show, or null. */
  blobSize(name: string, digest: Digest): number | null {
    const row = this.#get(
      'SELECT size FROM links JOIN repositories ON id = repository WHERE name = ? AND digest = ?',
      name,
      digest,
    );
    return row === undefined ? null : Number(row.size);
  }

  /** Bytes of a blob that any repository has, or null. */
  blobSizeAnywhere(digest: Digest): number | null {
    const row = this.#get('SELECT size FROM links WHERE digest = ? LIMIT 1', digest);
    return row === undefined ? null : Number(row.size);
  }

  /** Lets a repository, which need not exist yet, show this blob. */
  linkBlob(name: string, digest: Digest, size: number): void {
    this.#transaction(() => {
      const repository = this.#repositoryMade(name);
      this.#run('INSERT OR REPLACE INTO links VALUES (?, ?, ?)', repository, digest, size);
    });
  }

  /** False when the repository did not show it. The content stays: others may. */
  unlinkBlob(name: string, digest: Digest): boolean {
    return (
      this.#run('DELETE FROM links WHERE repository = ? AND digest = ?', this.#repository(name), digest) > 0
    );
  }

  manifest(name: string, digest: Digest): StoredManifest | null {
    const row = this.#get(
      'SELECT digest, media_type, bytes FROM manifests WHERE repository = ? AND digest = ?',
      this.#repository(name),
      digest,
    );
    if (row === undefined) return null;
    return { digest, mediaType: String(row.media_type), bytes: row.bytes as Uint8Array };
  }

  /** The digest that a tag points at now, or null. */
  tagged(name: string, tag: string): Digest | null {
    const row = this.#get(
      'SELECT digest FROM tags WHERE repository = ? AND folded = ? AND tag = ?',
      this.#repository(name),
      tag.toLowerCase(),
      tag,
    );
    return row === undefined ? null : (row.digest as Digest);
  }

  /** Stores a manifest with its tag, or, when the repository lacks something it references, gives one such digest. */
  putManifest(name: string, manifest: NewManifest): { readonly missing: string } | null {
    return this.#transaction(() => {
      const repository = this.#repositoryMade(name);
      const missing = this.#firstMissing(repository, manifest.references);
      if (missing !== null) return { missing };
      const { digest, mediaType, bytes, subject, artifactType, descriptor, tag } = manifest;
      this.#run(
        'INSERT OR REPLACE INTO manifests VALUES (?, ?, ?, ?, ?, ?, ?)',
        ...[repository, digest, mediaType, subject, artifactType, descriptor, bytes],
      );
      if (tag !== null) {
        this.#run(
          'INSERT OR REPLACE INTO tags VALUES (?, ?, ?, ?)',
          repository,
          tag.toLowerCase(),
          tag,
          digest,
        );
      }
      return null;
    });
  }

  /** Removes a manifest and every tag on it. False when it was not there. */
  deleteManifest(name: string, digest: Digest): boolean {
    return this.#transaction(() => {
      const repository = this.#repository(name);
      this.#run('DELETE FROM tags WHERE repository = ? AND digest = ?', repository, digest);
      return this.#run('DELETE FROM manifests WHERE repository = ? AND digest = ?', repository, digest) > 0;
    });
  }

  deleteTag(name: string, tag: string): boolean {
    const folded = tag.toLowerCase();
    const where = 'repository = ? AND folded = ? AND tag = ?';
    return this.#run(`DELETE FROM tags WHERE ${where}`, this.#repository(name), folded, tag) > 0;
  }

  /** Up to `count` tags after `last`, in case-insensitive order as the specification wants it. */
  tags(name: string, last: string, count: number): readonly string[] {
    const rows = this.#all(
      `SELECT tag FROM tags WHERE repository = ? AND (folded, tag) > (?, ?) ORDER BY folded, tag LIMIT ?`,
      ...[this.#repository(name), last.toLowerCase(), last, count],
    );
    return rows.map((row) => String(row.tag));
  }

  /** Up to `count` manifests after `last` (a digest) whose subject this is; of one artifact type where one is given. */
  referrers(
    name: string,
    subject: Digest,
    artifactType: string | null,
    last: string,
    count: number,
  ): Referrer[] {
    const rows = this.#all(
      `SELECT digest, descriptor FROM manifests WHERE repository = ? AND subject = ? AND digest > ?
       AND (? IS NULL OR artifact_type = ?) ORDER BY digest LIMIT ?`,
      ...[this.#repository(name), subject, last, artifactType, artifactType, count],
    );
    return rows.map((row) => ({ digest: String(row.digest), descriptor: String(row.descriptor) }));
  }

  #firstMissing(repository: number, references: readonly string[]): string | null {
    const row = this.#get(
      `SELECT value FROM json_each(?)
       WHERE NOT EXISTS (SELECT 1 FROM links WHERE repository = ? AND digest = value)
       AND NOT EXISTS (SELECT 1 FROM manifests WHERE repository = ? AND digest = value) LIMIT 1`,
      ...[JSON.stringify(references), repository, repository],
    );
    return row === undefined ? null : String(row.value);
  }

  #repository(name: string): number | null {
    const row = this.#get('SELECT id FROM repositories WHERE name = ?', name);
    return row === undefined ? null : Number(row.id);
  }

  #repositoryMade(name: string): number {
    this.#run('INSERT OR IGNORE INTO repositories (name) VALUES (?)', name);
    return this.#repository(name) ?? 0;
  }

  #transaction<Result>(body: () => Result): Result {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = body();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #run(sql: string, ...values: Value[]): number {
    return Number(this.#prepared(sql).run(...values).changes);
  }

  #get(sql: string, ...values: Value[]): Row | undefined {
    return this.#prepared(sql).get(...values);
  }

  #all(sql: string, ...values: Value[]): Row[] {
    return this.#prepared(sql).all(...values);
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

type Value = string | number | null | Uint8Array;

function openExclusively(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    createCatalogue(database);
    return database;
  } catch (error) {
    database.close();
    throw openFailure(error);
  }
}

function openFailure(error: unknown): DockerCommsError {
  if (error instanceof DockerCommsError) return error;
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  // SQLITE_BUSY and SQLITE_LOCKED
  if (code === 5 || code === 6) {
    return new DockerCommsError('conflict', 'Another program serves this registry folder.', { cause: error });
  }
  return new DockerCommsError(
    'storage',
    `The registry's catalogue (version ${catalogueVersion}) cannot be opened.`,
    {
      cause: error,
    },
  );
}
