import type { BigIntStats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { DockerCommsError, toDockerCommsError } from '../base/errors.ts';
import { throwIfCancelled } from './cancellation.ts';

/** One thing in a folder that is sent. */
export interface FolderEntry {
  /** Below the folder, with `/`; empty for the folder itself. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink';
  readonly stats: BigIntStats;
  /** Where a link points: always relative, always inside the folder. */
  readonly linkTarget?: string;
}

/**
 * Everything in a folder, sorted by path (by code units, so that it is the same on every computer), the folder first.
 * Links are kept where they point inside; what is neither file, folder nor such a link is left out.
 */
export async function walkFolder(root: string, signal?: AbortSignal): Promise<FolderEntry[]> {
  const entries: FolderEntry[] = [];
  const waiting = [''];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    throwIfCancelled(signal);
    const entry = await readEntry(root, path);
    if (entry === null) continue;
    entries.push(entry);
    if (entry.type !== 'directory') continue;
    for (const child of await childrenOf(root, path)) waiting.push(child);
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function childrenOf(root: string, path: string): Promise<string[]> {
  const names = await readdir(join(root, path), { encoding: 'buffer' }).catch(rethrow);
  return names.map((name) => posix.join(path, decodeName(name)));
}

/** Names that are no text cannot be told to another system. */
function decodeName(name: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name);
  } catch (cause) {
    throw new DockerCommsError(
      'invalid',
      'A name in this folder is not valid Unicode. Rename it and try again.',
      {
        cause,
      },
    );
  }
}

async function readEntry(root: string, path: string): Promise<FolderEntry | null> {
  const stats = await lstat(join(root, path), { bigint: true }).catch(rethrow);
  if (stats.isFile()) return { path, type: 'file', stats };
  if (stats.isDirectory()) return { path, type: 'directory', stats };
  if (!stats.isSymbolicLink() || path === '') return null;
  const linkTarget = await readlink(join(root, path)).catch(rethrow);
  return staysInside(path, linkTarget) ? { path, type: 'symlink', stats, linkTarget } : null;
}

/** Whether a link at `path` that says `target` points to something below the folder, by its words alone. */
function staysInside(path: string, target: string): boolean {
  if (target.includes('\\') || posix.isAbsolute(target) || /^[a-z]:/i.test(target)) return false;
  const resolved = posix.join(posix.dirname(path), target);
  return resolved !== '..' && !resolved.startsWith('../');
}

function rethrow(error: unknown): never {
  throw toDockerCommsError(error);
}
