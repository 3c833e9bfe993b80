import { constants } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { DockerCommsError, systemErrorCode, toDockerCommsError } from '../base/errors.ts';
import type { KeySlot } from './key-slot.ts';
import { createPrivateFile, putFileAside } from './private-file.ts';
import { generateKey, keyPurpose, seal, unseal } from './sealing.ts';

/** The bits of a mode that let anybody but the owner in. */
const forOthers = 0o077;
const keyPattern = /^[A-Za-z0-9_-]{43}\n?$/;

/**
 * Keeps the vault's key closed with a random key in a file that only its owner may read (0600; on Windows the profile's
 * access list does that). It protects copies of the vault file and other users, not against the owner's own programs.
 */
export function keyFileSlot(path: string): KeySlot {
  return {
    id: 'key-file',
    label: 'Key file',
    available: () => isUsable(path),
    wrap: async (key) => seal(key, await ensureKey(path), keyPurpose),
    unwrap: async (wrapped) => ({
      key: await unseal(wrapped, await existingKey(path), keyPurpose),
      isStale: false,
    }),
    putAside: (stamp) => putFileAside(path, stamp),
    forget: () => rm(path, { force: true }),
  };
}

async function isUsable(path: string): Promise<boolean> {
  try {
    // A file that is not there yet can be made.
    await readKey(path);
    return true;
  } catch {
    return false;
  }
}

async function existingKey(path: string): Promise<Uint8Array> {
  const key = await readKey(path);
  if (key !== null) return key;
  throw new DockerCommsError('auth', `The key file ${path} is gone. Restore it from a backup.`, {
    detail: { file: path },
  });
}

async function ensureKey(path: string): Promise<Uint8Array> {
  const existing = await readKey(path);
  if (existing !== null) return existing;
  try {
    await createPrivateFile(path, `${Buffer.from(generateKey()).toString('base64url')}\n`);
  } catch (error) {
    throw new DockerCommsError('storage', `The key file ${path} cannot be made.`, {
      cause: toDockerCommsError(error),
      detail: { file: path },
    });
  }
  // Read back what is there: another process may have made it first.
  return existingKey(path);
}

/** Null when there is no file. Fails `storage` when it is not private or cannot be read, `auth` when it holds no key. */
async function readKey(path: string): Promise<Uint8Array | null> {
  const text = await readPrivateText(path);
  if (text === null) return null;
  if (keyPattern.test(text)) return Buffer.from(text.trim(), 'base64url');
  throw new DockerCommsError('auth', `The file ${path} holds no key. Restore it from a backup.`, {
    detail: { file: path },
  });
}

async function readPrivateText(path: string): Promise<string | null> {
  const file = await openWithoutFollowing(path);
  if (file === null) return null;
  try {
    await refuseShared(file, path);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

async function openWithoutFollowing(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw new DockerCommsError('storage', `The key file ${path} cannot be read.`, {
      cause: toDockerCommsError(error),
      detail: { file: path },
    });
  }
}

/** Looks at the file that was opened, not at its name, which could be another file by then. */
async function refuseShared(file: FileHandle, path: string): Promise<void> {
  const stats = await file.stat();
  const foreign = process.getuid !== undefined && stats.uid !== process.getuid();
  const shared = process.platform !== 'win32' && (stats.mode & forOthers) !== 0;
  if (stats.isFile() && !foreign && !shared) return;
  throw new DockerCommsError(
    'storage',
    `Others may read the key file ${path}. Make it yours alone (chmod 600), and change the passwords it protected.`,
    { detail: { file: path } },
  );
}
