/**
 * Starting with the desktop on Linux: an entry in `autostart/` of the person's configuration (freedesktop.org, Desktop
 * Application Autostart Specification, and Desktop Entry Specification 1.5, "The Exec key").
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { toDockerCommsError } from '../base/errors.ts';
import { replaceFile } from '../transfer/replace-file.ts';

const entryName = 'dockercomms.desktop';

/** Where the desktop looks for what it starts: a relative `XDG_CONFIG_HOME` is to be ignored. */
export function autostartFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  userFolder = homedir(),
): string {
  const configured = environment.XDG_CONFIG_HOME ?? '';
  return join(isAbsolute(configured) ? configured : join(userFolder, '.config'), 'autostart');
}

/** An entry that runs `command`: a program and its arguments, each taken as it is. */
export function autostartEntry(name: string, command: readonly string[]): string {
  const lines = [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${name}`,
    `Exec=${command.map(quoted).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
  ];
  return `${lines.join('\n')}\n`;
}

/** In quotes, where four characters are escaped; then once more as every value is, and `%` doubled: it begins a field code. */
function quoted(argument: string): string {
  const inQuotes = `"${argument.replaceAll(/["`$\\]/g, String.raw`\$&`)}"`;
  return inQuotes
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\r', String.raw`\r`)
    .replaceAll('%', '%%');
}

/** Whether there is an entry of ours that nobody switched off: desktops do that in the file. */
export async function startsWithDesktop(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, entryName), 'utf8').catch(() => null);
  return (
    text !== null && !/^\s*(?:Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/imu.test(text)
  );
}

/** Writes the entry, which appears whole or not at all, or takes it away. Throws `storage`. */
export async function startWithDesktop(folder: string, entry: string | null): Promise<void> {
  const path = join(folder, entryName);
  try {
    if (entry === null) {
      await rm(path, { force: true });
      return;
    }
    await mkdir(folder, { recursive: true });
    await replaceFile(path, (temporary) => writeFile(temporary, entry, { flag: 'wx', mode: 0o644 }));
  } catch (error) {
    throw toDockerCommsError(error);
  }
}
