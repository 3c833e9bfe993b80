import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { HomeFolders } from '../../../main/hosts/browser/home-folders.ts';

async function home(...folders: readonly string[]) {
  const root = await mkdtemp(join(tmpdir(), 'dockercomms-folders-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, 'me'));
  for (const folder of folders) await mkdir(join(root, 'me', folder), { recursive: true });
  const shelf = new HomeFolders(join(root, 'me'));
  const enter = async (...names: readonly string[]) => {
    let listing = await shelf.list(null);
    for (const name of names) {
      const next = listing.folders.find((folder) => folder.name === name);
      if (next === undefined) throw new Error(`no folder ${name}`);
      listing = await shelf.list(next.token);
    }
    return listing;
  };
  return { root, shelf, enter };
}

const names = (views: readonly { readonly name: string }[]) => views.map(({ name }) => name);

describe('the folders that a window may show', () => {
  test('are those of the person, in order, without files and without what is hidden', async () => {
    const { root, shelf } = await home('b 10', 'b 9', 'A', '.config/autostart');
    await writeFile(join(root, 'me/file.txt'), 'words');
    const listing = await shelf.list(null);
    expect(names(listing.folders)).toEqual(['A', 'b 9', 'b 10']);
    expect(names(listing.trail)).toEqual(['me']);
    expect(listing).toMatchObject({ writable: true, cut: false });
  });

  test('are named by tokens that say nothing, and lead to a path only here', async () => {
    const { root, shelf, enter } = await home('visits/2026');
    const listing = await enter('visits', '2026');
    expect(names(listing.trail)).toEqual(['me', 'visits', '2026']);
    expect(JSON.stringify(listing)).not.toContain(root);
    expect(await shelf.writablePath(listing.trail.at(-1)?.token ?? '')).toBe(join(root, 'me/visits/2026'));
  });

  test('a folder that is made is there, and one of its name is a conflict', async () => {
    const { shelf } = await home();
    const [{ token }] = (await shelf.list(null)).trail;
    expect(names((await shelf.create(token, 'visits')).trail)).toEqual(['me', 'visits']);
    await expect(shelf.create(token, 'visits')).rejects.toMatchObject({ code: 'conflict' });
  });

  test.each(['../out', 'a/b', '..', '.', '.hidden', 'a\u202eb', ' '])(
    'attack: a folder is never made under the name %j',
    async (name) => {
      const { shelf } = await home();
      const [{ token }] = (await shelf.list(null)).trail;
      await expect(shelf.create(token, name)).rejects.toMatchObject({ code: 'invalid' });
      expect((await shelf.list(null)).folders).toEqual([]);
    },
  );

  test('attack: a path, or a token that was not given out, is no folder', async () => {
    const { root, shelf } = await home('a');
    for (const token of [join(root, 'me/a'), '/', '..', '00000000-0000-4000-8000-000000000000']) {
      await expect(shelf.list(token)).rejects.toMatchObject({ code: 'not-found' });
      await expect(shelf.writablePath(token)).rejects.toMatchObject({ code: 'not-found' });
    }
  });

  test('attack: a link out of the own folder, or to what is hidden, is not shown', async () => {
    const { root, shelf } = await home('a', '.config/autostart');
    await mkdir(join(root, 'others'));
    await symlink(join(root, 'others'), join(root, 'me/out'));
    await symlink(join(root, 'me/.config/autostart'), join(root, 'me/start'));
    await symlink(join(root, 'me/a'), join(root, 'me/b'));
    await symlink(join(root, 'nowhere'), join(root, 'me/c'));
    expect(names((await shelf.list(null)).folders)).toEqual(['a', 'b']);
  });

  test('attack: a folder that became a link out of the own folder is not followed', async () => {
    const { root, shelf, enter } = await home('a');
    const token = (await enter('a')).trail.at(-1)?.token ?? '';
    await rm(join(root, 'me/a'), { recursive: true });
    await symlink(root, join(root, 'me/a'));
    await expect(shelf.writablePath(token)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('one that is gone says so', async () => {
    const { root, shelf, enter } = await home('a');
    const token = (await enter('a')).trail.at(-1)?.token ?? '';
    await rm(join(root, 'me/a'), { recursive: true });
    await expect(shelf.list(token)).rejects.toMatchObject({ code: 'not-found' });
  });

  // Nothing is forbidden to root, and Windows has other permissions.
  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'one without permission says so',
    async () => {
      const { root, shelf, enter } = await home('a');
      const token = (await enter('a')).trail.at(-1)?.token ?? '';
      await chmod(join(root, 'me/a'), 0o500);
      expect(await shelf.list(token)).toMatchObject({ writable: false });
      await expect(shelf.writablePath(token)).rejects.toMatchObject({ code: 'storage' });
      await chmod(join(root, 'me/a'), 0);
      await expect(shelf.list(token)).rejects.toMatchObject({ code: 'storage' });
    },
  );
});
