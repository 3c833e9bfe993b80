import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFirstTime } from '../../../main/hosts/electron/once.ts';

describe('what a person is told once', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'dockercomms-once-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('is told the first time, and remembered in the home for its owner alone', () => {
    expect(isFirstTime(home, 'still-running')).toBe(true);
    expect(isFirstTime(home, 'still-running')).toBe(false);
    if (process.platform !== 'win32') expect(statSync(join(home, 'told.json')).mode & 0o777).toBe(0o600);
  });

  it.each(['', '{', '{"still-running":true}', 'null'])('is told when the record is %j', (text) => {
    writeFileSync(join(home, 'told.json'), text);
    expect(isFirstTime(home, 'still-running')).toBe(true);
    expect(isFirstTime(home, 'still-running')).toBe(false);
  });

  it('is not told where that cannot be written down', () => {
    expect(isFirstTime(join(home, 'gone'), 'still-running')).toBe(false);
  });
});
