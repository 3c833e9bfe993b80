import { mkdir, symlink } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDockerCommsError } from '../../main/base/errors.ts';
import { parseConfig } from '../../main/credentials/config.ts';
import { readConfig } from '../../main/credentials/config-file.ts';
import type { ConfigPlace } from '../../main/credentials/config-places.ts';
import { basic, encoded, somebody } from './surroundings.ts';

const place: ConfigPlace = {
  name: '/config.json',
  source: "Docker's configuration",
  tool: 'docker',
  format: 'current',
};
const open = (entry: unknown) =>
  parseConfig(JSON.stringify({ auths: { 'ghcr.io': entry } }), place).entries[0]?.login.open();

describe('one login in a configuration (docker/cli, types.AuthConfig)', () => {
  it.each([
    ['auth', basic('alice', 'pa:ss wörd'), { kind: 'basic', username: 'alice', password: 'pa:ss wörd' }],
    ['username and password', { username: 'alice', password: 'x' }, { username: 'alice', password: 'x' }],
    [
      'auth before username',
      { ...basic('alice', 'x'), username: 'bob', password: 'y' },
      { username: 'alice' },
    ],
    ['auth with zero bytes', basic('alice', 'x\0\0'), { password: 'x' }],
    ['auth over two lines', { auth: 'YWxpY2U6\r\neA==' }, { username: 'alice', password: 'x' }],
    ['identitytoken', { identitytoken: 'refresh' }, { kind: 'identity-token', token: 'refresh' }],
    [
      'identitytoken before the nameless auth of Azure',
      { auth: encoded('00000000-0000-0000-0000-000000000000', ''), identitytoken: 'refresh' },
      { kind: 'identity-token', token: 'refresh' },
    ],
    [
      'registrytoken before all others',
      { ...basic('alice', 'x'), identitytoken: 'refresh', registrytoken: 'bearer' },
      { kind: 'registry-token', token: 'bearer' },
    ],
  ])('%s', (_form, entry, expected) => {
    expect(open(entry)).toMatchObject({ source: "Docker's configuration", ...expected });
  });

  it.each([
    ['an empty entry', {}],
    ['null', null],
    ['an e-mail address only', { email: 'alice@example.org' }],
    ['empty words', { auth: '', username: '', password: '' }],
    ['a name without a password', { username: 'alice' }],
    ['an empty password', basic('alice', '')],
  ])('%s is no login', (_form, entry) => {
    expect(open(entry)).toBeNull();
  });

  it.each([
    ['not base64', { auth: 'not base64 at all!' }],
    ['no colon', { auth: Buffer.from('alice').toString('base64') }],
    ['no user name', { auth: Buffer.from(':secret').toString('base64') }],
    ['a token that is two headers', { identitytoken: 'a\r\nX-Evil: 1' }],
    ['a token with a space', { registrytoken: 'a b' }],
  ])('%s fails invalid', (_form, entry) => {
    expect(() => open(entry)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('that is damaged does not harm the others', () => {
    const auths = { 'a.example': { auth: '%' }, 'b.example': basic('bob', 'y') };
    const { entries } = parseConfig(JSON.stringify({ auths }), place);
    expect(entries[1]?.login.open()).toMatchObject({ username: 'bob' });
  });

  it('gives back any name and password that was put in', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(word, word, (name, password) => {
        fc.pre(!name.includes(':'));
        expect(open(basic(name, password))).toMatchObject({ username: name, password });
      }),
    );
  });
});

describe('a configuration', () => {
  it.each(['', ' \n', '{}', 'null{}'.slice(4), '{"auths": null, "credHelpers": null, "credsStore": ""}'])(
    '%j has no logins',
    (content) => {
      expect(parseConfig(content, place)).toMatchObject({ entries: [], helpers: [], store: null });
    },
  );

  it('may begin with a byte order mark, and say much that is not about logins', () => {
    const content = `\uFEFF${JSON.stringify({ credsStore: 'pass', psFormat: 'x', plugins: { a: { b: 'c' } } })}`;
    expect(parseConfig(content, place).store).toBe('pass');
  });

  it('of old has the logins at its top', () => {
    const content = JSON.stringify({
      'https://index.docker.io/v1/': { ...basic('alice', 'x'), email: 'a@b' },
    });
    expect(parseConfig(content, { ...place, format: 'legacy' }).entries[0]?.key.host).toBe('docker.io');
  });

  it.each([
    '{',
    'secret',
    '[]',
    '1',
    '{"auths": []}',
    '{"auths": {"ghcr.io": "secret"}}',
    '{"credsStore": {}}',
  ])('%s fails invalid and names the file', (content) => {
    expect(() => parseConfig(content, place)).toThrow(
      expect.objectContaining({ code: 'invalid', detail: { file: '/config.json' } }),
    );
  });

  it('of any form is read or fails invalid', () => {
    const shapes = fc.record(
      {
        auths: fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.record({ auth: fc.base64String() }))),
        credHelpers: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.jsonValue())),
        credsStore: fc.oneof(fc.string(), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          shapes.map((shape) => JSON.stringify(shape)),
          fc.string(),
          fc.json(),
        ),
        (content) => {
          try {
            for (const { login } of parseConfig(content, place).entries) login.open();
          } catch (error) {
            expect(isDockerCommsError(error, 'invalid')).toBe(true);
          }
        },
      ),
    );
  });
});

describe('the file of a configuration', () => {
  const at = (name: string) => readConfig({ ...place, name });

  it('that is missing, or whose folder is, is none', async () => {
    const { home, write } = await somebody();
    await write('file', 'x');
    expect(await at(join(home, 'config.json'))).toBeNull();
    expect(await at(join(home, 'no/config.json'))).toBeNull();
    expect(await at(join(home, 'file/config.json'))).toBeNull();
  });

  it('may be a link, as in mounted secrets', async () => {
    const { home, write } = await somebody();
    const file = await write('real.json', { credsStore: 'pass' });
    await symlink(file, join(home, 'config.json'));
    expect(await at(join(home, 'config.json'))).toMatchObject({ store: 'pass' });
  });

  it('of more than 512 KiB fails too-large', async () => {
    const { write } = await somebody();
    const large = await write('large.json', `{"auths": {}}${' '.repeat(512 * 1024)}`);
    await expect(at(large)).rejects.toMatchObject({ code: 'too-large', detail: { file: large } });
  });

  it('that is a folder, or a pipe to which nobody writes, fails invalid', async () => {
    const { home } = await somebody();
    await mkdir(join(home, 'folder'));
    await promisify(execFile)('mkfifo', [join(home, 'pipe')]);
    await expect(at(join(home, 'folder'))).rejects.toMatchObject({ code: 'invalid' });
    await expect(at(join(home, 'pipe'))).rejects.toMatchObject({ code: 'invalid' });
  });

  it('that cannot be opened fails storage', async () => {
    const { home } = await somebody();
    // A link to itself: even an administrator, to whom permissions mean nothing, cannot follow it.
    const loop = join(home, 'loop.json');
    await symlink(loop, loop);
    await expect(at(loop)).rejects.toMatchObject({ code: 'storage', detail: { file: loop } });
  });
});
