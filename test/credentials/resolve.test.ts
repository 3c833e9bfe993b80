import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig, type ContainerConfig } from '../../main/credentials/config.ts';
import { parseRegistryKey } from '../../main/credentials/registry-key.ts';
import { questionsFor } from '../../main/credentials/resolve.ts';
import { basic } from './surroundings.ts';

const place = {
  name: '/config.json',
  source: "Docker's configuration",
  tool: 'docker',
  format: 'current',
} as const;
const parse = (content: object): ContainerConfig => parseConfig(JSON.stringify(content), place);
const mail = { host: 'quay.io', path: 'team/mail' };

/** The questions as a test reads them: user names of stored logins, and helpers with what they are asked for. */
function asked(content: object, reference = mail): readonly unknown[] {
  return questionsFor(parse(content), reference).map((question) =>
    question.kind === 'stored' ? question.login.username : [question.helper, ...question.servers],
  );
}
const alice = basic('alice', 'x');
const bob = basic('bob', 'x');

describe('what is asked for a repository', () => {
  it('nothing, when nothing is configured for its registry', () => {
    expect(asked({})).toEqual([]);
    expect(asked({ auths: { 'ghcr.io': alice }, credHelpers: { 'ghcr.io': 'pass' } })).toEqual([]);
  });

  it.each(['quay.io', 'QUAY.IO', 'https://quay.io', 'http://quay.io/', 'https://quay.io/v1/', 'quay.io/v2/'])(
    'the login under %s',
    (key) => {
      expect(asked({ auths: { [key]: alice } })).toEqual(['alice']);
    },
  );

  it.each(['https://index.docker.io/v1/', 'index.docker.io', 'docker.io', 'registry-1.docker.io'])(
    'of Docker Hub, the login under %s',
    (key) => {
      const reference = { host: 'docker.io', path: 'alice/mail' };
      expect(asked({ auths: { [key]: alice } }, reference)).toEqual(['alice']);
    },
  );

  it('first the login of the longest path, last that of the registry (Podman)', () => {
    const auths = {
      'quay.io': basic('host', 'x'),
      'quay.io/team': basic('team', 'x'),
      'quay.io/team/mail': basic('mail', 'x'),
      'quay.io/team/mai': basic('half', 'x'),
      'quay.io/other': basic('other', 'x'),
    };
    expect(asked({ auths })).toEqual(['mail', 'team', 'host']);
  });

  it('the name that Docker writes today before older ones', () => {
    expect(asked({ auths: { 'https://quay.io/v1/': bob, 'quay.io': alice } })).toEqual(['alice', 'bob']);
  });

  it("a registry's own helper and nobody else (credHelpers)", () => {
    const content = {
      auths: { 'quay.io/team': alice },
      credHelpers: { 'quay.io': 'quay' },
      credsStore: 'pass',
    };
    expect(asked(content)).toEqual([['quay', 'quay.io']]);
  });

  it('the helper under the name it has in the file, too', () => {
    const content = { credHelpers: { 'https://quay.io': 'quay' } };
    expect(asked(content)).toEqual([['quay', 'quay.io', 'https://quay.io']]);
  });

  it("the store (credsStore) before the registry's login in the file, after more specific ones", () => {
    const content = { auths: { 'quay.io': bob, 'quay.io/team': alice }, credsStore: 'pass' };
    expect(asked(content)).toEqual(['alice', ['pass', 'quay.io'], 'bob']);
  });

  it('the store for what Docker marked with an empty entry, under that name as well', () => {
    const content = { auths: { 'https://quay.io': {} }, credsStore: 'desktop' };
    expect(asked(content)).toEqual([['desktop', 'quay.io', 'https://quay.io']]);
  });

  it('the store for Docker Hub by the name that Docker gave it', () => {
    const reference = { host: 'docker.io', path: 'alice/mail' };
    expect(asked({ credsStore: 'pass' }, reference)).toEqual([['pass', 'https://index.docker.io/v1/']]);
  });

  it('no helper under a name with a control character or beyond ASCII in it', () => {
    const auths = { 'https://quay.io/\u0001': {}, 'https://quay.io/ü': {}, 'https://quay.io/\n': {} };
    expect(asked({ auths, credsStore: 'pass' })).toEqual([['pass', 'quay.io']]);
  });

  it('not the store for a registry whose helper is named as none', () => {
    expect(
      asked({ auths: { 'quay.io': alice }, credHelpers: { 'quay.io': '' }, credsStore: 'pass' }),
    ).toEqual(['alice']);
  });

  it('a store is expected to have the login where the configuration says so', () => {
    const expected = (content: object) =>
      questionsFor(parse(content), mail).map((question) => question.kind === 'helper' && question.expected);
    expect(expected({ credsStore: 'pass' })).toEqual([false]);
    expect(expected({ credsStore: 'pass', auths: { 'quay.io': {} } })).toEqual([true]);
    expect(expected({ credHelpers: { 'quay.io': 'pass' } })).toEqual([true]);
  });

  it.each(['../evil', '/bin/sh', 'a b', 'x;id', '$(id)', '-x', '.hidden', 'a\nb', 'C:\\x', 'x'.repeat(65)])(
    'a helper called %j fails invalid',
    (name) => {
      expect(() => asked({ credsStore: name })).toThrow(expect.objectContaining({ code: 'invalid' }));
      expect(() => asked({ credHelpers: { 'quay.io': name } })).toThrow(
        expect.objectContaining({ code: 'invalid', detail: { file: '/config.json' } }),
      );
    },
  );

  it("another registry's impossible helper does not matter", () => {
    expect(asked({ auths: { 'quay.io': alice }, credHelpers: { 'ghcr.io': '../evil' } })).toEqual(['alice']);
  });
});

describe('whatever the configuration', () => {
  const hosts = fc.constantFrom(
    'quay.io',
    'ghcr.io',
    'docker.io',
    'index.docker.io',
    'quay.io:443',
    'uay.io',
  );
  const names = fc.constantFrom('a', 'b', 'ab', 'v2');
  const paths = fc.array(names, { maxLength: 3 }).map((parts) => parts.map((part) => `/${part}`).join(''));
  const schemes = fc.constantFrom('', '', '', 'https://', 'http://');
  const keys = fc.tuple(schemes, hosts, paths, fc.constantFrom('', '/')).map((parts) => parts.join(''));
  const references = fc.record({
    host: hosts,
    path: fc.array(names, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
  });
  const hub = (host: string) => (host === 'index.docker.io' ? 'docker.io' : host);
  // Each login is called by the key it stands under, written so that it has no colon.
  const login = (key: string) => [key, basic(encodeURIComponent(key), 'x')] as const;
  const auths = fc.uniqueArray(keys).map((list) => Object.fromEntries(list.map(login)));
  const foundKeys = (content: object, reference: { host: string; path: string }) =>
    asked(content, reference).map((name) => decodeURIComponent(String(name)));

  it('a login of another registry or of half a name is never used', () => {
    fc.assert(
      fc.property(auths, references, (entries, reference) => {
        for (const key of foundKeys({ auths: entries }, reference)) {
          const [, scheme, host = '', path = ''] = /^(https?:\/\/)?([^/]+)(.*)$/.exec(key) ?? [];
          expect(hub(host)).toBe(hub(reference.host));
          if (scheme !== undefined || path === '/v2/') continue;
          expect(`/${reference.path}/`.startsWith(`${path.replace(/\/$/, '')}/`)).toBe(true);
        }
      }),
    );
  });

  it('the path under which Podman would look first decides (authKeysForRef)', () => {
    // Where we are more lenient than Podman: the names of Docker Hub, and a slash at the end of a key.
    const elsewhere = references.filter(({ host }) => hub(host) !== 'docker.io');
    const candidates = ({ host, path }: { host: string; path: string }) => {
      const parts = path.split('/');
      return parts.map((_part, index) => `${host}/${parts.slice(0, parts.length - index).join('/')}`);
    };
    const atLeastOne = elsewhere.chain((reference) =>
      fc.record({
        reference: fc.constant(reference),
        others: auths,
        named: fc.subarray(candidates(reference), { minLength: 1 }),
      }),
    );
    fc.assert(
      fc.property(atLeastOne, ({ reference, others, named }) => {
        const kept = Object.entries(others).filter(([key]) => !key.endsWith('/'));
        const entries = Object.fromEntries([...kept, ...named.map(login)]);
        const first = candidates(reference).find((key) => key in entries);
        const [found] = foundKeys({ auths: entries }, reference);
        expect(found).toBe(first);
      }),
    );
  });

  it('the order of keys in the file does not matter for which path comes when', () => {
    const path = (key: string) => parseRegistryKey(key)?.path ?? null;
    fc.assert(
      fc.property(auths, references, (entries, reference) => {
        const turned = Object.fromEntries(Object.entries(entries).reverse());
        const found = foundKeys({ auths: entries }, reference).map(path);
        expect(foundKeys({ auths: turned }, reference).map(path)).toEqual(found);
        expect(found.map((part) => part?.length ?? 0)).toEqual(
          found.map((part) => part?.length ?? 0).sort((one, other) => other - one),
        );
      }),
    );
  });

  it('what a helper is asked for is one word and names this registry', () => {
    const odd = fc.oneof(
      keys,
      fc.string(),
      keys.map((key) => `${key}\nghcr.io`),
    );
    fc.assert(
      fc.property(fc.dictionary(odd, fc.constant({})), references, (entries, reference) => {
        for (const question of questionsFor(parse({ auths: entries, credsStore: 'pass' }), reference)) {
          if (question.kind === 'stored') continue;
          expect(question.servers.length).toBeGreaterThan(0);
          for (const server of question.servers) {
            expect(server).toMatch(/^[\x21-\x7e]+$/);
            expect(server).toContain(hub(reference.host));
          }
        }
      }),
    );
  });
});
