/**
 * A stand-in for the module `electron`: the unmodified built program runs on it in plain Node, with its windows in a real
 * Chromium. Content security, isolated worlds, cloning and navigation are the browser's own; tray, notifications and
 * badge go into a journal. What passes here is no evidence about the real binary.
 */
import { application } from './app.ts';
import { perform } from './gestures.ts';
import { makeSafeStorage } from './safe-storage.ts';
import { hearTest } from './test-line.ts';

export { application as app } from './app.ts';
export { BrowserWindow } from './browser-window.ts';
export { nativeImage, nativeTheme, screen } from './desktop/appearance.ts';
export { clipboard } from './desktop/clipboard.ts';
export { dialog } from './desktop/dialog.ts';
export { Menu } from './desktop/menu.ts';
export { Notification } from './desktop/notification.ts';
export { powerMonitor } from './desktop/power-monitor.ts';
export { shell } from './desktop/shell.ts';
export { Tray } from './desktop/tray.ts';
export { ipcMain } from './ipc.ts';
export { protocol, session } from './session.ts';

/** Without a keyring it is what a Linux without a desktop has. `file` stands for the system's keyring. */
const keyringFile = process.env.STANDIN_KEYRING_FILE;
export const safeStorage = makeSafeStorage(
  keyringFile === undefined ? null : { backend: 'gnome_libsecret', file: keyringFile },
  () => application.isReady,
);

hearTest((message) => {
  if (message.kind === 'gesture') perform(message.gesture);
  if (message.kind === 'emit') application.tell(message);
  if (message.kind === 'quit') application.quit();
});
