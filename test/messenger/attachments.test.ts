import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { AttachmentShelf } from '../../main/messenger/attachments.ts';
import { temporaryFolder } from './household.ts';

const bytes = (text: string) => Readable.from([Buffer.from(text)]);

async function emptyShelf() {
  const root = await temporaryFolder('shelf');
  const folder = join(root, 'outbox');
  return { shelf: new AttachmentShelf(folder), root, folder };
}

describe('a folder that arrives file by file', () => {
  test.each(['../evil', 'a/../../evil', '/evil', 'a//evil', './evil', 'a\\..\\evil', 'evil\0', '', '..'])(
    'takes nothing that would leave it: %j',
    async (path) => {
      const { shelf, root, folder } = await emptyShelf();
      const intake = await shelf.folder('Plans');
      await expect(intake.add(path, bytes('x'))).rejects.toMatchObject({ code: 'invalid' });
      expect(await readdir(root)).toEqual(['outbox']);
      const [copy = ''] = await readdir(folder);
      expect(await readdir(join(folder, copy))).toEqual(['Plans']);
      expect(await readdir(join(folder, copy, 'Plans'))).toEqual([]);
    },
  );

  test('a name of the folder that is a path becomes a name', async () => {
    const { shelf, root } = await emptyShelf();
    const intake = await shelf.folder('../../Plans');
    await intake.add('a.txt', bytes('a'));
    expect(await intake.finish()).toMatchObject({ name: 'Plans.tar', folder: true, files: 1 });
    expect(await readdir(root)).toEqual(['outbox']);
  });

  test('leaves nothing when it is given up, or cannot be finished', async () => {
    const { shelf, folder } = await emptyShelf();
    const intake = await shelf.folder('Plans');
    await intake.add('inner/a.txt', bytes('a'));
    await intake.abort();
    expect(await readdir(folder)).toEqual([]);
    await expect(intake.finish()).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a file that is streamed in', () => {
  test('is kept under a safe name, behind a token that is another one each time', async () => {
    const { shelf } = await emptyShelf();
    const { token, name } = await shelf.fromStream('../../etc/passwd', bytes('x'));
    expect(name).toBe('passwd');
    expect(token).toMatch(/^[\w-]{32}$/);
    expect((await shelf.fromStream('passwd', bytes('x'))).token).not.toBe(token);
    expect(await readFile(shelf.get(token).path, 'utf8')).toBe('x');
  });

  test('leaves nothing when it is cut', async () => {
    const { shelf, folder } = await emptyShelf();
    const cut = Readable.from(
      (function* () {
        yield Buffer.from('half');
        throw Object.assign(new Error('cut'), { code: 'ECONNRESET' });
      })(),
    );
    await expect(shelf.fromStream('a.bin', cut)).rejects.toMatchObject({ code: 'network' });
    expect(await readdir(folder)).toEqual([]);
  });

  test('is deleted with its token when it is not sent, and never twice used', async () => {
    const { shelf, folder } = await emptyShelf();
    const { token } = await shelf.fromStream('a.txt', bytes('x'));
    await shelf.discard(token);
    expect(await readdir(folder)).toEqual([]);
    expect(() => shelf.get(token)).toThrow(expect.objectContaining({ code: 'not-found' }) as Error);
    await shelf.discard(token);
  });
});

test('a file of the person stays where it is, whatever becomes of its token', async () => {
  const { shelf, root } = await emptyShelf();
  const path = join(root, 'mine.txt');
  await writeFile(path, 'mine');
  const { token } = await shelf.fromPath(path);
  await shelf.discard(token);
  await shelf.removeCopy(path);
  expect(await readFile(path, 'utf8')).toBe('mine');
});

test('copies that no message refers to go at the start, those that one refers to stay', async () => {
  const { shelf, folder } = await emptyShelf();
  const kept = shelf.get((await shelf.fromStream('kept.txt', bytes('k'))).token).path;
  await shelf.fromStream('orphan.txt', bytes('o'));
  await mkdir(join(folder, 'left'));
  await shelf.removeOrphans(new Set([kept]));
  expect(await readdir(folder)).toHaveLength(1);
  expect(await readFile(kept, 'utf8')).toBe('k');
});

test('a start without copies is a start', async () => {
  const { shelf } = await emptyShelf();
  await expect(shelf.removeOrphans(new Set())).resolves.toBeUndefined();
});
