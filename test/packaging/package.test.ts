import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { listPackage, statFile } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFakeElectron } from './fake-electron.ts';

const root = join(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
const run = promisify(execFile);

/** Bytes of app.asar without native addons: the bundles, the window and the icons. Twice what it takes today asks why. */
const largestAsarBytes = 8 * 1024 * 1024;

// electron-builder packages for the system it runs on; the fake distribution is a Linux one.
describe.runIf(process.platform === 'linux')('the packaged product', () => {
  let folder: string;
  let unpacked: string;
  let archive: string;
  let files: readonly string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dockercomms-package-'));
    await makeFakeElectron(folder, versionOf('electron'));
    if (!existsSync(join(root, 'dist/main/electron.js'))) await run('npm', ['run', 'build'], { cwd: root });
    await run(process.execPath, ['scripts/licenses.ts'], { cwd: root });
    await run(process.execPath, [cli('electron-builder'), ...builderArguments(folder)], { cwd: root });
    unpacked = join(folder, 'release/linux-unpacked');
    archive = join(unpacked, 'resources/app.asar');
    files = listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/').slice(1));
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('holds the bundles of main process, bridge and window', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'package.json',
        'dist/main/electron.js',
        'dist/preload/electron.cjs',
        'dist/renderer/index.html',
        'assets/tray/trayTemplate.png',
      ]),
    );
  });

  test('holds nothing but the product: no sources, maps, tests, tools or documents', () => {
    const allowed = [
      /^package\.json$/,
      /^dist(\/|$)/,
      /^assets(\/tray(\/.*)?)?$/,
      /^node_modules(\/@mongodb-js(\/zstd[^/]*(\/.*)?)?)?$/,
      /^node_modules\/@napi-rs(\/keyring[^/]*(\/.*)?)?$/,
    ];
    expect(files.filter((path) => !allowed.some((pattern) => pattern.test(path)))).toEqual([]);
    expect(files.filter((path) => /\.(ts|svelte|map)$/.test(path))).toEqual([]);
  });

  test('keeps the native addon outside of the archive, where the system can load it', () => {
    const addons = files.filter((path) => path.endsWith('.node'));
    expect(addons).not.toEqual([]);
    for (const path of addons) {
      expect(statFile(archive, path)).toMatchObject({ unpacked: true });
      expect(existsSync(join(unpacked, 'resources/app.asar.unpacked', path))).toBe(true);
    }
  });

  test('stays small: what can be bundled is bundled', async () => {
    expect((await stat(archive)).size).toBeLessThan(largestAsarBytes);
  });

  test('switches off what would let others run code as us', async () => {
    const wire = await getCurrentFuseWire(join(unpacked, 'dockercomms'));
    const states = Object.fromEntries(
      Object.entries(wire).map(([fuse, state]) => [fuse, String.fromCharCode(Number(state))]),
    );
    expect(states).toMatchObject({
      [FuseV1Options.RunAsNode]: '0',
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: '0',
      [FuseV1Options.EnableNodeCliInspectArguments]: '0',
      [FuseV1Options.EnableCookieEncryption]: '1',
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: '1',
      [FuseV1Options.OnlyLoadAppFromAsar]: '1',
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: '0',
    });
  });

  test('carries its licence and those of everything in it', async () => {
    const resources = join(unpacked, 'resources');
    expect(await readFile(join(resources, 'LICENSE.DockerComms.txt'), 'utf8')).toContain('Apache License');
    const thirdParty = await readFile(join(resources, 'THIRD_PARTY_LICENSES.txt'), 'utf8');
    for (const addon of ['@mongodb-js/zstd', '@napi-rs/keyring']) expect(thirdParty).toContain(addon);
  });
});

function versionOf(name: string): string {
  return (require(`${name}/package.json`) as { version: string }).version;
}

function cli(name: string): string {
  return join(dirname(require.resolve(`${name}/package.json`)), 'cli.js');
}

function builderArguments(folder: string): readonly string[] {
  return [
    '--linux',
    '--dir',
    '--publish=never',
    `-c.electronDist=${join(folder, 'dist')}`,
    `-c.directories.output=${join(folder, 'release')}`,
  ];
}
