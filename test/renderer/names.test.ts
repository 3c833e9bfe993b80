import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitForElision } from '../../renderer/ui/elide.ts';
import { fileKind } from '../../renderer/ui/file-kind.ts';
import { splitByMatches } from '../../renderer/ui/marked.ts';
import { initialsOf, toneOf } from '../../renderer/ui/tone.ts';

describe('a long file name', () => {
  it('keeps its end, where the extension is', () => {
    const [start, end] = splitForElision('Inspection report north hall, second revision 2026-11-22.pdf');
    expect(end).toBe('26-11-22.pdf');
    expect(start.endsWith('20')).toBe(true);
  });

  it('is not split when it is short', () => {
    expect(splitForElision('report.pdf')).toEqual(['report.pdf', '']);
  });

  it('loses nothing, and never cuts through a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (name) => {
        const [start, end] = splitForElision(name);
        expect(start + end).toBe(name);
      }),
    );
    expect(splitForElision(`${'a'.repeat(20)}👩‍👩‍👧‍👦${'b'.repeat(11)}`)[1]).toBe(`👩‍👩‍👧‍👦${'b'.repeat(11)}`);
  });
});

describe('an avatar', () => {
  it('has initials of the name, or of what stands before the @', () => {
    expect(initialsOf('Bob Lindqvist')).toBe('BL');
    expect(initialsOf('carol.ferreira@field.example.org')).toBe('CF');
    expect(initialsOf('ünïcode@example.org')).toBe('Ü');
    expect(initialsOf('@@')).toBe('?');
  });

  it('has a colour that depends on the identity alone and is one of ten', () => {
    expect(toneOf('bob@example.com')).toBe(toneOf('bob@example.com'));
    fc.assert(
      fc.property(fc.string(), (identity) => {
        expect(toneOf(identity)).toBeGreaterThanOrEqual(0);
        expect(toneOf(identity)).toBeLessThan(10);
      }),
    );
  });
});

describe('the picture of a file', () => {
  it.each([
    ['photo.bin', 'image/png', 'image'],
    ['notes.md', 'application/octet-stream', 'text'],
    ['table.CSV', 'text/csv', 'table'],
    ['backup.tar.zst', 'application/zstd', 'archive'],
    ['script', 'text/x-shellscript', 'text'],
    ['no-extension', 'application/octet-stream', 'other'],
  ] as const)('of %s (%s) is %s', (name, mediaType, kind) => {
    expect(fileKind(name, mediaType, false)).toBe(kind);
  });

  it('of a folder is a folder, although it travels as a tar', () => {
    expect(fileKind('photos.tar', 'application/x-tar', true)).toBe('folder');
  });
});

describe('matches in an excerpt', () => {
  it('are cut out, and what is around them kept', () => {
    expect(splitByMatches('the west wall', [[4, 8]])).toEqual([
      { text: 'the ', matched: false },
      { text: 'west', matched: true },
      { text: ' wall', matched: false },
    ]);
  });

  it('that overlap or lie outside are ignored', () => {
    const parts = splitByMatches('abc', [
      [0, 2],
      [1, 3],
      [2, 9],
    ]);
    expect(parts.map(({ text }) => text).join('')).toBe('abc');
  });
});
