import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { DockerCommsError, systemErrorCode } from '../base/errors.ts';
import { KiB } from '../base/limits.ts';
import type { ConfigPlace } from './config-places.ts';
import { parseConfig, type ContainerConfig } from './config.ts';

/** Bytes of a configuration that we read: a login takes some hundred, and nobody has thousands of registries. */
const longestConfig = 512 * KiB;

/**
 * The configuration at this place; null when there is none. Fails `invalid` (not a configuration), `too-large`, or
 * `storage` (cannot be read), each naming the file and nothing of what it says.
 */
export async function readConfig(place: ConfigPlace): Promise<ContainerConfig | null> {
  const text = place.content?.() ?? (await readText(place.name));
  return text === null ? null : parseConfig(text, place);
}

async function readText(path: string): Promise<string | null> {
  try {
    // Non-blocking: a named pipe in this place must not hold us until somebody writes to it.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await readBounded(file, path);
    } finally {
      await file.close();
    }
  } catch (error) {
    const system = systemErrorCode(error);
    if (system === 'ENOENT' || system === 'ENOTDIR') return null;
    if (error instanceof DockerCommsError) throw error;
    throw new DockerCommsError('storage', `${path} cannot be read. Check its permissions.`, {
      detail: { file: path, ...(system !== undefined && { system }) },
    });
  }
}

async function readBounded(file: FileHandle, path: string): Promise<string> {
  const stats = await file.stat();
  if (!stats.isFile()) {
    throw new DockerCommsError('invalid', `${path} is not a file.`, { detail: { file: path } });
  }
  const buffer = Buffer.alloc(longestConfig + 1);
  let filled = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled);
    if (bytesRead === 0) return buffer.toString('utf8', 0, filled);
    filled += bytesRead;
    if (filled > longestConfig) {
      throw new DockerCommsError('too-large', `${path} is too large for a configuration with logins.`, {
        detail: { file: path, limit: longestConfig },
      });
    }
  }
}
