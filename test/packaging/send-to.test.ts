/** "Send to" of the file managers of Linux: files that a package puts where they look. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const settings = await readFile(join(root, 'electron-builder.yml'), 'utf8');

/** What a package has besides the program: where it comes from, and where it is installed. */
function installedBy(target: 'deb' | 'rpm'): ReadonlyMap<string, string> {
  const section = settings.split(/^(?=\S)/mu).find((each) => each.startsWith(`${target}:`)) ?? '';
  return new Map(
    [...section.matchAll(/^ +- (assets\S+)=(\S+)$/gmu)].map(([, from = '', to = '']) => [to, from]),
  );
}

const program = /^ {2}executableName: (\w+)$/mu.exec(settings)?.[1] ?? '';

/** `key=value` lines, without those of the sections. */
const valuesOf = (text: string) =>
  new Map([...text.matchAll(/^([\w-]+)=(.*)$/gmu)].map(([, key, value]) => [key, value]));

describe.each(['deb', 'rpm'] as const)('a %s', (target) => {
  test.each([
    ['Xfce', '/usr/share/Thunar/sendto/dockercomms.desktop'],
    ['KDE', '/usr/share/kio/servicemenus/dockercomms.desktop'],
    ['Cinnamon', '/usr/share/nemo/actions/dockercomms.nemo_action'],
  ])('lets people on %s send files and folders to the program', async (_desktop, place) => {
    const source = installedBy(target).get(place);
    expect(source).toBeDefined();
    const values = valuesOf(await readFile(join(root, source ?? ''), 'utf8'));
    expect(values.get('Exec')).toBe(`${program} %F`);
    expect(values.get('Name')).toContain('DockerComms');
    expect([values.get('Icon'), values.get('Icon-Name')]).toContain(program);
  });
});
