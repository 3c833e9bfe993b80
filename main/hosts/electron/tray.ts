import { join } from 'node:path';
import { Menu, nativeImage, nativeTheme, Tray } from 'electron';
import type { AppGlance } from '../../../preload/contract/app.ts';
import { type Brought, broughtByText } from '../brought.ts';
import { isDark } from './native-theme.ts';
import { type TrayActions, trayImageName, trayMenu, trayToolTip } from './tray-menu.ts';

export interface TrayAnswers extends TrayActions {
  /** Files or text were dropped on the icon, which only macOS lets people do. */
  readonly bring: (brought: Brought) => void;
}

/** The icon in the tray (macOS: the menu bar). The caller keeps it: collected as garbage, it disappears. */
export class StatusTray {
  readonly #tray: Tray;
  readonly #assets: string;
  readonly #actions: TrayAnswers;
  #unread = false;

  /** Null where the system has no place for one; on Linux it may not be shown all the same, and nothing says so. */
  static create(assets: string, actions: TrayAnswers): StatusTray | null {
    try {
      return new StatusTray(assets, actions);
    } catch {
      return null;
    }
  }

  private constructor(assets: string, actions: TrayAnswers) {
    this.#assets = assets;
    this.#actions = actions;
    this.#tray = new Tray(this.#image());
    // On macOS a click opens the menu, and tells of itself all the same.
    if (process.platform !== 'darwin') this.#tray.on('click', actions.open);
    this.#tray.on('drop-files', (_event, files) => {
      actions.bring({ link: null, files });
    });
    this.#tray.on('drop-text', (_event, text) => {
      actions.bring(broughtByText(text));
    });
    nativeTheme.on('updated', () => {
      this.#tray.setImage(this.#image());
    });
    this.show(null);
  }

  /** `glance` null: the home is locked. */
  show(glance: AppGlance | null): void {
    const unread = (glance?.unread ?? 0) > 0;
    if (unread !== this.#unread) {
      this.#unread = unread;
      this.#tray.setImage(this.#image());
    }
    this.#tray.setToolTip(trayToolTip(glance));
    // Anew each time: on Linux a menu that was handed over does not change any more.
    this.#tray.setContextMenu(Menu.buildFromTemplate(trayMenu(glance, this.#actions, Date.now())));
  }

  destroy(): void {
    this.#tray.destroy();
  }

  #image(): Electron.NativeImage {
    const { platform, env } = process;
    const dark = isDark({ platform, desktop: env.XDG_CURRENT_DESKTOP ?? '', theme: nativeTheme });
    const name = trayImageName(this.#unread, { platform, dark });
    return nativeImage.createFromPath(join(this.#assets, 'tray', name));
  }
}
