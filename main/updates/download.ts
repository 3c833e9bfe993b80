import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { splitDigest } from '../base/digest.ts';
import { DockerCommsError } from '../base/errors.ts';
import type { ExpectedContent, OciRepository } from '../oci/repository.ts';
import { NewFile } from '../transfer/new-file.ts';

export interface DownloadOptions {
  /** Absolute, for this user alone. */
  readonly folder: string;
  readonly name: string;
  readonly signal: AbortSignal;
  /** Told how many bytes came just now. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Fetches a file of a release piece by piece, verified while it flows; under its name it appears whole or not at all. Gives
 * its path. Fails `verification-failed`, `storage`, or as the registry does.
 */
export async function downloadFile(
  repository: Pick<OciRepository, 'fetchBlob'>,
  content: ExpectedContent,
  { folder, name, signal, onBytes }: DownloadOptions,
): Promise<string> {
  const file = await NewFile.create(folder, content.size);
  try {
    let position = 0;
    for await (const piece of await repository.fetchBlob(content, { signal })) {
      const bytes = piece as Uint8Array;
      await file.write(bytes, position);
      position += bytes.byteLength;
      onBytes(bytes.byteLength);
    }
    return await file.place(name);
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/**
 * Before a file that lay on the disk for a while is run: it must still be what was verified. Fails `verification-failed`, or
 * `not-found` when it is gone.
 */
export async function verifyFile(path: string, { digest, size }: ExpectedContent): Promise<void> {
  const { algorithm, hex } = splitDigest(digest);
  const hash = createHash(algorithm);
  let read = 0;
  await pipeline(createReadStream(path), async function (pieces: AsyncIterable<Uint8Array>) {
    for await (const piece of pieces) {
      read += piece.byteLength;
      hash.update(piece);
    }
  });
  if (read === size && hash.digest('hex') === hex) return;
  throw new DockerCommsError('verification-failed', 'The downloaded update was changed on this computer.');
}
