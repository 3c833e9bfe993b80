import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostArguments } from '../../main/hosts/arguments.ts';
import { downloadsFolder, homeFolder, type Surroundings } from '../../main/hosts/places.ts';
import { product } from '../../main/hosts/product.ts';

let userFolder: string;
beforeEach(() => {
  userFolder = mkdtempSync(join(tmpdir(), 'dockercomms-user-'));
});
afterEach(() => rmSync(userFolder, { recursive: true }));

const on = (platform: NodeJS.Platform, environment: Surroundings['environment'] = {}): Surroundings => ({
  platform,
  environment,
  userFolder,
});

describe.runIf(process.platform !== 'win32')('the home', () => {
  it('is what DOCKERCOMMS_HOME says, on every system', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      expect(homeFolder(on(platform, { DOCKERCOMMS_HOME: '/data/me' }))).toBe('/data/me');
    }
  });

  it('else lies where the system keeps data of applications', () => {
    expect(homeFolder(on('linux'))).toBe(join(userFolder, '.local/share/dockercomms'));
    expect(homeFolder(on('linux', { XDG_DATA_HOME: '/data' }))).toBe('/data/dockercomms');
    expect(homeFolder(on('darwin'))).toBe(join(userFolder, 'Library/Application Support/DockerComms'));
    expect(homeFolder(on('win32', { APPDATA: '/roaming' }))).toBe('/roaming/DockerComms');
  });

  it('ignores a relative XDG_DATA_HOME, as the specification says', () => {
    expect(homeFolder(on('linux', { XDG_DATA_HOME: 'data' }))).toBe(
      join(userFolder, '.local/share/dockercomms'),
    );
  });
});

describe.runIf(process.platform !== 'win32')('the downloads folder on Linux', () => {
  const say = (line: string) => {
    mkdirSync(join(userFolder, '.config'), { recursive: true });
    writeFileSync(
      join(userFolder, '.config/user-dirs.dirs'),
      `# a comment\nXDG_DESKTOP_DIR="$HOME/D"\n${line}\n`,
    );
    return downloadsFolder(on('linux'));
  };

  it('is what user-dirs.dirs says', async () => {
    expect(await say('XDG_DOWNLOAD_DIR="$HOME/Télé chargements"')).toBe(join(userFolder, 'Télé chargements'));
    expect(await say('XDG_DOWNLOAD_DIR="/mnt/down\\"s"')).toBe('/mnt/down"s');
  });

  it('is Downloads where nothing usable is said', async () => {
    for (const line of [
      '',
      'XDG_DOWNLOAD_DIR="relative"',
      'XDG_DOWNLOAD_DIR="$HOME/"',
      '#XDG_DOWNLOAD_DIR="/x"',
    ]) {
      expect(await say(line)).toBe(join(userFolder, 'Downloads'));
    }
  });
});

describe('the command line of a host', () => {
  it('opens one home, or Alice’s and Bob’s with downloads of their own', () => {
    expect(hostArguments(['--home', '/h']).homes).toEqual([{ name: null, folder: '/h' }]);
    expect(hostArguments(['--demo', '--home=/h']).homes).toEqual([
      { name: 'Alice', folder: '/h/alice', downloads: '/h/alice/Downloads' },
      { name: 'Bob', folder: '/h/bob', downloads: '/h/bob/Downloads' },
    ]);
  });

  it('leaves Chromium’s switches alone, and takes no port that is none', () => {
    expect(hostArguments(['.', '--no-sandbox', '--inspect=0', '--port=4000'])).toMatchObject({
      port: 4000,
      demo: false,
    });
    for (const port of ['65536', '-1', 'x', '1e3', ''])
      expect(hostArguments([`--port=${port}`]).port).toBe(0);
  });
});

it('finds what was built from wherever it runs', () => {
  const here = product();
  expect(here.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(product(join(here.windowFolder, 'assets'))).toEqual(here);
});
