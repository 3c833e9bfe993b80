/**
 * A stand-in for the module `electron`: the unmodified built program runs on it in plain Node, with its windows in a real
 * Chromium. Content security, isolated worlds, cloning and navigation are the browser's own; tray, notifications and
 * badge go into a journal. What passes here is no evidence about the real binary.
 */
import { application } from './app.ts';
import { perform, type Gesture } from './desktop.ts';
import { makeSafeStorage } from './safe-storage.ts';

export { application as app } from './app.ts';
export { BrowserWindow } from './browser-window.ts';
export {
  dialog,
  Menu,
  nativeImage,
  nativeTheme,
  Notification,
  powerMonitor,
  screen,
  shell,
  Tray,
} from './desktop.ts';
export { ipcMain } from './ipc.ts';
export { protocol, session } from './session.ts';

/** Without a keyring it is what a Linux without a desktop has. `file` stands for the system's keyring. */
const keyringFile = process.env.STANDIN_KEYRING_FILE;
export const safeStorage = makeSafeStorage(
  keyringFile === undefined ? null : { backend: 'gnome_libsecret', file: keyringFile },
  () => application.isReady,
);

process.on(
  'message',
  (message: { readonly gesture?: Gesture; readonly emit?: string; readonly quit?: boolean }) => {
    if (message.gesture !== undefined) perform(message.gesture);
    if (message.emit !== undefined) application.emit(message.emit);
    if (message.quit === true) application.quit();
  },
);
