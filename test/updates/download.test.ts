import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { DockerCommsError } from '../../main/base/errors.ts';
import { sha256 } from '../../main/base/hash.ts';
import type { FetchBlobOptions } from '../../main/oci/repository.ts';
import { verifiedStream } from '../../main/oci/verified.ts';
import { partialNameOf } from '../../main/transfer/new-file.ts';
import { downloadFile } from '../../main/updates/download.ts';
import { temporaryFolders } from '../transfer/temporary-folder.ts';

const newFolder = temporaryFolders();
const program = randomBytes(300_000);
const content = { digest: sha256(program), size: program.length };
const partialName = partialNameOf(createHash('sha256').update(program).digest('hex'));

/** A registry that has the program, which is cut as often as told; what it was asked for. */
class Registry {
  /** From which byte on, each time. */
  readonly asked: number[] = [];
  cutAfter: number | null = null;

  async fetchBlob(_content: typeof content, { begun }: FetchBlobOptions = {}): Promise<Readable> {
    const here: Uint8Array[] = [];
    for await (const piece of begun ?? []) here.push(piece);
    const start = Buffer.concat(here);
    this.asked.push(start.length);
    const whole = verifiedStream(Readable.from([start, program.subarray(start.length)]), content, {});
    const { cutAfter } = this;
    return Readable.from(
      (async function* () {
        let left = start.length;
        let given = 0;
        for await (const piece of whole as AsyncIterable<Buffer>) {
          const rest = piece.subarray(Math.min(left, piece.length));
          left -= piece.length - rest.length;
          for (let at = 0; at < rest.length; at += 50_000) {
            if (cutAfter !== null && given >= cutAfter) throw new DockerCommsError('network', 'Cut.');
            given += 50_000;
            yield rest.subarray(at, at + 50_000);
          }
        }
      })(),
    );
  }
}

async function setting() {
  const folder = join(await newFolder(), 'updates');
  const registry = new Registry();
  let done = 0;
  const download = () =>
    downloadFile(registry, content, {
      ...{ folder, name: 'DockerComms.AppImage', signal: new AbortController().signal },
      onBytes: (bytes) => (done += bytes),
    });
  const cut = async () => {
    registry.cutAfter = 150_000;
    await expect(download()).rejects.toMatchObject({ code: 'network' });
    registry.cutAfter = null;
  };
  return { folder, registry, download, cut, done: () => done };
}

test('a download that was cut goes on where it was, however often', async () => {
  const { folder, registry, download, cut, done } = await setting();
  await cut();
  registry.cutAfter = 50_000;
  await expect(download()).rejects.toMatchObject({ code: 'network' });
  registry.cutAfter = null;
  const path = await download();
  expect((await readFile(path)).equals(program)).toBe(true);
  expect(registry.asked).toEqual([0, 150_000, 200_000]);
  expect(done()).toBe(program.length);
  expect(await readdir(folder)).toEqual(['DockerComms.AppImage']);
});

test.each<[string, (partial: Buffer) => Buffer]>([
  ['in one byte', (partial) => Buffer.concat([Buffer.of((partial[0] ?? 0) ^ 1), partial.subarray(1)])],
  ['into something larger than all of it', () => randomBytes(program.length + 1)],
  ['into something as large', () => randomBytes(program.length)],
])('what was changed meanwhile %s is fetched again, and held against nobody', async (_how, change) => {
  const { folder, registry, download, cut } = await setting();
  await cut();
  const partial = join(folder, partialName);
  await writeFile(partial, change(await readFile(partial)));
  expect((await readFile(await download())).equals(program)).toBe(true);
  expect(registry.asked.at(-1)).toBe(0);
  expect(await readdir(folder)).toEqual(['DockerComms.AppImage']);
});

test('what is in the place of a partial file is not written to', async () => {
  const { folder, registry, download } = await setting();
  await mkdir(folder, { recursive: true });
  const document = join(folder, '..', 'diary.txt');
  await writeFile(document, 'Dear diary');
  await symlink(document, join(folder, partialName));
  expect((await readFile(await download())).equals(program)).toBe(true);
  expect(await readFile(document, 'utf8')).toBe('Dear diary');
  expect(registry.asked).toEqual([0]);
});
