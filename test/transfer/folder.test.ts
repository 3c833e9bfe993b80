import { execFile } from 'node:child_process';
import { appendFile, chmod, mkdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { extract, type Header } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { folderSource, type PayloadSource } from '../../main/transfer/payload.ts';
import { temporaryFolders } from './temporary-folder.ts';

const newFolder = temporaryFolders();
const someTime = new Date('2026-01-02T03:04:05Z');

/** Makes files by their paths, all with the same time, so that two folders can be equal. */
async function makeFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(await newFolder(), 'photos');
  await mkdir(folder);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  await settle(folder, Object.keys(files));
  return folder;
}

async function settle(folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    for (let part = path; part !== '.'; part = join(part, '..'))
      await utimes(join(folder, part), someTime, someTime);
  }
  await utimes(folder, someTime, someTime);
}

async function tarOf(source: PayloadSource): Promise<Buffer> {
  return buffer(Readable.from(source.open()));
}

async function entriesOf(tar: Buffer): Promise<Map<string, { header: Header; content: string }>> {
  const entries = new Map<string, { header: Header; content: string }>();
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    entries.set(entry.header.name, { header: entry.header, content: await text(entry) });
  }
  return entries;
}

describe('a folder that is sent', () => {
  it('is a tar under its name, of the size that was promised, with sorted relative names', async () => {
    const source = await folderSource(await makeFolder({ 'b.txt': 'bee', 'a/z.txt': 'zed', 'a/c.txt': '' }));
    const tar = await tarOf(source);
    expect(source.name).toBe('photos.tar');
    expect(tar).toHaveLength(source.totalBytes);
    const names = [...(await entriesOf(tar)).keys()];
    expect(names).toEqual(['photos/', 'photos/a/', 'photos/a/c.txt', 'photos/a/z.txt', 'photos/b.txt']);
  });

  it('is the same bytes for the same content, wherever it lies', async () => {
    const files = { 'b.txt': 'bee', 'a/z.txt': 'zed' };
    const [one, other] = [await makeFolder(files), await makeFolder(files)];
    const tars = [await tarOf(await folderSource(one)), await tarOf(await folderSource(other))];
    expect(tars[0]?.equals(tars[1] ?? Buffer.alloc(0))).toBe(true);
  });

  it('keeps very long and non-ASCII names, content and what is executable', async () => {
    const long = `${'n'.repeat(150)}/${'名'.repeat(70)}/ünïcode.txt`;
    const folder = await makeFolder({ [long]: 'far away', 'run.sh': '#!/bin/sh' });
    await chmod(join(folder, 'run.sh'), 0o700);
    const source = await folderSource(folder);
    const tar = await tarOf(source);
    expect(tar).toHaveLength(source.totalBytes);
    const entries = await entriesOf(tar);
    expect(entries.get(`photos/${long}`)?.content).toBe('far away');
    expect(entries.get('photos/run.sh')?.header).toMatchObject({
      mode: 0o755,
      uid: 0,
      gid: 0,
      mtime: someTime,
    });
  });

  it('keeps links that stay inside, and leaves out those that do not', async () => {
    const folder = await makeFolder({ 'a/file.txt': 'x' });
    await symlink('a/file.txt', join(folder, 'inside'));
    await symlink('../a', join(folder, 'a', 'up-and-down'));
    await symlink('../../etc/passwd', join(folder, 'a', 'outside'));
    await symlink('/etc/passwd', join(folder, 'absolute'));
    await symlink(join(folder, 'a'), join(folder, 'absolute-inside'));
    const entries = await entriesOf(await tarOf(await folderSource(folder)));
    const links = [...entries.values()].filter(({ header }) => header.type === 'symlink');
    expect(links.map(({ header }) => [header.name, header.linkname])).toEqual([
      ['photos/a/up-and-down', '../a'],
      ['photos/inside', 'a/file.txt'],
    ]);
  });

  it.runIf(process.platform === 'linux')('leaves out pipes, and is what tar unpacks', async () => {
    const folder = await makeFolder({ 'a/file.txt': 'x', [`${'d'.repeat(120)}/名.txt`]: 'long' });
    await promisify(execFile)('mkfifo', [join(folder, 'pipe')]);
    const target = await newFolder();
    await writeFile(join(target, 'archive'), await tarOf(await folderSource(folder)));
    await promisify(execFile)('tar', ['-xf', 'archive'], { cwd: target });
    await expect(readFile(join(target, 'photos/pipe'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readFile(join(target, `photos/${'d'.repeat(120)}/名.txt`), 'utf8')).toBe('long');
  });

  it.each<[string, string, (folder: string) => Promise<void>]>([
    ['a file disappears', 'not-found', (folder) => rm(join(folder, 'b.txt'))],
    ['a file grows', 'conflict', (folder) => appendFile(join(folder, 'b.txt'), 'x')],
    ['a file becomes a link', 'conflict', swapForLink],
  ])('fails when %s after it was walked', async (_what, code, change) => {
    const folder = await makeFolder({ 'a.txt': 'x', 'b.txt': 'bee' });
    const source = await folderSource(folder);
    await change(folder);
    await expect(tarOf(source)).rejects.toMatchObject({ code });
  });

  it('must be one', async () => {
    const folder = await makeFolder({ 'a.txt': 'x' });
    await expect(folderSource(join(folder, 'a.txt'))).rejects.toMatchObject({ code: 'invalid' });
    await expect(folderSource(join(folder, 'none'))).rejects.toMatchObject({ code: 'not-found' });
  });
});

async function swapForLink(folder: string): Promise<void> {
  await rename(join(folder, 'b.txt'), join(folder, 'c.txt'));
  await symlink('/etc/passwd', join(folder, 'b.txt'));
}
