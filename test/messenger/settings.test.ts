import { describe, expect, test } from 'vitest';
import { settingsChangeSchema } from '../../preload/contract.ts';
import { settle } from './household.ts';

const folder = '/srv/files';

describe('a change of the settings', () => {
  test.each([
    { appearance: { contrast: 'high' } },
    { downloads: { automaticLimitBytes: 5 } },
    { notifications: { showContent: false } },
    { composer: { enterSends: false } },
    {},
  ])('says nothing about what it leaves out: %j', (change) => {
    expect(settingsChangeSchema.parse(change)).toEqual(change);
  });

  test('leaves everything else as it was', async () => {
    const bob = await settle({ host: { kind: 'browser', chooseFolder: () => Promise.resolve(folder) } });
    await bob.ask('settings.chooseDownloadFolder', {});
    await bob.ask('settings.update', { appearance: { theme: 'dark' } });
    await bob.ask('settings.update', { appearance: { contrast: 'high' } });
    expect(await bob.ask('settings.update', { downloads: { automaticLimitBytes: 5 } })).toMatchObject({
      appearance: { theme: 'dark', contrast: 'high' },
      downloads: { folder, automaticLimitBytes: 5 },
    });
  });
});

describe('the folder for downloads', () => {
  test('is never named by a window, which may be somebody else by then', async () => {
    const bob = await settle();
    const answer = await bob.engine.call('settings.update', { downloads: { folder } });
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(await bob.ask('settings.get', {})).toMatchObject({ downloads: { folder: null } });
  });

  test('goes back to the usual one', async () => {
    const bob = await settle({ host: { kind: 'browser', chooseFolder: () => Promise.resolve(folder) } });
    await bob.ask('settings.chooseDownloadFolder', {});
    await bob.ask('settings.update', { downloads: { folder: null } });
    expect(await bob.ask('settings.get', {})).toMatchObject({ downloads: { folder: null } });
  });

  test('is a whole path', async () => {
    const bob = await settle({ host: { kind: 'browser', chooseFolder: () => Promise.resolve('files') } });
    expect(await bob.fail('settings.chooseDownloadFolder', {})).toMatchObject({ code: 'invalid' });
  });
});
