import { describe, expect, it } from 'vitest';
import { aroundFirstMatch } from '../../renderer/ui/marked.ts';

describe('what a search found, in one line', () => {
  const found = (text: string, word: string) => {
    const start = text.indexOf(word);
    const shown = aroundFirstMatch(text, [[start, start + word.length]]);
    const [first] = shown.matches;
    return { text: shown.text, marked: first && shown.text.slice(...first) };
  };

  it('is shown as it is where the match stands near its beginning', () => {
    expect(found('The quick brown fox', 'brown')).toEqual({ text: 'The quick brown fox', marked: 'brown' });
    expect(aroundFirstMatch('Nothing is marked here', [])).toEqual({
      text: 'Nothing is marked here',
      matches: [],
    });
  });

  it('begins with a few whole words before a match that stands far in, where the line would be cut before it', () => {
    const long = `${'Lorem ipsum dolor sit amet. '.repeat(5)}zebra crossing`;
    expect(found(long, 'zebra')).toEqual({ text: '…dolor sit amet. zebra crossing', marked: 'zebra' });
  });

  it('cuts a word without end, and no character in two', () => {
    const { text, marked } = found(`${'😀'.repeat(40)}!zebra`, 'zebra');
    expect(marked).toBe('zebra');
    expect(text).toMatch(/^…(?:😀)+!zebra$/u);
    expect(text.length).toBeLessThan(40);
  });

  it('keeps every further match at its place', () => {
    const text = `${'x '.repeat(50)}one and two`;
    const one = text.indexOf('one');
    const two = text.indexOf('two');
    const shown = aroundFirstMatch(text, [
      [one, one + 3],
      [two, two + 3],
    ]);
    expect(shown.matches.map(([start, end]) => shown.text.slice(start, end))).toEqual(['one', 'two']);
  });
});
