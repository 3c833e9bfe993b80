/** Files that only their owner reads, written so that a crash leaves the old one or the new one, never a half. */
import { randomUUID } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { systemErrorCode } from '../base/errors.ts';

/** A mode: read and written by its owner, by nobody else. */
const ownerOnly = 0o600;

/** Puts `content` in place of the file, or makes it. */
export async function replacePrivateFile(path: string, content: string): Promise<void> {
  await throughTemporaryFile(path, content, (temporary) => rename(temporary, path));
}

/** Makes the file with this content, whole from its first moment. False when there is one already. */
export async function createPrivateFile(path: string, content: string): Promise<boolean> {
  return throughTemporaryFile(path, content, async (temporary) => {
    try {
      await link(temporary, path);
      return true;
    } catch (error) {
      if (systemErrorCode(error) === 'EEXIST') return false;
      throw error;
    }
  });
}

/**
 * Gives the file another name, with `stamp` in it, so that a new one can take its place. Nothing where there is none. Answers
 * what takes that back.
 */
export async function putFileAside(path: string, stamp: string): Promise<() => Promise<void>> {
  const { dir, name, ext } = parse(path);
  const aside = join(dir, `${name}-${stamp}${ext}`);
  try {
    await rename(path, aside);
    await syncFolder(dir);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return () => Promise.resolve();
    throw error;
  }
  return () => rename(aside, path);
}

async function throughTemporaryFile<T>(
  path: string,
  content: string,
  place: (temporary: string) => Promise<T>,
): Promise<T> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeDurably(temporary, content);
    const placed = await place(temporary);
    await syncFolder(dirname(path));
    return placed;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeDurably(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx', ownerOnly);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the new name durable. Windows has no such thing for folders, and needs none. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
