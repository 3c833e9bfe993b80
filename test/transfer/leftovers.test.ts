import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { removeLeftovers } from '../../main/transfer/leftovers.ts';

const hour = 3_600_000;
const day = 24 * hour;
const leftover = `.dockercomms-${'0a'.repeat(16)}.part`;
const partial = `.dockercomms-${'0b'.repeat(16)}.partial`;
const none = new Set<string>();

async function folderWith(files: Readonly<Record<string, number>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dockercomms-leftovers-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, age] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), 'x');
    const then = new Date(Date.now() - age);
    await utimes(join(folder, path), then, then);
  }
  return folder;
}

test('what a killed process left of downloads is removed, here and in each person’s folder', async () => {
  const folder = await folderWith({
    [leftover]: 2 * hour,
    [`alice/${leftover}`]: 2 * hour,
    'alice/kept.txt': 2 * hour,
  });
  await removeLeftovers(folder, Date.now(), none);
  expect((await readdir(folder, { recursive: true })).sort()).toEqual(['alice', join('alice', 'kept.txt')]);
});

test('what is being written, and what only looks like ours, stays', async () => {
  const strange = ['.dockercomms-zz.part', `${leftover}.txt`, 'report.part'];
  const folder = await folderWith({
    [leftover]: 0,
    ...Object.fromEntries(strange.map((name) => [name, 9 * hour])),
  });
  await removeLeftovers(folder, Date.now(), none);
  expect((await readdir(folder)).sort()).toEqual([leftover, ...strange].sort());
});

test('what waits to go on stays a month, and as long as it is wanted', async () => {
  const wanted = `alice/${partial}`;
  const folder = await folderWith({ [wanted]: 99 * day, [`bob/${partial}`]: 99 * day, [partial]: 29 * day });
  await removeLeftovers(folder, Date.now(), new Set([join(folder, wanted)]));
  const left = await readdir(folder, { recursive: true });
  expect(left.sort()).toEqual([partial, 'alice', 'bob', join('alice', partial)].sort());
});

test('a folder that is not there is no trouble', async () => {
  const nowhere = join(tmpdir(), 'dockercomms-nowhere');
  await expect(removeLeftovers(nowhere, Date.now(), none)).resolves.toBeUndefined();
});
