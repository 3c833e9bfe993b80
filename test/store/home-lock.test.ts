import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ensureHome } from '../../main/store/home.ts';
import { acquireHome, readHomeOwner } from '../../main/store/home-lock.ts';
import { temporaryFolder } from './temporary-store.ts';

const posix = process.platform !== 'win32';

/** A second process that owns the home until it is ended; resolves once it does. */
async function ownerProcess(home: string): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'owner-process.ts');
  const child = spawn(process.execPath, [script, home], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

describe('one owner per home', () => {
  test('a second process is refused and told who has it', async () => {
    const home = await temporaryFolder();
    const child = await ownerProcess(home);
    await expect(acquireHome(home)).rejects.toMatchObject({
      code: 'conflict',
      detail: { pid: child.pid, folder: home },
    });
    expect(await readHomeOwner(home)).toMatchObject({ pid: child.pid });
  });

  test('an owner that is killed leaves the home free', async () => {
    const home = await temporaryFolder();
    const child = await ownerProcess(home);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = await acquireHome(home);
    expect(await readHomeOwner(home)).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  test('the same process is refused too, and gets it after a release', async () => {
    const home = await temporaryFolder();
    const lock = await acquireHome(home);
    await expect(acquireHome(home)).rejects.toMatchObject({ code: 'conflict' });
    await lock.release();
    await lock.release();
    expect(await readHomeOwner(home)).toBeNull();
    await (await acquireHome(home)).release();
  });

  test('of many who come at once, one gets it', async () => {
    const home = await temporaryFolder();
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => acquireHome(home)));
    const locks = answers.filter((answer) => answer.status === 'fulfilled').map(({ value }) => value);
    expect(locks).toHaveLength(1);
    await locks[0]?.release();
  });

  test('what stands in owner.json decides nothing', async () => {
    const home = await temporaryFolder();
    await writeFile(join(home, 'owner.json'), '{"pid":1,"host":"elsewhere","startedAt":1}');
    const lock = await acquireHome(home);
    await writeFile(join(home, 'owner.json'), 'not json');
    await expect(acquireHome(home)).rejects.toMatchObject({ code: 'conflict' });
    await lock.release();
  });

  test('a former owner leaves nothing but the file that is locked', async () => {
    const home = await temporaryFolder();
    const lock = await acquireHome(home);
    await lock.release();
    expect(await readHomeOwner(home)).toBeNull();
    expect(await readdir(home)).toEqual(['owner.sqlite']);
  });

  test.runIf(posix)('its files are readable by their owner only', async () => {
    const home = join(await temporaryFolder(), 'home');
    const lock = await acquireHome(home);
    for (const name of ['owner.sqlite', 'owner.json']) {
      expect((await stat(join(home, name))).mode & 0o777).toBe(0o600);
    }
    await lock.release();
  });
});

describe('the folder of a home', () => {
  test('is made with its parents, for its owner only, and taken as it is afterwards', async () => {
    const home = join(await temporaryFolder(), 'a', 'home');
    expect(await ensureHome(`${home}/`)).toBe(home);
    if (posix) expect((await stat(home)).mode & 0o777).toBe(0o700);
    expect(await ensureHome(home)).toBe(home);
  });

  test.runIf(posix)('is refused as a symbolic link, with a trailing slash too', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'real'));
    await symlink(join(folder, 'real'), join(folder, 'link'));
    for (const home of [join(folder, 'link'), `${join(folder, 'link')}/`]) {
      await expect(ensureHome(home)).rejects.toMatchObject({ code: 'storage' });
    }
  });

  test.runIf(posix)('is refused as a symbolic link that leads nowhere', async () => {
    const folder = await temporaryFolder();
    await symlink(join(folder, 'nowhere'), join(folder, 'link'));
    await expect(ensureHome(join(folder, 'link'))).rejects.toMatchObject({ code: 'storage' });
  });

  test.runIf(posix)('is refused where everybody may write', async () => {
    const folder = await temporaryFolder();
    await chmod(folder, 0o1777);
    await expect(ensureHome(folder)).rejects.toMatchObject({ code: 'storage', detail: { folder } });
    await expect(acquireHome(folder)).rejects.toMatchObject({ code: 'storage' });
  });

  test.runIf(posix)('is refused when it belongs to somebody else', async () => {
    const folder = await temporaryFolder();
    const own = process.getuid?.() ?? 0;
    const spy = vi.spyOn(process as Required<NodeJS.Process>, 'getuid').mockReturnValue(own + 1);
    onTestFinished(() => spy.mockRestore());
    await expect(ensureHome(folder)).rejects.toMatchObject({ code: 'storage', detail: { folder } });
  });

  test('is refused when it is a file', async () => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(path, '');
    await expect(ensureHome(path)).rejects.toMatchObject({ code: 'storage' });
    await expect(ensureHome(join(path, 'below'))).rejects.toMatchObject({ code: 'storage' });
  });
});
