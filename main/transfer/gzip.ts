/**
 * gzip (RFC 1952) that does not waste time on what cannot get smaller. Most large files were compressed before (pictures,
 * films, archives); deflate takes longest over exactly these and gains nothing, so they are stored: measured on random
 * bytes, 13 ms instead of 300 for 16 MiB. Node changes the level within a stream only for raw deflate, hence the header
 * and the trailer here.
 */
import { constants, crc32, createDeflateRaw, type DeflateRaw } from 'node:zlib';
import { promisify } from 'node:util';
import { KiB, MiB } from '../base/limits.ts';

/** What is looked at, and stored or deflated, at a time. */
const segmentBytes = 64 * KiB;
/** No name, no time, fastest, unknown system: equal bytes give equal files everywhere. */
const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255]);

/** One gzip member of `bytes`, compressed in the thread pool. */
export async function gzip(bytes: Buffer): Promise<Buffer> {
  const deflate = createDeflateRaw({ level: constants.Z_BEST_SPEED, chunkSize: MiB });
  const output = collect(deflate);
  const checksum = await feed(deflate, bytes);
  deflate.end();
  return Buffer.concat([header, ...(await output), trailer(checksum, bytes.length)]);
}

/** Feeds runs of segments of one kind, each with the level that suits it. Gives the CRC-32 of all. */
async function feed(deflate: DeflateRaw, bytes: Buffer): Promise<number> {
  const setLevel = promisify(deflate.params.bind(deflate));
  let checksum = 0;
  let level: number = constants.Z_BEST_SPEED;
  for (let start = 0; start < bytes.length;) {
    const run = nextRun(bytes, start);
    if (run.level !== level) await setLevel(run.level, constants.Z_DEFAULT_STRATEGY);
    level = run.level;
    const piece = bytes.subarray(start, run.end);
    const written = write(deflate, piece);
    checksum = crc32(piece, checksum);
    await written;
    start = run.end;
  }
  return checksum;
}

/** Runs end so that no piece keeps the main thread longer than its checksum over 1 MiB does. */
function nextRun(bytes: Buffer, start: number): { readonly level: number; readonly end: number } {
  const incompressible = looksIncompressible(bytes.subarray(start, start + segmentBytes));
  let end = start + segmentBytes;
  while (end < bytes.length && end - start < MiB) {
    if (looksIncompressible(bytes.subarray(end, end + segmentBytes)) !== incompressible) break;
    end += segmentBytes;
  }
  const level = incompressible ? constants.Z_NO_COMPRESSION : constants.Z_BEST_SPEED;
  return { level, end: Math.min(end, bytes.length) };
}

const samples = 16;
const sampleBytes = 256;
/** How far above chance the repetition of byte values may be and still look random. */
const tolerance = 1.15;
const counts = new Uint16Array(256);

/**
 * Whether the byte values of a segment, at 16 places of 256 bytes, are spread as evenly as in random bytes: by the sum of
 * the squares of their counts, which is about n²/256 + n for n random bytes and several times that for anything with
 * a structure that deflate at its fastest would find.
 */
export function looksIncompressible(segment: Uint8Array): boolean {
  if (segment.length < samples * sampleBytes) return false;
  counts.fill(0);
  const step = Math.floor(segment.length / samples);
  for (let start = 0; start < samples * step; start += step) {
    for (const byte of segment.subarray(start, start + sampleBytes)) counts[byte] = (counts[byte] ?? 0) + 1;
  }
  const n = samples * sampleBytes;
  const squares = counts.reduce((sum, count) => sum + count * count, 0);
  return squares < tolerance * (n ** 2 / 256 + n);
}

function write(deflate: DeflateRaw, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    deflate.write(piece, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

function collect(deflate: DeflateRaw): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  return new Promise((resolve, reject) => {
    deflate.on('data', (piece: Buffer) => pieces.push(piece));
    deflate.once('end', () => resolve(pieces));
    deflate.once('error', reject);
  });
}

/** CRC-32 and length of what was compressed, both modulo 2³². */
function trailer(checksum: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(checksum, 0);
  bytes.writeUInt32LE(length % 2 ** 32, 4);
  return bytes;
}
