import { app } from 'electron';
import type { Autostart } from '../../messenger/engine.ts';
import { autostartEntry, autostartFolder, startsWithDesktop, startWithDesktop } from '../autostart-entry.ts';
import { ownProgram } from './installed-as.ts';
import { hostWords } from './locales/en.ts';

/** A start that nobody is waiting for: the window stays away where there is another way back to it. */
const hidden = '--hidden';

/** Starting with the system; undefined where what runs is no installed program that could be started. */
export function systemAutostart(): Autostart | undefined {
  if (!app.isPackaged) return undefined;
  return process.platform === 'linux' ? desktopAutostart() : loginItem();
}

function desktopAutostart(): Autostart {
  const folder = autostartFolder();
  return {
    isOn: () => startsWithDesktop(folder),
    set: (on) =>
      startWithDesktop(folder, on ? autostartEntry(hostWords.product, [ownProgram(), hidden]) : null),
  };
}

/**
 * Where the desktop starts it, it starts what runs now: a newer AppImage lies elsewhere, and the old one may be gone. Never fails:
 * the settings say how things stand.
 */
export async function renewAutostart(): Promise<void> {
  const autostart = app.isPackaged && process.platform === 'linux' ? desktopAutostart() : null;
  if ((await autostart?.isOn()) === true) await autostart?.set(true).catch(() => undefined);
}

/** On Windows an entry is found again by its arguments; on macOS it has none, and the system says how a start came about. */
function loginItem(): Autostart {
  const args = process.platform === 'win32' ? { args: [hidden] } : {};
  return {
    isOn: () => Promise.resolve(app.getLoginItemSettings(args).openAtLogin),
    set: (on) => {
      app.setLoginItemSettings({ openAtLogin: on, ...args });
      return Promise.resolve();
    },
  };
}

/** Whether the system started the program, and no person. */
export function startedBySystem(hiddenSwitch: boolean): boolean {
  return hiddenSwitch || (process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin);
}
