import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers, parseRegistryKey, serverName } from '../../main/credentials/registry-key.ts';

describe('the name under which a login is kept', () => {
  it.each([
    ['ghcr.io', 'ghcr.io', null],
    ['GHCR.io', 'ghcr.io', null],
    ['localhost:5000', 'localhost:5000', null],
    ['[::1]:5000', '[::1]:5000', null],
    ['ghcr.io/', 'ghcr.io', null],
    ['https://ghcr.io', 'ghcr.io', null],
    ['http://registry.example:8080/', 'registry.example:8080', null],
    ['https://registry.example/v1/', 'registry.example', null],
    ['https://gcr.io/v2/team', 'gcr.io', null],
    ['registry.example/v2/', 'registry.example', null],
    ['https://index.docker.io/v1/', 'docker.io', null],
    ['index.docker.io', 'docker.io', null],
    ['registry-1.docker.io', 'docker.io', null],
    ['docker.io', 'docker.io', null],
    ['docker.io/alice/mail', 'docker.io', 'alice/mail'],
    ['quay.io/team', 'quay.io', 'team'],
    ['quay.io/team/mail/', 'quay.io', 'team/mail'],
    ['quay.io/v2', 'quay.io', 'v2'],
  ])('%s is %s, path %s', (written, host, path) => {
    expect(parseRegistryKey(written)).toEqual({ host, path });
  });

  it.each([
    '',
    ' ',
    '/',
    'https://',
    'a b',
    'ghcr.io?x',
    'alice@ghcr.io',
    'https://alice:pw@ghcr.io/',
    'x\ny',
    '::1',
  ])('%j is none', (written) => {
    expect(parseRegistryKey(written)).toBeNull();
  });

  it('never fails, and a host is one word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const key = parseRegistryKey(text);
        return key === null || /^\S+$/.test(key.host);
      }),
    );
  });

  it('Docker Hub is asked for by the name that Docker gave it, everybody else by host', () => {
    expect(serverName('docker.io')).toBe('https://index.docker.io/v1/');
    expect(serverName('ghcr.io')).toBe('ghcr.io');
  });
});

describe('what a login holds for', () => {
  const mail = { host: 'quay.io', path: 'team/mail' };

  it.each([
    [{ host: 'quay.io', path: null }, true],
    [{ host: 'quay.io', path: 'team' }, true],
    [{ host: 'quay.io', path: 'team/mail' }, true],
    [{ host: 'quay.io', path: 'team/mail/box' }, false],
    [{ host: 'quay.io', path: 'team/ma' }, false],
    [{ host: 'quay.io', path: 'tea' }, false],
    [{ host: 'quay.io:443', path: null }, false],
    [{ host: 'quay.io.example', path: null }, false],
    [{ host: 'uay.io', path: null }, false],
  ])('%j for quay.io/team/mail: %s', (key, expected) => {
    expect(covers(key, mail)).toBe(expected);
  });

  it('Docker Hub is one registry under its three names', () => {
    for (const host of ['docker.io', 'index.docker.io', 'registry-1.docker.io']) {
      expect(covers({ host: 'docker.io', path: null }, { host, path: 'alice/mail' })).toBe(true);
    }
  });
});
