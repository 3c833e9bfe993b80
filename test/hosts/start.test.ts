import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { electronBinary, failedLately } from '../../scripts/electron-binary.mjs';
import { isStale, outputs } from '../../scripts/freshness.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dockercomms-start-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Writes a file that was changed at `time` (seconds), and so were its folders. */
function put(path: string, time: number): void {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, path);
  utimesSync(full, time, time);
  for (let folder = dirname(full); folder !== root; folder = dirname(folder)) utimesSync(folder, time, time);
}

describe('npm start builds what is stale', () => {
  beforeEach(() => {
    for (const path of [
      'main/base/a.ts',
      'preload/b.ts',
      'renderer/ui/c.svelte',
      'package.json',
      'vite.config.ts',
    ]) {
      put(path, 1_000);
    }
    for (const path of outputs) put(path, 2_000);
  });

  it('nothing, when every output is newer than every source', () => {
    expect(isStale(root)).toBe(false);
  });

  it.each(['main/base/a.ts', 'renderer/ui/c.svelte', 'preload/b.ts', 'package.json', 'vite.config.ts'])(
    'when %s changed',
    (path) => {
      put(path, 3_000);
      expect(isStale(root)).toBe(true);
    },
  );

  it('when a source was deleted', () => {
    rmSync(join(root, 'main/base/a.ts'));
    expect(isStale(root)).toBe(true);
  });

  it.each(outputs)('when %s is missing', (path) => {
    rmSync(join(root, path));
    expect(isStale(root)).toBe(true);
  });

  it('when only one output is old', () => {
    put('dist/preload/electron.cjs', 500);
    expect(isStale(root)).toBe(true);
  });
});

describe('Electron’s binary', () => {
  it('is not there when only its package is', () => {
    expect(electronBinary(root, {})).toBeNull();
    put('node_modules/electron/path.txt', 1);
    expect(electronBinary(root, {})).toBeNull();
  });

  it('is where path.txt says', () => {
    put('node_modules/electron/path.txt', 1);
    writeFileSync(join(root, 'node_modules/electron/path.txt'), 'electron');
    put('node_modules/electron/dist/electron', 1);
    expect(electronBinary(root, {})).toBe(join(root, 'node_modules/electron/dist/electron'));
  });

  it('is where ELECTRON_OVERRIDE_DIST_PATH says', () => {
    put('elsewhere/electron', 1);
    const override = { ELECTRON_OVERRIDE_DIST_PATH: join(root, 'elsewhere') };
    expect(electronBinary(root, override)).toBe(join(root, 'elsewhere/electron'));
  });

  it('is not tried again for a week after fetching failed', () => {
    const day = 24 * 3_600_000;
    const memory = JSON.stringify({ failedAt: 100 * day });
    expect(failedLately(memory, 106 * day)).toBe(true);
    expect(failedLately(memory, 108 * day)).toBe(false);
    expect(failedLately(memory, 99 * day)).toBe(false);
    for (const nothing of [null, '', '{', '[]', 'null']) expect(failedLately(nothing, 0)).toBe(false);
  });
});
