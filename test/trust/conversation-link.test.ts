import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDockerCommsError } from '../../main/base/errors.ts';
import {
  buildConversationLink,
  parseConversationLink,
  type ConversationLink,
} from '../../main/trust/conversation-link.ts';

const known: ConversationLink = {
  identity: 'alice@example.com',
  repository: { host: 'registry.example:5000', path: 'mail/alice' },
};
const link =
  'dockercomms:conversation?v=1&id=alice%40example.com&repo=registry.example%3A5000%2Fmail%2Falice';

describe('a link to a conversation', () => {
  it('is written like this', () => {
    expect(buildConversationLink(known)).toBe(link);
    expect(buildConversationLink({ identity: 'bob' })).toBe('dockercomms:conversation?v=1&id=bob');
  });

  it('is read back as it was written, whatever stands in it', () => {
    const names = fc.constantFrom('alice@example.com', 'Bob Smith', 'a=b&c#d?e%f+g', 'ünïcode', '名前', '👩🏽');
    const paths = fc.option(fc.constantFrom('mail', 'a/b-c/d.e'));
    fc.assert(
      fc.property(names, paths, (identity, path) => {
        const any = {
          identity,
          ...(path === null ? {} : { repository: { host: 'registry.example', path } }),
        };
        expect(parseConversationLink(buildConversationLink(any))).toEqual(any);
      }),
    );
  });

  it('is read or refused with a code, never anything else, whatever a page makes of it', () => {
    const made = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((rest) => `dockercomms:conversation?${rest}`),
      fc
        .tuple(fc.nat(link.length), fc.string())
        .map(([at, more]) => link.slice(0, at) + more + link.slice(at + 1)),
    );
    fc.assert(
      fc.property(made, (text) => {
        try {
          const read = parseConversationLink(text);
          expect(parseConversationLink(buildConversationLink(read))).toEqual(read);
        } catch (error) {
          expect(isDockerCommsError(error, 'invalid') || isDockerCommsError(error, 'unsupported')).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  const changed = (from: string | RegExp, to: string) => link.replace(from, to);
  it.each([
    ['nothing', ''],
    ['an invitation', changed('conversation', 'invite')],
    ['the scheme in capitals', changed('dockercomms', 'DOCKERCOMMS')],
    ['slashes', changed('dockercomms:', 'dockercomms://')],
    ['no version', changed('v=1&', '')],
    ['nobody', changed(/id=[^&]*&/, '')],
    ['two people', `${link}&id=mallory`],
    ['a text to send', `${link}&text=I%20owe%20you`],
    ['a file to attach', `${link}&file=%2Fetc%2Fpasswd`],
    ['a field named like what every object has', `${link}&__proto__=1`],
    ['a login in the repository', changed('registry.example', 'user%3Apassword%40registry.example')],
    ['a scheme in the repository', changed('repo=', 'repo=http%3A%2F%2F')],
    ['a way up in the repository', changed('mail', '..')],
    ['a line end in the name', changed('alice%40', 'alice%0A%40')],
    ['an invisible character in the name', changed('alice%40', 'alice%E2%80%8B%40')],
    ['a name that runs the other way', changed('id=', 'id=%E2%80%AE')],
    ['a quote that ends the argument', `${link}" --home=/tmp/evil "`],
    ['half an escape', changed('%40', '%4z')],
    ['something after a fragment sign', `${link}#x`],
    ['more than anybody needs', `${link}${'A'.repeat(5000)}`],
  ])('is refused with %s', (_title, text) => {
    expect(() => parseConversationLink(text)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('of a later version is said to be so', () => {
    expect(() => parseConversationLink(changed('v=1', 'v=2'))).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });
});
