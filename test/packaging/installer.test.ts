/**
 * What the Windows installer does besides electron-builder's own steps, compiled by the real compiler of such installers. It
 * says nothing about Windows: there is none here that would run it.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithRealPart, realPart } from '../peers/real-parts.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** As electron-builder puts such a script together, with its own definitions, without what it downloads. */
const script = (include: string, out: string) => `
Unicode true
!define APP_ID "org.example.product"
!define PRODUCT_NAME "Product"
!define PRODUCT_FILENAME "product"
!define VERSION "1.2.3"
!include "LogicLib.nsh"
; Electron-builder asks a plug-in for this switch.
Var updated
!macro _isUpdated _a _b _t _f
  StrCmp $updated "true" \`\${_t}\` \`\${_f}\`
!macroend
!define isUpdated \`"" isUpdated ""\`
!include "${include}"
!include "${join(root, 'node_modules/app-builder-lib/templates/nsis/common.nsh')}"
OutFile "${out}"
RequestExecutionLevel user
Section "install"
  WriteUninstaller "$INSTDIR\\uninstall.exe"
  !insertmacro customInstall
SectionEnd
Section "un.install"
  StrCpy $updated "false"
  !insertmacro customUnInstall
SectionEnd
`;

describeWithRealPart('makensis', 'the Windows installer', () => {
  let folder: string;
  let compiled: readonly string[];
  /** The lines that the compiler says it made of one kind of instruction. */
  const made = (instruction: string) => compiled.filter((line) => line.startsWith(`${instruction}:`));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dockercomms-installer-'));
    const settings = await readFile(join(root, 'electron-builder.yml'), 'utf8');
    const include = /^nsis:.*?^ {2}include: (\S+)$/msu.exec(settings)?.[1] ?? '';
    const source = join(folder, 'installer.nsi');
    await writeFile(source, script(join(root, include), join(folder, 'product-1.2.3.exe')));
    // Warnings are errors, as they are for electron-builder.
    const { stdout } = await run(realPart('makensis') ?? '', ['-WX', '-V4', source]);
    compiled = stdout.split('\n');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('compiles with no warning', async () => {
    expect((await stat(join(folder, 'product-1.2.3.exe'))).size).toBeGreaterThan(0);
  });

  test('puts an entry into "Send to" that starts the program, and takes it away again', () => {
    expect(made('CreateShortcut')).toEqual([
      expect.stringMatching(/^CreateShortcut: "\$SENDTO\\Product\.lnk"->"\$INSTDIR\\product\.exe"/),
    ]);
    expect(made('Delete')).toEqual([expect.stringContaining('"$SENDTO\\Product.lnk"')]);
  });

  test('takes away what the program asked of Windows: starting at login, and opening links', async () => {
    const values = made('DeleteRegValue').join('\n');
    expect(values).toContain('CurrentVersion\\Run');
    expect(values).toContain('StartupApproved\\Run');
    // What the program is to Windows, which is what Electron calls the value by.
    for (const line of made('DeleteRegValue')) expect(line).toContain('org.example.product');
    const settings = await readFile(join(root, 'electron-builder.yml'), 'utf8');
    const [, scheme = ''] = /schemes:\s+- (\w+)/u.exec(settings) ?? [];
    expect(made('DeleteRegKey')).toEqual([expect.stringContaining(`Software\\Classes\\${scheme}`)]);
  });

  test('takes nothing of that away in an update, which runs the older uninstaller first', () => {
    const begin = compiled.findIndex((line) => line.startsWith('!insertmacro: _If'));
    const end = compiled.findIndex((line) => line.startsWith('!insertmacro: _EndIf'));
    const within = compiled.slice(begin, end).filter((line) => line.startsWith('DeleteReg'));
    expect(within).toEqual(compiled.filter((line) => line.startsWith('DeleteReg')));
    expect(within.length).toBeGreaterThan(0);
  });
});
