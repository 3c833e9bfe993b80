import { lstatSync, readlinkSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const { app } = vi.hoisted(() => ({ app: { getPreferredSystemLanguages: vi.fn<() => string[]>() } }));
vi.mock('electron', () => ({ app }));
const { dictionaryFolders, linkDictionaries } = await import('../../../main/hosts/electron/dictionaries.ts');
const { languagesToCheck, Spelling } = await import('../../../main/hosts/electron/spelling.ts');

describe('the languages that are checked', () => {
  it.each([
    [
      ['de-DE', 'en-GB'],
      ['en-GB', 'de'],
      ['de', 'en-GB'],
    ],
    // As it is written elsewhere is better than not at all.
    [['en-IE'], ['en-US', 'en-GB'], ['en-US']],
    [['de-AT', 'de-DE'], ['de'], ['de']],
    [['pt-AO'], ['pt-BR', 'pt-PT'], ['pt-BR']],
    [['ja-JP', 'tlh'], ['en-GB'], []],
    [[], ['en-GB'], []],
  ])('of somebody who reads %j, where there are %j, are %j', (wanted, known, languages) => {
    expect(languagesToCheck(wanted, known)).toEqual(languages);
  });
});

describe('dictionaries on Linux', () => {
  let folder: string;
  let system: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dockercomms-spelling-'));
    system = join(folder, 'hunspell-bdic');
    await mkdir(system);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const install = (...names: readonly string[]) =>
    Promise.all(names.map((name) => writeFile(join(system, name), name)));
  const link = () => linkDictionaries(join(folder, 'electron'), [join(folder, 'missing'), system]);
  const own = (name = '') => join(folder, 'electron/Dictionaries', name);

  it('are looked for where distributions have them', () => {
    expect(dictionaryFolders({})).toContain('/usr/share/hunspell-bdic');
    expect(
      dictionaryFolders({ XDG_DATA_DIRS: '/data:relative' }).every((path) => path.startsWith('/data/')),
    ).toBe(true);
  });

  it('become those of Chromium under the names that it looks for', async () => {
    await install('de_DE.bdic', 'en_GB.bdic', 'fr.bdic', 'gl_ES.bdic', 'tlh_QO.bdic', 'en_GB.aff');
    expect([...link()].sort()).toEqual(['de', 'en-GB', 'fr', 'gl']);
    expect((await readdir(own())).sort()).toEqual([
      'de-DE-3-0.bdic',
      'en-GB-10-2.bdic',
      'fr-FR-3-0.bdic',
      'gl-1-0.bdic',
    ]);
    expect(readlinkSync(own('de-DE-3-0.bdic'))).toBe(join(system, 'de_DE.bdic'));
  });

  it('of one English are not taken for another', async () => {
    await install('en_ZA.bdic');
    expect(link()).toEqual([]);
  });

  it('go when the system has them no more, and files that Chromium has by itself stay', async () => {
    await install('de_DE.bdic', 'it_IT.bdic');
    link();
    await rm(join(system, 'de_DE.bdic'));
    await rm(own('it-IT-3-0.bdic'));
    await writeFile(own('it-IT-3-0.bdic'), 'its own');
    expect(link()).toEqual(['it']);
    expect(await readdir(own())).toEqual(['it-IT-3-0.bdic']);
    expect(lstatSync(own('it-IT-3-0.bdic')).isFile()).toBe(true);
  });

  it('that cannot be linked are none', async () => {
    await install('de_DE.bdic');
    await writeFile(join(folder, 'electron'), 'in the way');
    expect(link()).toEqual([]);
  });
});

describe('spelling', () => {
  const session = { availableSpellCheckerLanguages: ['en-GB', 'de'], setSpellCheckerLanguages: vi.fn() };
  const start = (platform: NodeJS.Platform) =>
    Spelling.prepare('/nowhere', platform).start(session as unknown as Electron.Session);
  beforeEach(() => {
    session.setSpellCheckerLanguages.mockReset();
    app.getPreferredSystemLanguages.mockReturnValue(['de-CH', 'ja-JP']);
  });

  it('is left to macOS, which finds out the language', () => {
    expect(start('darwin')).toBe(true);
    expect(session.setSpellCheckerLanguages).not.toHaveBeenCalled();
  });

  it('is on Windows in the languages of the person', () => {
    expect(start('win32')).toBe(true);
    expect(session.setSpellCheckerLanguages).toHaveBeenCalledExactlyOnceWith(['de']);
    app.getPreferredSystemLanguages.mockReturnValue(['ja-JP']);
    expect(start('win32')).toBe(false);
  });

  it('is off on Linux without a dictionary', () => {
    vi.stubEnv('XDG_DATA_DIRS', '/nowhere');
    expect(start('linux')).toBe(false);
    expect(session.setSpellCheckerLanguages).not.toHaveBeenCalled();
    vi.unstubAllEnvs();
  });
});
