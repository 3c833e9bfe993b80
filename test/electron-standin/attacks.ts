/** What something hostile does in or to a window, as Electron would hand it on; the journal says what it got. */
import { ipcMain } from './ipc.ts';
import { openWindows } from './open-windows.ts';
import { defaultSession } from './session.ts';
import { journal, Preventable } from './strict.ts';

/** The window itself, a frame in it, a page that it is not, a frame that is gone. */
type Caller = 'window' | 'subframe' | 'elsewhere' | 'gone';

export const attackGestures = {
  /** The page of every window asks for a device of each kind. */
  askForDevices(_all: true) {
    for (const { webContents } of openWindows) defaultSession.askForDevices(webContents);
  },

  /** Every window embeds another page. */
  attachWebview(_all: true) {
    for (const { webContents } of openWindows) {
      const event = new Preventable();
      webContents.emit('will-attach-webview', event, {}, { src: 'https://evil.example/' });
      journal('webview', { attached: !event.defaultPrevented });
    }
  },

  /** Somebody calls the program. */
  callFrom(from: Caller) {
    for (const { webContents } of openWindows) {
      const { url, frameTreeNodeId } = webContents.mainFrame;
      const frames = {
        window: { url, frameTreeNodeId },
        subframe: { url, frameTreeNodeId: frameTreeNodeId + 1 },
        elsewhere: { url: 'https://evil.example/', frameTreeNodeId },
        gone: null,
      };
      const event = { sender: webContents, senderFrame: frames[from] };
      void ipcMain.dispatch('dockercomms:call', event, ['app.status', {}]).then(
        () => {
          journal('call', { from, taken: true });
        },
        () => {
          journal('call', { from, taken: false });
        },
      );
    }
  },
};
