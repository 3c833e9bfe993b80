import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  autostartEntry,
  autostartFolder,
  startsWithDesktop,
  startWithDesktop,
} from '../../main/hosts/autostart-entry.ts';

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'dockercomms-autostart-')), 'autostart');
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

/** Lines end with a line feed and with nothing else, unlike those of a regular expression. */
const execLinesOf = (entry: string) => entry.split('\n').filter((line) => line.startsWith('Exec='));

/** Reads the command back as the specification says: the value's escapes, field codes, then quotes. */
function commandOf(entry: string): string[] {
  const value = execLinesOf(entry)[0]?.slice('Exec='.length) ?? '';
  const plain = value.replaceAll(
    /\\(.)/gs,
    (_all, escaped: string) => ({ n: '\n', r: '\r' })[escaped] ?? escaped,
  );
  const single = plain.replaceAll('%%', '%');
  return [...single.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, inner = '']) =>
    inner.replaceAll(/\\(.)/gs, '$1'),
  );
}

describe('an entry that starts with the desktop', () => {
  it('runs exactly this command, whatever is in its path', () => {
    const argument = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0'));
    const odd = fc.constantFrom(
      '/home/a b/Docker$Comms.AppImage',
      'a"b',
      'c\\d',
      '50%',
      '%U',
      '`id`',
      "it's",
      'a\nExec=evil',
      'a\u2028Exec=b',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(argument, odd), { minLength: 1, maxLength: 4 }), (command) => {
        const entry = autostartEntry('DockerComms', command);
        expect(commandOf(entry)).toEqual(command);
        expect(execLinesOf(entry)).toHaveLength(1);
      }),
    );
  });

  it('is there whole or not at all, and goes again', async () => {
    expect(await startsWithDesktop(folder)).toBe(false);
    await startWithDesktop(folder, autostartEntry('DockerComms', ['/opt/dockercomms', '--hidden']));
    expect(await startsWithDesktop(folder)).toBe(true);
    expect(await readdir(folder)).toEqual(['dockercomms.desktop']);
    expect((await stat(join(folder, 'dockercomms.desktop'))).mode & 0o777).toBe(0o644);
    expect(await readFile(join(folder, 'dockercomms.desktop'), 'utf8')).toContain(
      'Exec="/opt/dockercomms" "--hidden"',
    );
    await startWithDesktop(folder, null);
    await startWithDesktop(folder, null);
    expect(await startsWithDesktop(folder)).toBe(false);
  });

  it.each(['Hidden=true', 'hidden = TRUE', 'X-GNOME-Autostart-enabled=false'])(
    'is off when the desktop says %s in it',
    async (line) => {
      await startWithDesktop(folder, autostartEntry('DockerComms', ['x']));
      await writeFile(join(folder, 'dockercomms.desktop'), `[Desktop Entry]\nExec=x\n${line}\n`);
      expect(await startsWithDesktop(folder)).toBe(false);
    },
  );

  it('lies where the person’s configuration is', () => {
    expect(autostartFolder({}, '/home/a')).toBe('/home/a/.config/autostart');
    expect(autostartFolder({ XDG_CONFIG_HOME: '/c' }, '/home/a')).toBe('/c/autostart');
    expect(autostartFolder({ XDG_CONFIG_HOME: 'c' }, '/home/a')).toBe('/home/a/.config/autostart');
  });
});
