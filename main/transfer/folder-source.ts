import { basename, join, resolve } from 'node:path';
import { pack, type Header, type Pack } from 'tar-stream';
import { DockerCommsError } from '../base/errors.ts';
import { throwIfCancelled } from './cancellation.ts';
import { tarBlockBytes, tarEndBytes } from './chunk-tar.ts';
import { openFile, stateOf } from './file-source.ts';
import { walkFolder, type FolderEntry } from './folder-walk.ts';
import { readPieces, type PayloadSource } from './payload-source.ts';

/** Two empty blocks: the end of a tar archive. */
const endOfArchive = new Uint8Array(tarEndBytes);

/** A folder as one payload. */
export interface FolderPayload extends PayloadSource {
  /** How many files are inside, at any depth. */
  readonly files: number;
}

/**
 * A folder as a tar under its name: entries sorted, names relative and under the folder's own, owners left out, so that
 * an unchanged folder gives the same bytes again. Long and non-ASCII names are written as pax records. Links are kept
 * where they stay inside. Its size is known by walking it now; what is sent later must be the files found now.
 * Fails `not-found`, `storage`, `invalid` (no folder).
 */
export async function folderSource(path: string, signal?: AbortSignal): Promise<FolderPayload> {
  const root = resolve(path);
  const name = basename(root);
  const entries = await walkFolder(root, signal);
  if (entries[0]?.type !== 'directory' || name === '')
    throw new DockerCommsError('invalid', 'This is not a folder.');
  let totalBytes = endOfArchive.length;
  for (const entry of entries) totalBytes += (await headerOf(name, entry)).length + paddedBytes(entry);
  const files = entries.filter(({ type }) => type === 'file').length;
  return { name: `${name}.tar`, totalBytes, files, open: (reading) => archive(root, entries, reading) };
}

async function* archive(
  root: string,
  entries: readonly FolderEntry[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    throwIfCancelled(signal);
    yield await headerOf(basename(root), entry);
    if (entry.type === 'file') yield* contentOf(root, entry);
  }
  yield endOfArchive;
}

async function* contentOf(root: string, entry: FolderEntry): AsyncGenerator<Uint8Array> {
  const size = sizeOf(entry);
  yield* readPieces(openFile(join(root, entry.path), stateOf(entry.stats)), size);
  yield endOfArchive.subarray(0, paddedBytes(entry) - size);
}

function sizeOf(entry: FolderEntry): number {
  return entry.type === 'file' ? Number(entry.stats.size) : 0;
}

function paddedBytes(entry: FolderEntry): number {
  return Math.ceil(sizeOf(entry) / tarBlockBytes) * tarBlockBytes;
}

type TarHeader = Partial<Header> & Pick<Header, 'name'>;

/** The blocks that stand before an entry's content, pax records included, as tar-stream writes them. */
async function headerOf(folder: string, entry: FolderEntry): Promise<Uint8Array> {
  const writer = pack();
  writer.on('error', () => {
    // Destroyed below, before its content was written: that is not an error here.
  });
  writer.entry(tarHeader(folder, entry));
  const blocks = await readAvailable(writer);
  writer.destroy();
  return blocks;
}

function tarHeader(folder: string, entry: FolderEntry): TarHeader {
  const directory = entry.type === 'directory';
  const executable = directory || (entry.stats.mode & 0o111n) !== 0n;
  return {
    name: [folder, entry.path].filter((part) => part !== '').join('/') + (directory ? '/' : ''),
    type: entry.type,
    size: sizeOf(entry),
    mode: executable ? 0o755 : 0o644,
    mtime: new Date(Number(entry.stats.mtimeMs)),
    uid: 0,
    gid: 0,
    ...(entry.linkTarget === undefined ? {} : { linkname: entry.linkTarget }),
  };
}

async function readAvailable(writer: Pack): Promise<Uint8Array> {
  const readable = Promise.withResolvers<null>();
  writer.once('readable', () => readable.resolve(null));
  await readable.promise;
  const blocks: Buffer[] = [];
  for (let block = read(writer); block !== null; block = read(writer)) blocks.push(block);
  return Buffer.concat(blocks);
}

function read(writer: Pack): Buffer | null {
  return writer.read() as Buffer | null;
}
