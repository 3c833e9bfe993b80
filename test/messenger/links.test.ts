/** Which addresses in a text become links, and which stay words. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linksIn } from '../../main/messenger/links.ts';

const addressesIn = (text: string) => linksIn(text).map(({ address }) => address);
const wordsOf = (text: string) => linksIn(text).map(({ start, end }) => text.slice(start, end));

describe('a link', () => {
  it.each([
    ['See https://example.org/a_(b), then call.', 'https://example.org/a_(b)'],
    ['<https://example.org/?a=1&b=2>', 'https://example.org/?a=1&b=2'],
    ['(http://wiki.intern/page)', 'http://wiki.intern/page'],
    ['“https://example.org/x”', 'https://example.org/x'],
    ['http://intranet/wiki.', 'http://intranet/wiki'],
    ['https://127.0.0.1:5000/v2/', 'https://127.0.0.1:5000/v2/'],
    ['https://[::1]:5000/v2/', 'https://[::1]:5000/v2/'],
  ])('is what a person means in %s', (text, meant) => {
    expect(wordsOf(text)).toEqual([meant]);
  });

  it('with foreign letters in its host shows the host as the network knows it', () => {
    expect(addressesIn('https://аpple.example/ü')).toEqual(['https://xn--pple-43d.example/%C3%BC']);
  });

  it.each([
    ['another scheme', 'javascript:alert(1) file:///etc/passwd data:text/html,x smb://host/share'],
    ['a scheme that opens other programs', 'ftp://example.org mailto:a@example.org //example.org'],
    ['a name that is no address', 'report.zip example.org www.example.org'],
    ['a name before the host', 'https://bank.example@elsewhere.example/'],
    ['a name and password before the host', 'https://bank.example:login@elsewhere.example/'],
    ['writing direction turned around', 'https://example.org/\u202Efdp.exe'],
    ['a sign that is not seen', 'https://exam\u200Bple.org/'],
    ['a soft hyphen', 'https://exam\u00ADple.org/'],
    ['more than an address can be', `https://example.org/${'a'.repeat(3000)}`],
    ['a port that is none', 'https://example.org:99999/'],
  ])('is not made of %s', (_, text) => {
    expect(linksIn(text)).toEqual([]);
  });

  it('is made of the first hundred only', () => {
    expect(linksIn('https://example.org '.repeat(500))).toHaveLength(100);
  });
});

it('a text made of beginnings of addresses takes no time worth noticing, and ends', () => {
  for (const beginning of [
    'http://',
    'http://a@',
    'https://a:b',
    'http://a.b/(',
    'http://a.b/"',
    'http://a.b/.',
  ]) {
    expect(linksIn(beginning.repeat(40_000)).length).toBeLessThanOrEqual(100);
  }
});

it('whatever is written, links lie in order within it and lead to pages', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.constantFrom('https://', 'http://a.b', '@', ':', '/', '(', ')', ' ', '\n', '.', '\u202E'),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('');
      let before = 0;
      for (const { start, end, address } of linksIn(text)) {
        expect(start).toBeGreaterThanOrEqual(before);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        const page = new URL(address);
        expect(['http:', 'https:']).toContain(page.protocol);
        expect(page.username + page.password).toBe('');
        expect(address).toBe(new URL(text.slice(start, end)).href);
        before = end;
      }
    }),
  );
});
