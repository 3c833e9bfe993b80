/**
 * Which chunks of a file are on the disk already, so that a download that was cut goes on. It lies in the home and not beside
 * the partial file: whoever can change that one (a shared folder, a stick) must not be able to change what proves it. It is
 * a file of its own and no table, because a commit of SQLite waits for the disk on the main thread, and nothing has to be on
 * the disk here: what the journal says is proven again before it counts, and what it lacks is fetched.
 *
 * Lines of JSON: a heading, then one line for each chunk from the first on, without a gap. Where each chunk begins follows from
 * the sizes of those before it, all of which were verified when their lines were written. Must-fail vectors:
 * test/transfer/resume.test.ts.
 */
import { constants } from 'node:fs';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { isDigest, type Digest } from '../base/digest.ts';
import { readJson } from '../base/json.ts';
import { MiB } from '../base/limits.ts';
import { ChunkProof, isProofKey, newProofKey } from './chunk-proof.ts';

/** Bytes of a journal that are read: a heading and 10,000 lines of some 50 characters are half of them. */
const longestJournal = 1 * MiB;

const base64 = z.base64().transform((text) => Buffer.from(text, 'base64'));
const headingSchema = z.object({
  version: z.literal(1),
  /** Absolute path of the partial file. */
  file: z.string().min(1),
  /** Number of the user (POSIX `st_uid`) to whom it belonged when it was made. */
  owner: z.int(),
  /** What is being fetched; see `contentOf` (partial-file.ts). */
  content: z.string().refine(isDigest),
  key: base64.refine(isProofKey),
});
/**
 * Bytes of the chunk, its proof in base64, and a checksum of both: one wrong size would put all chunks behind it in wrong
 * places. A pattern, because there may be ten thousand of them, and a schema takes ten times as long.
 */
const linePattern = /^\[([1-9]\d{0,14}),"([A-Za-z0-9+/]{22}==)",(\d{1,10})\]$/;

type Heading = z.output<typeof headingSchema>;

export interface KeptChunk {
  /** Bytes of the file. */
  readonly size: number;
  readonly proof: Buffer;
}

export interface JournalSubject {
  readonly file: string;
  readonly owner: number;
  readonly content: Digest;
}

export class ChunkJournal {
  /** What was noted before it was opened, from the first chunk on. */
  readonly kept: readonly KeptChunk[];
  readonly subject: JournalSubject;
  readonly #key: Buffer;
  readonly #handle: FileHandle;
  /** Noted before those in front of them. */
  readonly #early = new Map<number, KeptChunk>();
  #next: number;
  #lastWrite: Promise<void> = Promise.resolve();

  private constructor(handle: FileHandle, heading: Heading, kept: readonly KeptChunk[]) {
    const { file, owner, content, key } = heading;
    this.subject = { file, owner, content };
    this.kept = kept;
    this.#key = key;
    this.#handle = handle;
    this.#next = kept.length;
  }

  /** Begins a journal at `path`, in the place of one that is there. Its folder is made, for this user alone. */
  static async create(path: string, subject: JournalSubject): Promise<ChunkJournal> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rm(path, { force: true });
    const heading = { version: 1 as const, ...subject, key: newProofKey() };
    const handle = await open(path, 'ax', 0o600);
    await handle.write(`${JSON.stringify({ ...heading, key: heading.key.toString('base64') })}\n`);
    return new ChunkJournal(handle, heading, []);
  }

  /** Goes on with the journal at `path`. Null where there is none, or one that nobody can read. */
  static async reopen(path: string): Promise<ChunkJournal | null> {
    const handle = await openThere(path);
    if (handle === null) return null;
    const read = parseJournal(await readJournal(handle));
    if (read === null) {
      await handle.close();
      return null;
    }
    // A line that a crash cut off: the next one stands in its place.
    await handle.truncate(read.bytes);
    return new ChunkJournal(handle, read.heading, read.kept);
  }

  proofOf(index: number): ChunkProof {
    return new ChunkProof(this.#key, index);
  }

  /**
   * Chunk `index` is verified and written. Its line follows once those of all before it did. Never fails: what could not be
   * noted is fetched again, and no reason to stop.
   */
  note(index: number, chunk: KeptChunk): void {
    if (index >= this.#next) this.#early.set(index, chunk);
    let lines = '';
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      lines += `${lineOf(next)}\n`;
    }
    if (lines !== '') this.#append(lines);
  }

  #take(): KeptChunk | undefined {
    const chunk = this.#early.get(this.#next);
    if (chunk !== undefined) this.#early.delete(this.#next++);
    return chunk;
  }

  /** After one that failed nothing follows: the lines would be those of other chunks. */
  #append(lines: string): void {
    this.#lastWrite = this.#lastWrite.then(async () => {
      await this.#handle.appendFile(lines);
    });
    this.#lastWrite.catch(() => undefined);
  }

  /** Once everything that was noted is written. */
  async close(): Promise<void> {
    await this.#lastWrite.catch(() => undefined);
    await this.#handle.close().catch(() => undefined);
  }
}

/** What the journal at `path` says, while nobody writes to it; null where nobody can tell. */
export async function readJournalAt(
  path: string,
): Promise<{ readonly subject: JournalSubject; readonly kept: readonly KeptChunk[] } | null> {
  const handle = await openThere(path);
  if (handle === null) return null;
  try {
    const read = parseJournal(await readJournal(handle));
    return read && { subject: read.heading, kept: read.kept };
  } finally {
    await handle.close();
  }
}

function parseLine(line: string): KeptChunk | null {
  const [, size = '', proof = '', checksum = ''] = linePattern.exec(line) ?? [];
  if (size === '' || Number(checksum) !== checksumOf(Number(size), proof)) return null;
  return { size: Number(size), proof: Buffer.from(proof, 'base64') };
}

function lineOf({ size, proof }: KeptChunk): string {
  const text = proof.toString('base64');
  return JSON.stringify([size, text, checksumOf(size, text)]);
}

function checksumOf(size: number, proof: string): number {
  return crc32(`${size} ${proof}`);
}

function openThere(path: string): Promise<FileHandle | null> {
  const flags = constants.O_RDWR | constants.O_APPEND | (constants.O_NOFOLLOW || 0);
  return open(path, flags).catch(() => null);
}

async function readJournal(handle: FileHandle): Promise<string> {
  const { size } = await handle.stat();
  return size > longestJournal ? '' : handle.readFile('utf8');
}

interface ReadJournal {
  readonly heading: Heading;
  readonly kept: readonly KeptChunk[];
  /** Bytes of all that could be read. */
  readonly bytes: number;
}

function parseJournal(text: string): ReadJournal | null {
  const [first, ...lines] = text.split('\n').slice(0, -1);
  const heading = headingSchema.safeParse(readJson(first ?? ''));
  if (first === undefined || !heading.success) return null;
  const kept: KeptChunk[] = [];
  let bytes = Buffer.byteLength(first) + 1;
  for (const line of lines) {
    const chunk = parseLine(line);
    if (chunk === null) break;
    kept.push(chunk);
    bytes += line.length + 1;
  }
  return { heading: heading.data, kept, bytes };
}
