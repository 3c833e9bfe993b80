import { BrowserWindow, screen } from 'electron';
import { offerContextMenu } from './context-menu.ts';
import { windowAddress } from './window-address.ts';
import { leastSize, rememberedPlace, rememberPlace } from './window-place.ts';
import { zoomByWheel } from './zoom.ts';

export interface WindowOptions {
  readonly home: string;
  readonly title: string;
  readonly preload: string;
  readonly checksSpelling: boolean;
}

/** A window that shows nothing yet: bind its contents to an engine, then load it. */
export function createWindow({ home, title, preload, checksSpelling }: WindowOptions): BrowserWindow {
  const { maximized, fullScreen, zoom, width, height, x, y } = rememberedPlace(
    home,
    screen.getAllDisplays().map(({ workArea }) => workArea),
  );
  const window = new BrowserWindow({
    width,
    height,
    ...(x === undefined || y === undefined ? {} : { x, y }),
    title,
    minWidth: leastSize.width,
    minHeight: leastSize.height,
    show: false,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: checksSpelling,
    },
  });
  rememberPlace(home, window);
  offerContextMenu(window.webContents);
  zoomByWheel(window.webContents);
  // The page's title is the product's for every window; ours says whose it is.
  window.on('page-title-updated', (event) => {
    event.preventDefault();
  });
  window.once('ready-to-show', () => {
    if (maximized) window.maximize();
    if (fullScreen) window.setFullScreen(true);
    window.webContents.setZoomLevel(zoom);
    window.show();
  });
  return window;
}

/** Fails as Electron does. A window that stays empty is shown all the same: what nobody sees, nobody can close. */
export async function loadWindow(window: BrowserWindow): Promise<void> {
  try {
    await window.loadURL(windowAddress);
  } catch (error) {
    if (!window.isDestroyed()) window.show();
    throw error;
  }
}

/** Brings a window to the front from wherever it is. */
export function bringForward(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
