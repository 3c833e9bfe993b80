import { DockerCommsError, toDockerCommsError } from '../base/errors.ts';

/** SQLite's primary result codes (https://sqlite.org/rescode.html) that a person can do something about: all `storage`. */
const sentences: Readonly<Record<number, string>> = {
  5: 'is in use by another program. Close it and try again.',
  6: 'is in use by another program. Close it and try again.',
  8: 'cannot be written to. Check its permissions.',
  10: 'cannot be read or written: the disk reported an error.',
  11: 'is damaged. It was left as it is: restore it from a backup, or move it away to start afresh.',
  13: 'cannot grow: the disk is full. Free some space and try again.',
  14: 'cannot be opened. Check that its folder exists and that you have permission.',
  26: 'is not a DockerComms database, or is damaged. It was left as it is: restore it from a backup, or move it away to start afresh.',
};

/** SQLITE_CONSTRAINT_FOREIGNKEY (sqlite.org/rescode.html). */
const foreignKeyConstraint = 787;
/** SQLITE_CONSTRAINT_PRIMARYKEY and SQLITE_CONSTRAINT_UNIQUE. */
const uniqueConstraints: readonly number[] = [1555, 2067];

function resultCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}

/** True when another connection holds the lock that this one wants. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code !== undefined && [5, 6].includes(code & 0xff);
}

/** What `node:sqlite` threw about `file`, in our family; everything else through `toDockerCommsError`. */
export function fromSqliteError(error: unknown, file: string): DockerCommsError {
  const code = resultCode(error);
  if (code === undefined) return toDockerCommsError(error);
  const options = { cause: error, detail: { file, sqlite: code } };
  if (uniqueConstraints.includes(code)) {
    return new DockerCommsError('conflict', 'This is there already.', options);
  }
  if (code === foreignKeyConstraint) {
    return new DockerCommsError('not-found', 'What this belongs to is no longer there.', options);
  }
  const known = sentences[code & 0xff];
  if (known === undefined) {
    return new DockerCommsError('internal', 'The database refused a statement.', options);
  }
  return new DockerCommsError('storage', `The file ${file} ${known}`, {
    cause: error,
    detail: { ...options.detail, reason: 'home-storage' },
  });
}
