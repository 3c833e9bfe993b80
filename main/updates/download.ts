import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { splitDigest } from '../base/digest.ts';
import { DockerCommsError, isDockerCommsError, toDockerCommsError, type ErrorCode } from '../base/errors.ts';
import { MiB } from '../base/limits.ts';
import type { ExpectedContent, OciRepository } from '../oci/repository.ts';
import { NewFile, partialNameOf } from '../transfer/new-file.ts';

/** Bytes that are read at once of what is here: hashing them holds nobody up. */
const readBytes = 1 * MiB;

export interface DownloadOptions {
  /** Absolute, for this user alone. */
  readonly folder: string;
  readonly name: string;
  readonly signal: AbortSignal;
  /** Told how many bytes came just now, or were here already; a negative number takes back. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Fetches a file of a release piece by piece, verified while it flows; under its name it appears whole or not at all. Where
 * it is cut, the next call goes on there, and the digest still is of all of it. Gives its path. Fails `verification-failed`,
 * `storage`, or as the registry does.
 */
export async function downloadFile(
  repository: Pick<OciRepository, 'fetchBlob'>,
  content: ExpectedContent,
  options: DownloadOptions,
): Promise<string> {
  const begun = await reopen(options.folder, content);
  if (begun !== null) {
    try {
      return await goOn(repository, content, begun, options);
    } catch (error) {
      if (!isDockerCommsError(error, 'verification-failed')) throw error;
      // Of what lay on the disk and what came now, the one or the other is wrong: only what is new is held against anybody.
    }
  }
  const file = await NewFile.create(
    options.folder,
    content.size,
    partialNameOf(splitDigest(content.digest).hex),
  );
  return goOn(repository, content, file, options);
}

/** Ways to fail after which what is here is as good as before. */
const harmless: ReadonlySet<ErrorCode> = new Set(['network', 'rate-limited', 'auth', 'storage', 'cancelled']);

async function goOn(
  repository: Pick<OciRepository, 'fetchBlob'>,
  content: ExpectedContent,
  file: NewFile,
  { name, signal, onBytes }: DownloadOptions,
): Promise<string> {
  let position = 0;
  const count = (bytes: number) => {
    position += bytes;
    onBytes(bytes);
  };
  try {
    const begun = contentOf(file, count);
    for await (const piece of await repository.fetchBlob(content, { signal, begun })) {
      const bytes = piece as Uint8Array;
      await file.write(bytes, position);
      count(bytes.byteLength);
    }
    return await file.place(name);
  } catch (error) {
    onBytes(-position);
    await (harmless.has(toDockerCommsError(error).code) ? file.close() : file.discard());
    throw error;
  }
}

/** What an earlier call left of this content; null where there is nothing. */
async function reopen(folder: string, { digest, size }: ExpectedContent): Promise<NewFile | null> {
  const path = join(folder, partialNameOf(splitDigest(digest).hex));
  const facts = await lstat(path).catch(() => null);
  if (facts === null) return null;
  const file = facts.size <= size ? await NewFile.reopen(folder, path, facts.uid) : null;
  if (file === null) await rm(path, { recursive: true, force: true });
  return file;
}

async function* contentOf(file: NewFile, onBytes: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const { size } = await file.facts();
  for (let done = 0; done < size; done += readBytes) {
    const piece = new Uint8Array(Math.min(readBytes, size - done));
    // A place that cannot be read is not what it was: the digest will say so.
    await file.read(piece, done);
    onBytes(piece.length);
    yield piece;
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
