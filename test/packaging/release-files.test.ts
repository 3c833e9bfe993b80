import { createPublicKey } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readFileName } from '../../scripts/packaging/release-files.ts';
import { updateOptions } from '../../scripts/packaging/updates.ts';
import { createSigningKey } from '../../main/trust/signing-key.ts';
import { temporaryFolder } from '../messenger/household.ts';

describe('the name of a file of a release says what it is for', () => {
  test.each([
    ['DockerComms-0.2.0-linux-x86_64.AppImage', 'linux', 'x64', 'appimage'],
    ['out/DockerComms-0.2.0-linux-amd64.deb', 'linux', 'x64', 'deb'],
    ['DockerComms-0.2.0-linux-aarch64.rpm', 'linux', 'arm64', 'rpm'],
    ['DockerComms-0.2.0-mac-arm64.dmg', 'darwin', 'arm64', 'dmg'],
    ['DockerComms-0.2.0-win-x64-unsigned.exe', 'win32', 'x64', 'nsis'],
  ])('%s', (path, platform, arch, kind) => {
    expect(readFileName(path)).toEqual({ version: '0.2.0', platform, arch, kind });
  });

  test.each(['DockerComms-0.2.0.deb', 'Other-0.2.0-linux-x64.deb', 'DockerComms-0.2.0-linux-x64.snap'])(
    'and %s says nothing',
    (path) => {
      expect(() => readFileName(path)).toThrow();
    },
  );
});

describe('what is built into a package', () => {
  test('is nothing unless the environment names a repository', async () => {
    expect(await updateOptions({ DOCKERCOMMS_RELEASE_KEYS: 'key.pem' })).toEqual([]);
  });

  test('is where updates come from and who signs them, never how they sign', async () => {
    const { privateKey, verifying } = createSigningKey();
    const path = join(await temporaryFolder('key'), 'key.pem');
    await writeFile(path, privateKey.export({ format: 'pem', type: 'pkcs8' }));
    const spki = createPublicKey(verifying.key.export({ format: 'pem', type: 'spki' }));
    expect(
      await updateOptions({
        DOCKERCOMMS_RELEASE_REPOSITORY: 'registry.example.com/dockercomms',
        DOCKERCOMMS_RELEASE_KEYS: path,
      }),
    ).toEqual([
      '-c.extraMetadata.updates.repository=registry.example.com/dockercomms',
      '-c.extraMetadata.updates.channel=stable',
      `-c.extraMetadata.updates.keys=${spki.export({ format: 'der', type: 'spki' }).toString('base64')}`,
    ]);
  });

  test.each([{}, { DOCKERCOMMS_RELEASE_KEYS: '/nowhere/key.pem' }])('needs a key: %j', async (keys) => {
    await expect(
      updateOptions({ DOCKERCOMMS_RELEASE_REPOSITORY: 'registry.example.com/dockercomms', ...keys }),
    ).rejects.toThrow();
  });
});
