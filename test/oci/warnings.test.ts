import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Connections } from '../../main/oci/connections.ts';
import { parseWarnings, Warnings, type RegistryWarning } from '../../main/oci/warnings.ts';
import { redirectTo, scriptedRegistry, type ScriptedAnswer } from '../peers/scripted-registry.ts';
import { collect } from './contract.ts';
import { basicHeader, login, openScripted, tokenService, whenLoggedIn, withLogin } from './scripted.ts';

const nothingSecret = () => false;

describe('a Warning header', () => {
  it.each([
    ['299 - "This repository moves."', ['This repository moves.']],
    ['299 - "one", 299 - "two, and more"', ['one', 'two, and more']],
    [String.raw`299 - "say \"yes\" or C:\\no"`, [String.raw`say "yes" or C:\no`]],
    [
      ['299 - "one"', '299 - "two"'],
      ['one', 'two'],
    ],
    ['299 - "Umzug nach Köln 🚚"', ['Umzug nach Köln 🚚']],
    ['  299 - "  spaces   around  "', ['spaces around']],
  ])('%j says %j', (header, texts) => {
    expect(parseWarnings(header)).toEqual(texts);
  });

  it.each([
    [undefined],
    [''],
    ['110 - "Response is stale"'],
    ['299 registry.example "another agent"'],
    ['1299 - "no"'],
    ['299 - unquoted'],
    ['299 - "never ends'],
    ['299 - ""'],
    ['299 - " \u200B\u202E "'],
  ])('%j says nothing', (header) => {
    expect(parseWarnings(header)).toEqual([]);
  });

  it.each([
    ['line breaks', '299 - "one\r\ntwo\u2028three"', 'one two three'],
    ['terminal escapes', '299 - "\u001B[31mred\u0007"', '[31mred'],
    ['bidirectional overrides', '299 - "exe.\u202Egpj\u2066x\u2069"', 'exe.gpjx'],
    ['invisible characters', '299 - "a\u200Bb\u00ADc\uFEFFd\u{E0041}e"', 'abcde'],
  ])('is shown without %s', (_name, header, text) => {
    expect(parseWarnings(header)).toEqual([text]);
  });

  it('of a thousand warnings is heard for the first few', () => {
    const thousand = Array.from({ length: 1000 }, (_, index) => `299 - "${index}"`);
    expect(parseWarnings(thousand)).toEqual(['0', '1', '2', '3', '4']);
    expect(parseWarnings(thousand.join(', '))).toEqual(['0', '1', '2', '3', '4']);
  });

  it.each([
    ['a text without end', `299 - "${'x'.repeat(2 ** 20)}`],
    ['backslashes', `299 - "${'\\'.repeat(2 ** 20)}`],
    ['beginnings', '299 - "'.repeat(2 ** 17)],
    ['beginnings that are escaped', String.raw`299 - \"`.repeat(2 ** 17)],
  ])('of a megabyte of %s gives little, soon', (_name, header) => {
    const began = performance.now();
    expect(parseWarnings(header).join('').length).toBeLessThan(20_000);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('never throws, and never gives more than a few lines', () => {
    const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('299 - "', '"', '\\', ', '));
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const texts = parseWarnings(pieces.join(''));
        expect(texts.length).toBeLessThanOrEqual(5);
        for (const text of texts) expect(text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('what was heard', () => {
  it('is told once for each host', () => {
    const told: RegistryWarning[] = [];
    const warnings = new Warnings((warning) => told.push(warning));
    for (const host of ['a.example', 'b.example', 'a.example']) {
      warnings.hear(host, '299 - "It moves."', nothingSecret);
    }
    expect(told.map(({ host }) => host)).toEqual(['a.example', 'b.example']);
    expect(warnings.of('a.example')).toEqual(['It moves.']);
    expect(warnings.of('c.example')).toEqual([]);
  });

  it('has an end, however much a host says and however many hosts there are', () => {
    let told = 0;
    const warnings = new Warnings(() => (told += 1));
    for (let index = 0; index < 1000; index += 1) {
      warnings.hear('a.example', `299 - "${index}"`, nothingSecret);
      warnings.hear(`${index}.example`, '299 - "hello"', nothingSecret);
    }
    expect(warnings.of('a.example')).toHaveLength(20);
    expect(told).toBe(20 + 63);
  });

  it('is a line that fits on a screen', () => {
    const warnings = new Warnings();
    warnings.hear('a.example', `299 - "${'🚚'.repeat(900)}"`, nothingSecret);
    expect(Array.from(warnings.of('a.example')[0] ?? '')).toHaveLength(300);
  });
});

describe('a registry that warns', () => {
  const warning = (text: string): ScriptedAnswer => ({
    body: { name: 'team/mail', tags: [] },
    // As its bytes travel: UTF-8.
    headers: { warning: Buffer.from(`299 - "${text}"`, 'utf8').toString('latin1') },
  });
  const tags = '/v2/team/mail/tags/list';

  /** A client, and everything that the owner of its connections was told. */
  function listener(host: string, options = {}) {
    const told: RegistryWarning[] = [];
    const connections = new Connections({ onWarning: (heard) => told.push(heard) });
    return { told, repository: openScripted(host, { connections, ...options }) };
  }

  it('is heard once, in success and in failure', async () => {
    const peer = await scriptedRegistry();
    peer.times(2, 'GET', tags, warning('It moves to Köln.'));
    peer.once('GET', tags, { ...warning('It is read-only.'), status: 403 });
    const { told, repository } = listener(peer.host);
    await collect(repository.tags());
    await collect(repository.tags());
    await collect(repository.tags()).catch(() => undefined);
    const { host } = peer;
    expect(told).toEqual([
      { host, text: 'It moves to Köln.' },
      { host, text: 'It is read-only.' },
    ]);
    expect(repository.warnings).toEqual(['It moves to Köln.', 'It is read-only.']);
  });

  it('is not heard through a host that it sends us to', async () => {
    const [peer, storage] = [await scriptedRegistry(), await scriptedRegistry()];
    peer.once('GET', tags, redirectTo(`${storage.origin}/list`));
    storage.once('GET', '/list', warning('Call this number.'));
    const { told, repository } = listener(peer.host);
    await collect(repository.tags());
    expect(told).toEqual([]);
  });

  it.each([
    ['the password', login.password],
    ['the password between invisible characters', Array.from(login.password).join('\u200B')],
    ['what travels of it', basicHeader.slice(6)],
  ])('and repeats %s is not heard', async (_name, text) => {
    const peer = await scriptedRegistry();
    peer.times(2, 'GET', tags, whenLoggedIn(warning(`Your login: ${text}`)));
    const { told, repository } = listener(peer.host, withLogin);
    await collect(repository.tags());
    expect(told).toEqual([]);
  });

  it('and repeats a password with more than one space in a row is not heard', async () => {
    const spaced = { username: 'alice', password: 'pa55  w0rd   of alice' };
    const header = `Basic ${Buffer.from(`alice:${spaced.password}`).toString('base64')}`;
    const peer = await scriptedRegistry();
    peer.times(2, 'GET', tags, ({ headers }) =>
      headers.authorization === header
        ? warning(`Your login: ${spaced.password}`)
        : { status: 401, headers: { 'www-authenticate': 'Basic realm="tests"' } },
    );
    const { told, repository } = listener(peer.host, { credentials: () => Promise.resolve(spaced) });
    await collect(repository.tags());
    expect(told).toEqual([]);
  });

  it('and repeats a token, or a password that its token service got, is not heard', async () => {
    const peer = await scriptedRegistry();
    tokenService(peer);
    peer.times(3, 'GET', tags, ({ headers }) =>
      headers.authorization === 'Bearer token-1'
        ? { ...warning(''), headers: { warning: [`299 - "${login.password}"`, '299 - "Got token-1."'] } }
        : { status: 401, headers: { 'www-authenticate': `Bearer realm="${peer.origin}/token"` } },
    );
    const { told, repository } = listener(peer.host, withLogin);
    await collect(repository.tags());
    await collect(repository.tags());
    expect(told).toEqual([]);
  });

  it('with a megabyte of headers is no registry, and nothing else breaks', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', tags, warning('x'.repeat(2 ** 20))).once('GET', tags, warning('short'));
    const { told, repository } = listener(peer.host);
    await expect(collect(repository.tags())).rejects.toMatchObject({ code: 'protocol' });
    await collect(repository.tags());
    expect(told.map(({ text }) => text)).toEqual(['short']);
  });
});
