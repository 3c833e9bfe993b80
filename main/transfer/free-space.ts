import { statfs } from 'node:fs/promises';

/**
 * Bytes that may still be written where `folder` is. Infinite where its disk does not say how large it is (zeros, or no answer, as
 * programs that serve one may): what cannot be known is tried.
 */
export async function freeBytesAt(folder: string): Promise<number> {
  const facts = await statfs(folder).catch(() => null);
  return facts === null || facts.blocks === 0 ? Infinity : facts.bavail * facts.bsize;
}
