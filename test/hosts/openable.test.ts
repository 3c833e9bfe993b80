import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { requireOpenable, requireWebPage } from '../../main/hosts/openable.ts';

const unsupported: unknown = expect.objectContaining({ code: 'unsupported' });

describe('opening a received file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dockercomms-openable-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const saved = (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const bytes = (hex: string) => Buffer.from(hex, 'hex');

  it.each([
    ...[
      'a.exe',
      'a.EXE',
      'a.pdf.exe',
      'a.exe.',
      'a.exe ',
      'a.scr',
      'a.msi',
      'a.lnk',
      'a.library-ms',
      'a.xll',
    ],
    ...['a.ps1', 'a.bat', 'a.wsf', 'a.reg', 'a.diagcab', 'a.one', 'a.iqy', 'a.slk'],
    ...['a.desktop', 'a.sh', 'a.run', 'a.AppImage', 'a.flatpakref', 'a.py', 'a.lua', 'a.class', 'a.jar'],
    ...['a.command', 'a.app', 'a.terminal', 'a.mobileconfig', 'a.webarchive', 'a.prefPane'],
    ...['a.rdp', 'a.wsb', 'a.ppkg', 'a.appinstaller', 'a.msu', 'a.wll', 'a.pyzw', 'a.bgi', 'a.vsdm'],
    ...['a.kdelnk', 'a.vncloc', 'a.afploc', 'a.sparseimage', 'a.wdgt', 'a.mobileprovision', 'a.swf'],
    ...['a.html', 'a.svg', 'a.docm', 'a.xlsm', 'a.pptm', 'a.xla', 'a.oxt', 'a.accdb'],
  ])('is refused for %s, which could run', async (name) => {
    await expect(requireOpenable(join('/saved', name))).rejects.toEqual(unsupported);
  });

  it.each(['a.pdf', 'a.txt', 'a.png', 'a.tar', 'a.docx', 'a.xls', 'a.odt', 'a', 'exe', '.exe'])(
    'is fine for %s',
    (name) => expect(requireOpenable(join('/saved', name))).resolves.toBeUndefined(),
  );

  it.each([
    ['a program of Windows', 'holiday.jpg', bytes('4d5a90000300')],
    ['a program of Linux', 'report', bytes('7f454c460201')],
    ['a program of macOS', 'photo.png', bytes('cffaedfe0700')],
    ['one for two processors', 'photo.png', bytes('cafebabe0000')],
    ['a script', 'README', '#!/bin/sh\nrm -rf ~\n'],
    ['a page', 'invoice', '\n<!-- paid -->\n<HTML lang="en"><script>alert(1)</script>'],
    ['a page without a head', 'invoice.paid', '<script>alert(1)</script>'],
    ['a starter of programs', 'photo', '# Photo\n[Desktop Entry]\nType=Application\nExec=sh -c id\n'],
    ['a starter that is called a configuration', 'photo', `# KDE Config File\n#${'.'.repeat(300)}\n`],
    ['a link', 'photo', '[InternetShortcut]\r\nURL=file://evil.example/share\r\n'],
    ['an offer of a program', 'photo', '[Flatpak Ref]\nName=org.example.App\n'],
    ['a package of Debian', 'photo', '!<arch>\ndebian-binary'],
    ['a package of Fedora', 'photo', bytes('edabeedb0300')],
  ])('is refused for %s that is called %s', async (_, name, content) => {
    await expect(requireOpenable(saved(name, content))).rejects.toEqual(unsupported);
  });

  it.each([
    ['plan.pdf', '%PDF-1.7'],
    ['notes.txt', '# Heading'],
    ['main.c', '#include <html.h>\n#include <header.h>\n'],
    ['table.csv', 'desktop entry;internetshortcut\n'],
    ['late.txt', `${' '.repeat(600)}<html>`],
    ['short', '#'],
    ['empty', ''],
    ['page.docx', 'PK\u0003\u0004'],
  ])('is fine for %s with what its name says', async (name, content) => {
    await expect(requireOpenable(saved(name, content))).resolves.toBeUndefined();
  });
});

describe('showing a page', () => {
  it.each(['https://accounts.example.com/auth?x=1', 'http://127.0.0.1:5556/auth', 'http://wiki.intern/page'])(
    'is fine for %s',
    (address) => expect(() => requireWebPage(new URL(address))).not.toThrow(),
  );

  it.each([
    'file:///etc/passwd',
    'smb://evil.example/share',
    'ms-msdt:/id PCWDiagnostic',
    'javascript:alert(1)',
    'data:text/html,x',
    'dockercomms:invite?v=1',
  ])('is refused for %s', (address) => expect(() => requireWebPage(new URL(address))).toThrow(unsupported));
});
