import { z } from 'zod';
import { DockerCommsError } from '../base/errors.ts';
import type { Database } from './database.ts';
import { first } from './migrations/0001-first.ts';
import { published } from './migrations/0002-published.ts';
import { loginKind } from './migrations/0003-login-kind.ts';
import { answers } from './migrations/0004-answers.ts';
import { capabilities } from './migrations/0005-capabilities.ts';
import { trust } from './migrations/0006-trust.ts';
import { toldMailboxes } from './migrations/0007-told-mailboxes.ts';
import { crowded } from './migrations/0008-crowded.ts';
import { dismissed } from './migrations/0009-dismissed.ts';
import { draftAnswers } from './migrations/0010-draft-answers.ts';
import { mutedUntil } from './migrations/0011-muted-until.ts';

/** What leads from version n to n + 1, in order. Never changed once released: a new version is a new file. */
export const migrations: readonly string[] = [
  first,
  published,
  loginKind,
  answers,
  capabilities,
  trust,
  toldMailboxes,
  crowded,
  dismissed,
  draftAnswers,
  mutedUntil,
];

/** "DCom": marks the file as ours (https://sqlite.org/fileformat.html, section 1.3.16). */
export const applicationId = 0x44436f6d;

/** One statement, so that what it reads belongs together while another process makes the file. */
const headerStatement = `
  SELECT (SELECT user_version FROM pragma_user_version) AS version,
    (SELECT application_id FROM pragma_application_id) AS application,
    (SELECT count(*) FROM sqlite_schema) AS tables`;
const headerRow = z.object({ version: z.number(), application: z.number(), tables: z.number() });

/**
 * Brings the file to the newest version (or to `target`), each step in a transaction of its own. Fails `storage` when
 * the file belongs to another program, `unsupported` when a newer DockerComms wrote it; both leave it as it was.
 */
export function migrate(database: Database, target = migrations.length): void {
  refuseForeign(database);
  while (versionOf(database) < target) {
    database.transaction(() => {
      // Read again inside the transaction: another process may have done this step meanwhile.
      const version = versionOf(database);
      const step = migrations[version];
      if (step === undefined || version >= target) return null;
      database.execute(step);
      database.execute(`PRAGMA user_version = ${version + 1}`);
      database.execute(`PRAGMA application_id = ${applicationId}`);
      return null;
    });
  }
}

function refuseForeign(database: Database): void {
  const { version, application, tables } = database.found(database.get(headerStatement, headerRow));
  if (application === applicationId ? version === 0 : tables > 0) {
    throw new DockerCommsError('storage', `The file ${database.file} belongs to another program.`, {
      detail: { file: database.file },
    });
  }
  if (version > migrations.length) {
    throw new DockerCommsError(
      'unsupported',
      `The file ${database.file} was written by a newer version of DockerComms. Install that version to use it.`,
      { detail: { file: database.file, version, known: migrations.length } },
    );
  }
}

function versionOf(database: Database): number {
  return database.found(database.get(headerStatement, headerRow)).version;
}
