import { join } from 'node:path';
import { app, BrowserWindow, nativeImage } from 'electron';
import { hostWords } from './locales/en.ts';

/**
 * How much is unread, at the icon of the program. The Dock, and on Linux some launchers, show a number. Windows lays a picture
 * over the button of each window, as long as that window is shown.
 */
export class Badge {
  readonly #onButtons: boolean;
  readonly #picture: string;
  #unread = 0;

  constructor(assets: string, platform: NodeJS.Platform) {
    this.#onButtons = platform === 'win32';
    this.#picture = join(assets, 'tray', 'overlay.png');
    if (!this.#onButtons) return;
    for (const window of BrowserWindow.getAllWindows()) this.#follow(window);
    app.on('browser-window-created', (_event, window) => {
      this.#follow(window);
    });
  }

  show(unread: number): void {
    this.#unread = unread;
    if (this.#onButtons) for (const window of BrowserWindow.getAllWindows()) this.#mark(window);
    else app.setBadgeCount(unread);
  }

  #follow(window: Pick<BrowserWindow, 'on' | 'setOverlayIcon'>): void {
    window.on('show', () => {
      this.#mark(window);
    });
  }

  #mark(window: Pick<BrowserWindow, 'setOverlayIcon'>): void {
    if (this.#unread === 0) window.setOverlayIcon(null, '');
    else
      window.setOverlayIcon(nativeImage.createFromPath(this.#picture), hostWords.tray.unread(this.#unread));
  }
}
