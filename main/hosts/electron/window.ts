import { BrowserWindow, nativeTheme, type Rectangle, screen } from 'electron';
import { offerContextMenu } from './context-menu.ts';
import { hostWords } from './locales/en.ts';
import { windowAddress } from './window-address.ts';
import { leastSize, rememberedPlace, rememberPlace } from './window-place.ts';
import { zoomByWheel } from './zoom.ts';

export interface WindowOptions {
  readonly home: string;
  /** Whose it is, where there are several. */
  readonly name: string | null;
  /** The product's picture, for systems that do not know it from the program. */
  readonly icon: string;
  readonly preload: string;
  readonly checksSpelling: boolean;
  /** Until then it stays unseen, also when it is drawn. */
  readonly mayShow: Promise<unknown>;
  /** It has shown itself. */
  readonly shown: () => void;
}

/** A window that shows nothing yet: bind its contents to an engine, then load it. */
export function createWindow(options: WindowOptions): BrowserWindow {
  const { home, name, icon, preload, checksSpelling, mayShow, shown } = options;
  const titled = (title: string) => (name === null ? title : hostWords.windowOf(title, name));
  const screens = screensHere();
  const { maximized, fullScreen, zoom, width, height, x, y } = rememberedPlace(home, screens);
  const at = x === undefined || y === undefined ? null : { x, y };
  const window = new BrowserWindow({
    ...{ width, height, ...at },
    title: titled(hostWords.product),
    // An AppImage that was not made known to the desktop has no other.
    ...(process.platform === 'linux' && { icon }),
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
  // Made for a screen with another scale than the first one has, a window gets a wrong size (electron/electron, #10862).
  if (at !== null && screens.length > 1) window.setBounds({ ...at, width, height });
  offerContextMenu(window.webContents);
  zoomByWheel(window.webContents);
  // The page says how much is unread, which task bars show.
  window.on('page-title-updated', (event, title) => {
    event.preventDefault();
    window.setTitle(titled(title));
  });
  window.once('ready-to-show', () => {
    window.webContents.setZoomLevel(zoom);
    void mayShow.then(() => {
      if (window.isDestroyed()) return;
      if (maximized) window.maximize();
      if (fullScreen) window.setFullScreen(true);
      window.show();
      shown();
      // One that nobody has seen was nowhere: the next one is where the last one was.
      rememberPlace(home, window, nativeTheme);
    });
  });
  return window;
}

/** What a window can cover of each screen; the first one first. */
function screensHere(): readonly Rectangle[] {
  const first = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== first.id);
  return [first, ...others].map(({ workArea }) => workArea);
}

/** Fails as Electron does. A window that stays empty is shown all the same: what nobody sees, nobody can close. */
export async function loadWindow(window: BrowserWindow, mayShow: Promise<unknown>): Promise<void> {
  try {
    await window.loadURL(windowAddress);
  } catch (error) {
    await mayShow;
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
