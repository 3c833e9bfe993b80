import type { DatabaseSync } from 'node:sqlite';
import { DockerCommsError } from '../base/errors.ts';

/** Written into the database; a newer one is refused rather than misread. */
export const catalogueVersion = 1;

/**
 * `folded` is the tag in lower case: the specification sorts tags without regard to case, and two tags that differ in
 * case only are still two. `descriptor` is what a referrers listing shows, made once when the manifest comes.
 */
const schema = `
  CREATE TABLE repositories (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE links (
    repository INTEGER NOT NULL REFERENCES repositories, digest TEXT NOT NULL, size INTEGER NOT NULL,
    PRIMARY KEY (repository, digest)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX links_by_digest ON links (digest);
  CREATE TABLE manifests (
    repository INTEGER NOT NULL REFERENCES repositories, digest TEXT NOT NULL, media_type TEXT NOT NULL,
    subject TEXT, artifact_type TEXT, descriptor TEXT, bytes BLOB NOT NULL,
    PRIMARY KEY (repository, digest)
  ) STRICT;
  CREATE INDEX referrers ON manifests (repository, subject, digest, artifact_type) WHERE subject IS NOT NULL;
  CREATE TABLE tags (
    repository INTEGER NOT NULL REFERENCES repositories, folded TEXT NOT NULL, tag TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (repository, folded, tag)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tags_by_digest ON tags (repository, digest);
`;

/** Makes the tables in a new database, in one step. Always writes, so that the exclusive lock is held from here on. */
export function createCatalogue(database: DatabaseSync): void {
  database.exec('BEGIN EXCLUSIVE');
  const row = database.prepare('PRAGMA user_version').get();
  const version = Number(row?.user_version);
  if (version > catalogueVersion) {
    throw new DockerCommsError('unsupported', 'A newer version of DockerComms wrote this registry folder.');
  }
  if (version === 0) database.exec(schema);
  database.exec(`PRAGMA user_version = ${catalogueVersion}; COMMIT`);
}
