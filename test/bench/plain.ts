/** The yardstick: the same bytes by plain HTTP, without format, compression, verification or progress. */
import { open, type FileHandle } from 'node:fs/promises';
import { Agent, request } from 'undici';
import type { CaseInput } from './case-input.ts';
import { plainBlobBytes, type PlainBlob } from './sample-file.ts';

const repository = 'bench/plain';

/** POST then PUT of each uncompressed 16 MiB; their digests were computed beforehand. */
export async function plainPuts({ host, file, blobs, parallel }: CaseInput): Promise<void> {
  const agent = new Agent({ connections: 8 });
  const source = await open(file, 'r');
  const lanes = takeTurns(blobs, parallel, async (blob, index, memory) => {
    const bytes = memory.subarray(0, blob.size);
    await source.read(bytes, 0, blob.size, index * plainBlobBytes);
    await put(`http://${host}`, blob, bytes, agent);
  });
  await lanes;
  await source.close();
  await agent.close();
}

async function put(base: string, blob: PlainBlob, body: Buffer, dispatcher: Agent): Promise<void> {
  const started = await request(`${base}/v2/${repository}/blobs/uploads/`, { method: 'POST', dispatcher });
  await started.body.dump();
  const target = new URL(String(started.headers.location), base);
  target.searchParams.set('digest', blob.digest);
  const headers = { 'content-type': 'application/octet-stream' };
  const finished = await request(target, { method: 'PUT', headers, body, dispatcher });
  await finished.body.dump();
  if (finished.statusCode !== 201) throw new Error(`PUT answered ${finished.statusCode}.`);
}

/** GET of each blob, written where it belongs, and one fsync. */
export async function plainGets({ host, folder, blobs, parallel }: CaseInput): Promise<void> {
  const agent = new Agent({ connections: 8 });
  const target = await open(`${folder}/plain-gets`, 'wx');
  await takeTurns(blobs, parallel, async (blob, index) => {
    const answer = await request(`http://${host}/v2/${repository}/blobs/${blob.digest}`, {
      dispatcher: agent,
    });
    if (answer.statusCode !== 200) throw new Error(`GET answered ${answer.statusCode}.`);
    await writeAll(target, answer.body as AsyncIterable<Buffer>, index * plainBlobBytes);
  });
  await target.sync();
  await target.close();
  await agent.close();
}

async function writeAll(target: FileHandle, pieces: AsyncIterable<Buffer>, start: number): Promise<void> {
  let position = start;
  for await (const piece of pieces) {
    await target.write(piece, 0, piece.length, position);
    position += piece.length;
  }
}

/** `parallel` lanes over the blobs, each with 16 MiB of memory that it keeps. */
async function takeTurns(
  blobs: readonly PlainBlob[],
  parallel: number,
  work: (blob: PlainBlob, index: number, memory: Buffer) => Promise<void>,
): Promise<void> {
  const turns = blobs.entries();
  const lane = async () => {
    const memory = Buffer.allocUnsafeSlow(plainBlobBytes);
    for (const [index, blob] of turns) await work(blob, index, memory);
  };
  await Promise.all(Array.from({ length: parallel }, lane));
}
