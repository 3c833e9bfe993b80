/**
 * A stand-in for the module `electron`: the unmodified built program runs on it in plain Node, with its windows in a real
 * Chromium. Content security, isolated worlds, cloning and navigation are the browser's own; tray, notifications and
 * badge go into a journal. What passes here is no evidence about the real binary.
 */
import { application } from './app.ts';
import { perform, type Gesture } from './desktop.ts';

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

process.on(
  'message',
  (message: { readonly gesture?: Gesture; readonly emit?: string; readonly quit?: boolean }) => {
    if (message.gesture !== undefined) perform(message.gesture);
    if (message.emit !== undefined) application.emit(message.emit);
    if (message.quit === true) application.quit();
  },
);
