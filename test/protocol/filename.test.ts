import fc from 'fast-check';
import { posix, win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import { numberedName, safeFileName } from '../../main/protocol/filename.ts';

const reserved = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:\.|$)/i;

describe('the name of a received file', () => {
  it.each([
    ['keeps what is harmless', 'ünïcode naïve 名前.txt', 'ünïcode naïve 名前.txt'],
    ['keeps joined emoji', '👩‍💻.txt', '👩‍💻.txt'],
    ['is the base name', '/etc/passwd', 'passwd'],
    ['is the base name of the other system too', 'C:\\Windows\\system.ini', 'system.ini'],
    ['cannot climb', '../../.ssh/authorized_keys', 'authorized_keys'],
    ['is not a folder', '..', 'file'],
    ['is not hidden', '.bashrc', 'bashrc'],
    ['has no trailing dots and spaces', 'a.txt. . ', 'a.txt'],
    ['has no directional overrides', 'invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['has no controls', 'a\u0000b\u001b[31m\n.txt', 'ab[31m.txt'],
    ['has no streams and drives', 'a.txt:evil', 'a.txtevil'],
    ['is no device', 'CON', 'file'],
    ['is no device with an extension', 'nul.tar.gz', 'file.tar.gz'],
    ['is no device with a space', 'COM1 .txt', 'file.txt'],
    ['is not left empty', '', 'file'],
    ['is well-formed Unicode', 'a\ud800.txt', 'a\ufffd.txt'],
  ])('%s', (_rule, sent, saved) => {
    expect(safeFileName(sent)).toBe(saved);
  });

  it('loses what Windows refuses only there', () => {
    expect(safeFileName('what?.txt')).toBe('what?.txt');
    expect(safeFileName('what?.txt', { windows: true })).toBe('what.txt');
  });

  it('keeps its extension when it is cut to 255 bytes', () => {
    const name = safeFileName(`${'名'.repeat(200)}.txt`);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(name).toMatch(/^名+\.txt$/);
  });

  it('that cutting would turn into a device is none', () => {
    expect(safeFileName(`con${' '.repeat(300)}x.txt`)).not.toMatch(reserved);
  });

  it('never escapes, is never reserved or empty, has at most 255 bytes, and is safe a second time', () => {
    const parts = fc.constantFrom(
      '..',
      '/',
      '\\',
      ':',
      '.',
      ' ',
      'con',
      'NUL',
      'a',
      '\u202e',
      '\0',
      '名',
      '.txt',
      'x'.repeat(250),
    );
    const names = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(parts, fc.string()), { maxLength: 12 }).map((some) => some.join('')),
    );
    fc.assert(
      fc.property(names, fc.boolean(), fc.integer({ min: 1, max: 1000 }), (sent, windows, number) => {
        const name = safeFileName(sent, { windows });
        for (const saved of [name, numberedName(name, number)]) {
          expect(posix.basename(saved)).toBe(saved);
          expect(win32.basename(saved)).toBe(saved);
          expect(Buffer.byteLength(saved)).toBeLessThanOrEqual(255);
          expect(saved).not.toMatch(/^$|^[. ]|[. ]$|[/\\:\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
          expect(saved).not.toMatch(reserved);
        }
        expect(safeFileName(name, { windows })).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['report.pdf', 1, 'report (1).pdf'],
    ['report', 2, 'report (2)'],
    ['a.tar.gz', 3, 'a.tar (3).gz'],
  ])('that is taken is numbered: %s', (name, number, numbered) => {
    expect(numberedName(name, number)).toBe(numbered);
  });

  it('that is taken and long is cut, not its number or extension', () => {
    expect(numberedName(`${'a'.repeat(251)}.txt`, 12)).toBe(`${'a'.repeat(246)} (12).txt`);
  });
});
