import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { extractFile, listPackage, statFile } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { addonsFor, requireAddons } from '../../scripts/packaging/native-addons.ts';
import { signingOptions } from '../../scripts/packaging/signing.ts';
import { makeFakeElectron } from './fake-electron.ts';

const root = join(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
const run = promisify(execFile);

/** Bytes of app.asar without native addons: the bundles, the window and the icons. */
const largestAsarBytes = 3_000_000;

const sbomSchema = z.object({
  components: z.array(
    z.object({
      type: z.string(),
      name: z.string(),
      version: z.string().optional(),
      hashes: z.array(z.object({ alg: z.string(), content: z.string() })).optional(),
    }),
  ),
});

// electron-builder packages for the system it runs on; the fake distribution is a Linux one.
describe.runIf(process.platform === 'linux')('the packaged product', () => {
  let folder: string;
  let unpacked: string;
  let archive: string;
  let files: readonly string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dockercomms-package-'));
    await makeFakeElectron(folder, versionOf('electron'));
    const production = { cwd: root, env: { ...process.env, NODE_ENV: 'production' } };
    if (!existsSync(join(root, 'dist/main/electron.js'))) await run('npm', ['run', 'build'], production);
    await run(process.execPath, ['scripts/licenses.ts'], { cwd: root });
    // Twice, which is what a second computer does with the same tree.
    await Promise.all(['release', 'again'].map((name) => packageInto(join(folder, name))));
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
        'assets/icons/linux/256x256.png',
      ]),
    );
  });

  test('holds nothing but the product: no sources, maps, tests, tools or documents', () => {
    const allowed = [
      /^package\.json$/,
      /^dist(\/|$)/,
      /^assets(\/tray(\/.*)?)?$/,
      /^assets\/icons(\/linux(\/256x256\.png)?)?$/,
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

  test('is the same archive, byte for byte, when it is packaged again', async () => {
    const again = join(folder, 'again/linux-unpacked/resources/app.asar');
    expect(await readFile(archive)).toEqual(await readFile(again));
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
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: '0',
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: '0',
    });
  });

  test('carries its licence and those of everything in it', async () => {
    const resources = join(unpacked, 'resources');
    expect(await readFile(join(resources, 'LICENSE.DockerComms.txt'), 'utf8')).toContain('Apache License');
    const thirdParty = await readFile(join(resources, 'THIRD_PARTY_LICENSES.txt'), 'utf8');
    const { libraries } = await billOfMaterials();
    expect(libraries).toEqual(expect.arrayContaining(['@mongodb-js/zstd 1.2.2', 'undici 8.12.4']));
    for (const library of libraries.filter((name) => !name.startsWith('electron ')))
      expect(thirdParty).toContain(`\n${library} (`);
  });

  test('says in its bill of materials what is in it: Electron, every library, every file of the build', async () => {
    const { libraries, files: named } = await billOfMaterials();
    expect(libraries).toContain(`electron ${versionOf('electron')}`);
    const installed = files.filter((path) => /^node_modules\/.*\/package\.json$/.test(path));
    for (const path of installed) {
      const { name, version } = JSON.parse(extractFile(archive, path).toString()) as Record<string, string>;
      expect(libraries).toContain(`${name ?? ''} ${version ?? ''}`);
    }
    const built = files.filter((path) => path.startsWith('dist/') && !('files' in statFile(archive, path)));
    // A second build in memory gave these digests: a difference is a build that is stale (npm run build) or not reproducible.
    expect(named).toEqual(new Map(built.sort().map((path) => [path, digestOf(extractFile(archive, path))])));
  });

  async function billOfMaterials() {
    const text = await readFile(join(unpacked, 'resources/sbom.cdx.json'), 'utf8');
    const { components } = sbomSchema.parse(JSON.parse(text));
    const isFile = ({ type }: { readonly type: string }) => type === 'file';
    const libraries = components.filter((each) => !isFile(each));
    return {
      libraries: libraries.map(({ name, version }) => `${name} ${version ?? ''}`),
      files: new Map(components.filter(isFile).map(({ name, hashes }) => [name, hashes?.[0]?.content])),
    };
  }

  async function packageInto(output: string): Promise<void> {
    const paths = [`-c.electronDist=${join(folder, 'dist')}`, `-c.directories.output=${output}`];
    const builder = [cli('electron-builder'), '--linux', '--dir', '--publish=never', ...paths];
    await run(process.execPath, builder, { cwd: root });
  }
});

describe('the addons of a package', () => {
  test.each([
    ['linux', 'x64', '@mongodb-js/zstd-linux-x64-gnu', '@napi-rs/keyring-linux-x64-gnu'],
    ['linux', 'arm64', '@mongodb-js/zstd-linux-arm64-gnu', '@napi-rs/keyring-linux-arm64-gnu'],
    ['darwin', 'arm64', '@mongodb-js/zstd-darwin-arm64', '@napi-rs/keyring-darwin-arm64'],
    ['win32', 'x64', '@mongodb-js/zstd-win32-x64-msvc', '@napi-rs/keyring-win32-x64-msvc'],
  ])('for %s on %s are its own', async (platform, arch, ...names) => {
    expect(await addonsFor({ platform, arch })).toEqual(names);
  });

  test('cannot be made for Windows on ARM, which one of them does not have', async () => {
    await expect(addonsFor({ platform: 'win32', arch: 'arm64' })).rejects.toThrow('@mongodb-js/zstd');
  });

  test('have to be all of them and none of another system', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dockercomms-addons-'));
    const target = { platform: 'linux', arch: 'x64' };
    const put = async (name: string) => {
      await mkdir(join(folder, name), { recursive: true });
      await writeFile(join(folder, name, 'addon.node'), '');
    };
    await put('@mongodb-js/zstd-linux-x64-gnu');
    await expect(requireAddons(folder, target)).rejects.toThrow('keyring-linux-x64-gnu');
    await put('@napi-rs/keyring-linux-x64-gnu');
    await requireAddons(folder, target);
    await put('@napi-rs/keyring-linux-x64-musl');
    await expect(requireAddons(folder, target)).rejects.toThrow('keyring-linux-x64-musl');
    await rm(folder, { recursive: true });
  });
});

describe('signing', () => {
  const azure = {
    AZURE_SIGNING_ENDPOINT: 'https://weu.example',
    AZURE_SIGNING_ACCOUNT: 'account',
    AZURE_SIGNING_PROFILE: 'profile',
    AZURE_SIGNING_PUBLISHER: 'Publisher',
  };

  test.each([
    ['darwin', {}],
    ['win32', {}],
    ['win32', { ...azure, AZURE_SIGNING_PUBLISHER: '' }],
  ])('names a package for %s that nobody signed so', (platform, environment) => {
    expect(signingOptions(platform, environment).join(' ')).toContain('-unsigned.');
  });

  test('takes the hardened runtime off what nobody signed, since that could not start with it', () => {
    expect(signingOptions('darwin', {})).toContain('-c.mac.hardenedRuntime=false');
  });

  test.each([
    ['darwin', { CSC_LINK: 'key.p12' }],
    ['win32', { WIN_CSC_LINK: 'key.pfx' }],
    ['linux', {}],
  ])('leaves a package for %s to the keys of the environment', (platform, environment) => {
    expect(signingOptions(platform, environment)).toEqual([]);
  });

  test('tells Azure what it has to know', () => {
    expect(signingOptions('win32', azure)).toContain('-c.win.azureSignOptions.publisherName=Publisher');
  });
});

function digestOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function versionOf(name: string): string {
  return (require(`${name}/package.json`) as { version: string }).version;
}

function cli(name: string): string {
  return join(dirname(require.resolve(`${name}/package.json`)), 'cli.js');
}
