import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { certificateFolders, certificatesInFolders } from '../../main/credentials/certificate-folders.ts';

const pem = (name: string) => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----\n`;

describe('certificates of container tools', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dockercomms-certs-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
  });
  const put = async (path: string, content: string) => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  const read = (host: string, ...kinds: string[]) =>
    certificatesInFolders(
      (kinds.length === 0 ? ['a'] : kinds).map((kind) => join(folder, kind)),
      host,
    );

  it('every *.crt of a host is an authority, and *.cert with *.key is what this computer shows', async () => {
    await put('a/r.example:5000/ca.crt', pem('one'));
    await put('a/r.example:5000/more.crt', pem('two'));
    await put('a/r.example:5000/client.cert', pem('mine'));
    await put('a/r.example:5000/client.key', 'key');
    await put('a/r.example:5000/notes.txt', 'nothing');
    expect(read('r.example:5000')).toEqual({
      authorities: [pem('one'), pem('two')],
      client: { kind: 'pem', certificate: pem('mine'), key: 'key' },
    });
  });

  it('holds for this host and this port only', async () => {
    await put('a/r.example/ca.crt', pem('one'));
    expect(read('r.example').authorities).toHaveLength(1);
    for (const host of ['r.example:5000', 'other.example', 'x.r.example', '..', '.', '../a/r.example']) {
      expect(read(host)).toEqual({ authorities: [], client: null });
    }
  });

  it('a folder without the colon is the same host, for systems that allow none', async () => {
    await put('a/r.example5000/ca.crt', pem('one'));
    expect(read('r.example:5000').authorities).toEqual([pem('one')]);
  });

  it('authorities of all folders count; of client certificates the first', async () => {
    await put('a/r.example/ca.crt', pem('one'));
    await put('b/r.example/ca.crt', pem('two'));
    await put('b/r.example/client.cert', pem('b'));
    await put('b/r.example/client.key', 'b');
    await put('c/r.example/client.cert', pem('c'));
    await put('c/r.example/client.key', 'c');
    const { authorities, client } = read('r.example', 'absent', 'a', 'b', 'c');
    expect(authorities).toEqual([pem('one'), pem('two')]);
    expect(client).toMatchObject({ certificate: pem('b') });
  });

  it('a certificate without its key, or a file that is none, says which file', async () => {
    await put('a/r.example/client.cert', pem('mine'));
    expect(() => read('r.example')).toThrow(
      expect.objectContaining({ code: 'invalid', detail: { file: join(folder, 'a/r.example/client.cert') } }),
    );
    await put('b/r.example/ca.crt', 'no certificate');
    expect(() => read('r.example', 'b')).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('what cannot be reached is left out', async () => {
    await put('a/r.example/ca.crt', pem('one'));
    await symlink(join(folder, 'gone'), join(folder, 'a/r.example/more.crt'));
    expect(read('r.example')).toEqual({ authorities: [pem('one')], client: null });
  });

  it('lie where Podman and Docker look, the user’s own first', () => {
    expect(certificateFolders({ environment: {}, home: '/home/anna', platform: 'linux' })).toEqual([
      '/home/anna/.config/containers/certs.d',
      '/home/anna/.config/docker/certs.d',
      '/home/anna/.docker/certs.d',
      '/etc/containers/certs.d',
      '/etc/docker/certs.d',
    ]);
    const [first] = certificateFolders({
      environment: { XDG_CONFIG_HOME: '/x' },
      home: '/h',
      platform: 'linux',
    });
    expect(first).toBe('/x/containers/certs.d');
  });
});
