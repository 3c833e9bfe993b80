import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { installedAs, ownProgram, type Installation } from '../../main/hosts/electron/installed-as.ts';
import { replaceProgram } from '../../main/hosts/replace-program.ts';
import { readManagedFile, updateOrigin, type UpdateSurroundings } from '../../main/hosts/update-origin.ts';
import { createSigningKey } from '../../main/trust/signing-key.ts';
import { temporaryFolder } from '../messenger/household.ts';

const keys = [createSigningKey().verifying, createSigningKey().verifying];
const built = {
  repository: 'registry.example.com/dockercomms',
  channel: 'stable',
  keys: keys.map(({ spki }) => Buffer.from(spki).toString('base64')).join(','),
};
const target = { platform: 'linux', arch: 'x64', kind: 'deb' } as const;
const plain: UpdateSurroundings = { environment: {}, managed: undefined, target };

describe('where updates come from', () => {
  test('is what was built in: repository, channel and whose releases are believed', () => {
    const source = { repository: built.repository, channel: 'stable', target };
    expect(updateOrigin(built, plain)).toMatchObject(source);
    expect(updateOrigin(built, plain)).toMatchObject({
      keys: keys.map(({ fingerprint }) => ({ fingerprint })),
    });
  });

  test.each([
    ['nothing was built in', null, plain],
    ['the program does not run from a package', built, { ...plain, target: null }],
  ])('is elsewhere when %s', (_name, what, where) => {
    expect(updateOrigin(what, where)).toBe('elsewhere');
  });

  test.each([
    ['the environment says so', { environment: { DOCKERCOMMS_UPDATES: 'off' } }],
    ['the managed file says so', { managed: { updates: 'off' } }],
    ['the managed file cannot be read', { managed: null }],
    ['the managed file makes no sense', { managed: { updates: 'sometimes' } }],
  ])('is nowhere when %s', (_name, change) => {
    expect(updateOrigin(built, { ...plain, ...change })).toBe('managed-off');
  });

  test('may be a mirror, whose releases need the same signature; the managed file decides first', () => {
    const mirror = { environment: { DOCKERCOMMS_UPDATE_REPOSITORY: 'mine.example.com/mirror' } };
    const managed = { updates: { repository: 'corp.example.com/mirror' } };
    const keysToo = { keys: keys.map(({ fingerprint }) => ({ fingerprint })) };
    expect(updateOrigin(built, { ...plain, ...mirror })).toMatchObject({
      repository: 'mine.example.com/mirror',
      ...keysToo,
    });
    expect(updateOrigin(built, { ...plain, ...mirror, managed })).toMatchObject({
      repository: 'corp.example.com/mirror',
      ...keysToo,
    });
  });

  test('a managed file that is not there says nothing, and one that is no JSON is known as such', async () => {
    const folder = await temporaryFolder('managed');
    const path = join(folder, 'managed.json');
    expect(await readManagedFile(path)).toBeUndefined();
    await writeFile(path, '{');
    expect(await readManagedFile(path)).toBeNull();
    await writeFile(path, '{"updates":"off"}');
    expect(await readManagedFile(path)).toEqual({ updates: 'off' });
  });
});

describe('the program is installed as', () => {
  const opt: Installation = {
    ...{ packaged: true, platform: 'linux', arch: 'x64', program: '/opt/DockerComms/dockercomms' },
    ...{ environment: {}, exists: () => false },
  };
  const mounted = '/tmp/.mount_Docker1';
  const appImage = { APPIMAGE: '/home/me/DockerComms.AppImage', APPDIR: mounted };
  const has = (path: string) => (each: string) => each === path;

  test.each<[string, Partial<Installation>, string | null]>([
    ['an AppImage', { program: `${mounted}/dockercomms`, environment: appImage }, 'appimage'],
    ['nothing known, when another AppImage started it', { environment: appImage }, null],
    ['a Debian package', { exists: has('/var/lib/dpkg/info/dockercomms-desktop.list') }, 'deb'],
    ['an RPM package', { exists: has('/var/lib/rpm') }, 'rpm'],
    ['nothing known, where no package manager knows it', {}, null],
    ['nothing known, elsewhere', { program: '/home/me/linux-unpacked/dockercomms' }, null],
    ['a disk image', { platform: 'darwin', arch: 'arm64', program: '/Applications/DockerComms.app' }, 'dmg'],
    ['an installer', { platform: 'win32', program: 'C:\\DockerComms.exe' }, 'nsis'],
    ['nothing, from source', { packaged: false, platform: 'darwin' }, null],
    ['nothing that we make', { platform: 'freebsd' }, null],
    ['nothing that we make for this processor', { platform: 'win32', arch: 'ia32' }, null],
  ])('%s', (_name, change, kind) => {
    expect(installedAs({ ...opt, ...change })?.kind ?? null).toBe(kind);
  });
});

test.each<[string, Partial<Installation>, string]>([
  [
    'the file of an AppImage',
    { program: '/tmp/.mount_Docker1/dockercomms' },
    '/home/me/DockerComms.AppImage',
  ],
  ['what runs, when another AppImage started it', {}, '/opt/DockerComms/dockercomms'],
])('what is started again, and at login, is %s', (_name, change, file) => {
  const environment = { APPIMAGE: '/home/me/DockerComms.AppImage', APPDIR: '/tmp/.mount_Docker1' };
  const opt = { packaged: true, platform: 'linux', arch: 'x64', program: '/opt/DockerComms/dockercomms' };
  expect(ownProgram({ ...opt, environment, exists: () => false, ...change })).toBe(file);
});

describe('a program that is one file', () => {
  test('is replaced as a whole, can be run, and leaves nothing behind', async () => {
    const folder = await temporaryFolder('program');
    const [program, update] = [join(folder, 'DockerComms.AppImage'), join(folder, 'update')];
    await writeFile(program, 'old', { mode: 0o755 });
    await writeFile(update, 'new', { mode: 0o600 });
    await replaceProgram(program, update);
    expect(await readFile(program, 'utf8')).toBe('new');
    if (process.platform !== 'win32') expect((await stat(program)).mode & 0o777).toBe(0o755);
    expect((await readdir(folder)).sort()).toEqual(['DockerComms.AppImage', 'update']);
  });

  test('does not gather copies that were killed while the computer went down', async () => {
    const folder = await temporaryFolder('program');
    const [program, update] = [join(folder, 'DockerComms.AppImage'), join(folder, 'update')];
    const [halfCopy, running] = ['0a', '0b'].map((digits) => `.dockercomms-${digits.repeat(16)}.part`);
    for (const path of [program, update, join(folder, halfCopy ?? ''), join(folder, running ?? '')]) {
      await writeFile(path, 'x');
    }
    const yesterday = new Date(Date.now() - 86_400_000);
    for (const path of [program, update, join(folder, halfCopy ?? '')]) {
      await utimes(path, yesterday, yesterday);
    }
    await replaceProgram(program, update);
    expect((await readdir(folder)).sort()).toEqual([running, 'DockerComms.AppImage', 'update']);
  });

  test('stays as it is when the new one cannot be read', async () => {
    const folder = await temporaryFolder('program');
    const program = join(folder, 'DockerComms.AppImage');
    await writeFile(program, 'old');
    await expect(replaceProgram(program, join(folder, 'gone'))).rejects.toThrow();
    expect(await readFile(program, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['DockerComms.AppImage']);
  });
});
