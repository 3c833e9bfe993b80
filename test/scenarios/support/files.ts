import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export const MiB = 1024 * 1024;

/** Writes a file of random bytes, which no compression makes smaller; gives its SHA-256 in hex. */
export async function writeRandomFile(path: string, bytes: number): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const hash = createHash('sha256');
  const file = await open(path, 'wx');
  for (let left = bytes; left > 0; left -= MiB) {
    const piece = randomBytes(Math.min(left, MiB));
    hash.update(piece);
    await file.write(piece);
  }
  await file.close();
  return hash.digest('hex');
}

export async function writeTextFile(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { flag: 'wx' });
  return createHash('sha256').update(text).digest('hex');
}

/** SHA-256 in hex, or null when there is no such file. */
export async function sha256Of(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
    return hash.digest('hex');
  } catch {
    return null;
  }
}
