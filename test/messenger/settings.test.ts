import { describe, expect, test } from 'vitest';
import { DockerCommsError } from '../../main/base/errors.ts';
import { settingsChangeSchema } from '../../preload/contract/settings.ts';
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

describe('the services for public signatures', () => {
  const own = {
    instance: 'private',
    rekorVersion: 1,
    ...{ fulcio: 'https://fulcio.example', rekor: 'https://rekor.example', timestampAuthority: null },
    ...{ issuer: 'https://login.example', clientId: 'sigstore' },
    trust: { kind: 'tuf', mirror: 'https://tuf.example', root: '{"signed":{"_type":"root"}}' },
  } as const;

  test('may be ones of one’s own', async () => {
    const bob = await settle();
    expect(await bob.ask('settings.update', { sigstore: own })).toMatchObject({ sigstore: own });
    const back = await bob.ask('settings.update', { sigstore: { instance: 'public' } });
    expect(back.sigstore).toEqual({ instance: 'public' });
  });

  test.each([
    ['would see a token unencrypted', { fulcio: 'http://fulcio.example' }],
    ['would see a code unencrypted', { issuer: 'http://login.example' }],
    ['give no time', { rekorVersion: 2 }],
    ['carry a login in their address', { rekor: 'https://user:secret@rekor.example' }],
    ['are trusted by a file that is none', { trust: { kind: 'file', trustedRoot: '{}' } }],
    ['are trusted by a mirror that begins nowhere', { trust: { ...own.trust, root: '{"signed":{}}' } }],
  ])('are refused where they %s', async (_title, part) => {
    const bob = await settle();
    const answer = await bob.engine.call('settings.update', { sigstore: { ...own, ...part } });
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(await bob.ask('settings.get', {})).toMatchObject({ sigstore: { instance: 'public' } });
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

  test('is one that was listed, where no dialogue of the system can be shown', async () => {
    const token = 'token-of-a-folder';
    const unknown = new DockerCommsError('not-found', 'gone');
    const folders = {
      list: () => Promise.reject(unknown),
      create: () => Promise.reject(unknown),
      writablePath: (asked: string) => (asked === token ? Promise.resolve(folder) : Promise.reject(unknown)),
    };
    const bob = await settle({ host: { kind: 'browser', folders } });
    expect(await bob.ask('app.status', {})).toMatchObject({
      can: { chooseFolder: false, listFolders: true },
    });
    expect(await bob.fail('settings.useDownloadFolder', { folder })).toMatchObject({ code: 'invalid' });
    const other = 'another-token-0001';
    expect(await bob.fail('settings.useDownloadFolder', { folder: other })).toMatchObject({
      code: 'not-found',
    });
    expect(await bob.ask('settings.useDownloadFolder', { folder: token })).toMatchObject({
      downloads: { folder },
    });
  });

  test('cannot be listed where the host lists none', async () => {
    const bob = await settle();
    expect(await bob.fail('folders.list', { folder: null })).toMatchObject({ code: 'unsupported' });
  });

  test('is a whole path', async () => {
    const bob = await settle({ host: { kind: 'browser', chooseFolder: () => Promise.resolve('files') } });
    expect(await bob.fail('settings.chooseDownloadFolder', {})).toMatchObject({ code: 'invalid' });
  });
});
