/**
 * One owner per home. The lock is an exclusive SQLite transaction that stays open: the system releases it when the
 * process ends, however it ends, and it works alike on Linux, macOS and Windows. Who holds it stands beside it in
 * `owner.json`, which is information only and may be stale.
 */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { DockerCommsError } from '../base/errors.ts';
import { ensureHome } from './home.ts';
import { createPrivately } from './private-database.ts';
import { fromSqliteError, isBusy } from './sqlite-errors.ts';

const ownerSchema = z.object({
  pid: z.number().int(),
  /** Name of the computer: a home may lie on a shared disk. */
  host: z.string(),
  startedAt: z.number(),
});
export type HomeOwner = Readonly<z.output<typeof ownerSchema>>;

export interface HomeLock {
  /** The home's absolute folder. */
  readonly folder: string;
  /** Gives the home up. */
  release(): Promise<void>;
}

/** Two who come at the same moment can refuse each other for a moment; an owner who stays is there longer than this. */
const attempts = 5;
/** Between two attempts: an owner who only passes has gone by then. */
const pauseMilliseconds = 40;

/**
 * Makes the home when missing and becomes its owner. Fails `conflict` when another process is (detail: `pid`, `host`,
 * `startedAt`, as far as they are known), `storage` when the folder cannot be used.
 */
export async function acquireHome(folder: string): Promise<HomeLock> {
  const home = await ensureHome(folder);
  const lock = await lockOrNull(join(home, 'owner.sqlite'));
  if (lock === null) throw await taken(home);
  return ownedHome(home, lock);
}

export interface FileLock {
  release(): void;
}

/** Takes the lock of a file that is made for it, as a home has one; null while another process has it. */
export async function acquireFile(path: string): Promise<FileLock | null> {
  const lock = await lockOrNull(path);
  return lock && { release: () => lock.close() };
}

/** Who said last that the home is theirs; null when nobody did. Stale after a crash: only the lock decides. */
export async function readHomeOwner(folder: string): Promise<HomeOwner | null> {
  try {
    const checked = ownerSchema.safeParse(JSON.parse(await readFile(ownerPath(folder), 'utf8')));
    return checked.success ? checked.data : null;
  } catch {
    return null;
  }
}

async function ownedHome(folder: string, lock: DatabaseSync): Promise<HomeLock> {
  const owner: HomeOwner = { pid: process.pid, host: hostname(), startedAt: Date.now() };
  try {
    await writeOwner(folder, owner);
  } catch (error) {
    lock.close();
    throw fromSqliteError(error, ownerPath(folder));
  }
  return {
    folder,
    release: async () => {
      if (!lock.isOpen) return;
      try {
        // Before the lock goes: afterwards it may be the next owner's.
        await rm(ownerPath(folder), { force: true });
      } finally {
        lock.close();
      }
    },
  };
}

async function lockOrNull(path: string): Promise<DatabaseSync | null> {
  createPrivately(path);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const lock = tryLock(path);
    if (lock !== null) return lock;
    await delay(pauseMilliseconds * (0.5 + Math.random()));
  }
  return null;
}

function tryLock(path: string): DatabaseSync | null {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    if (isBusy(error)) return null;
    throw fromSqliteError(error, path);
  }
}

async function taken(folder: string): Promise<DockerCommsError> {
  const owner = await readHomeOwner(folder);
  const who = owner === null ? '' : ` (process ${owner.pid} on ${owner.host})`;
  const known = owner === null ? {} : { pid: owner.pid, host: owner.host, startedAt: owner.startedAt };
  return new DockerCommsError('conflict', `DockerComms is already running with this home${who}.`, {
    detail: { folder, ...known },
  });
}

async function writeOwner(folder: string, owner: HomeOwner): Promise<void> {
  const temporary = `${ownerPath(folder)}.${randomUUID()}.tmp`;
  await writeFile(temporary, `${JSON.stringify(owner)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(temporary, ownerPath(folder));
}

function ownerPath(folder: string): string {
  return join(folder, 'owner.json');
}
