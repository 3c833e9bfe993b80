import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDockerCommsError } from '../../main/base/errors.ts';
import { buildInvite, parseInvite, type Invite } from '../../main/trust/invite.ts';

const fingerprint = 'ab'.repeat(32);
const key = Buffer.from(fingerprint, 'hex').toString('base64url');
const invite: Invite = {
  repository: { host: 'registry.example:5000', path: 'mail/alice' },
  identity: 'alice@example.com',
  fingerprint,
};
const link = `dockercomms:invite?v=1&repo=registry.example%3A5000%2Fmail%2Falice&id=alice%40example.com&key=${key}`;

describe('an invite link', () => {
  it('is written like this', () => {
    expect(buildInvite(invite)).toBe(link);
  });

  it('is read with and without escapes that are not needed', () => {
    expect(parseInvite(link)).toEqual(invite);
    expect(parseInvite(link.replaceAll('%2F', '/').replaceAll('%40', '@').replace('%3A', ':'))).toEqual(
      invite,
    );
  });

  it('is read with the spaces and line ends that pasting brings', () => {
    expect(parseInvite(` ${link}\r\n`)).toEqual(invite);
  });

  const hex = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes });
  const anyInvite = fc
    .record({
      identity: fc.constantFrom('alice@example.com', 'Bob Smith', 'a=b&c#d?e%f+g', 'ünïcode', '名前', '👩🏽'),
      path: fc.constantFrom('mail', 'a/b-c/d.e'),
      key: hex(32),
      tls: fc.option(hex(32)),
      secret: fc.option(hex(16)),
    })
    .map(({ identity, path, key, tls, secret }): Invite => ({
      repository: { host: 'registry.example', path },
      identity,
      fingerprint: Buffer.from(key).toString('hex'),
      ...(tls === null ? {} : { certificate: Buffer.from(tls).toString('hex') }),
      ...(secret === null ? {} : { secret: Buffer.from(secret) }),
    }));

  it('is read back as it was written, whatever stands in it', () => {
    fc.assert(
      fc.property(anyInvite, (any) => {
        expect(parseInvite(buildInvite(any))).toEqual(any);
      }),
    );
  });

  it('is read or refused with a code, never anything else, whatever is pasted', () => {
    const pasted = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((rest) => `dockercomms:invite?${rest}`),
      fc
        .tuple(fc.nat(link.length), fc.string())
        .map(([at, more]) => link.slice(0, at) + more + link.slice(at + 1)),
    );
    fc.assert(
      fc.property(pasted, (text) => {
        try {
          expect(parseInvite(buildInvite(parseInvite(text)))).toEqual(parseInvite(text));
        } catch (error) {
          expect(isDockerCommsError(error, 'invalid') || isDockerCommsError(error, 'unsupported')).toBe(true);
        }
      }),
    );
  });

  const changed = (from: string | RegExp, to: string) => link.replace(from, to);
  it.each([
    ['nothing', ''],
    ['a web address', 'https://example.com/invite?v=1'],
    ['the scheme in capitals', changed('dockercomms', 'DOCKERCOMMS')],
    ['no version', changed('v=1&', '')],
    ['no repository', changed(/repo=[^&]*&/, '')],
    ['no identity', changed(/id=[^&]*&/, '')],
    ['no key', changed(/&key=.*/, '')],
    ['two keys, one for each reader', `${link}&key=${key}`],
    ['two repositories', `${link}&repo=evil.example/mail`],
    ['a field that nobody knows', `${link}&admin=1`],
    ['a field named like what every object has', `${link}&__proto__=1`],
    ['a field named constructor', `${link}&constructor=1`],
    ['a login in the repository', changed('registry.example', 'user%3Apassword%40registry.example')],
    ['a scheme in the repository', changed('repo=', 'repo=http%3A%2F%2F')],
    ['a tag in the repository', changed('%2Falice', '%2Falice%3Alatest')],
    ['a way up in the repository', changed('mail', '..')],
    ['a line end in the repository', changed('%2Falice', '%2Falice%0A')],
    ['an invisible character in the name', changed('alice%40', 'alice%E2%80%8B%40')],
    ['a name that runs the other way', changed('id=', 'id=%E2%80%AE')],
    ['a name that is not normal', changed('id=', 'id=u%CC%88')],
    ['an empty name', changed(/id=[^&]*/, 'id=')],
    ['half an escape', changed('%40', '%4z')],
    ['an escape that is no UTF-8', changed('%40', '%FF')],
    ['a short key', link.slice(0, -1)],
    ['a long key', `${link}A`],
    ['a key with padding', `${link}=`],
    ['a key in the other base64', changed(key, `${'+'.repeat(42)}8`)],
    ['a key with bits that mean nothing', changed(key, `${key.slice(0, -1)}t`)],
    ['a short secret', `${link}&secret=AAAA`],
    ['an empty secret', `${link}&secret=`],
    ['a certificate that is none', `${link}&tls=yes`],
    ['something after a fragment sign', `${link}#x`],
    ['more than anybody needs', `${link}&secret=${'A'.repeat(5000)}`],
  ])('is refused with %s', (_title, text) => {
    expect(() => parseInvite(text)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('of a later version is said to be so', () => {
    expect(() => parseInvite(changed('v=1', 'v=2'))).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });

  it('never shows its secret when it is refused', () => {
    try {
      parseInvite(`${link}&secret=hunter2hunter2`);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'invalid' });
      expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('hunter2');
    }
  });
});
