import { application } from '../app.ts';
import { journal, Preventable, StrictEmitter } from '../strict.ts';
import type { MenuOf } from './menu.ts';

let trayMenu: MenuOf | null = null;
let shownTray: Tray | null = null;

function keepTray(tray: Tray): void {
  shownTray = tray;
}

export class Tray extends StrictEmitter {
  constructor(image: { readonly path: string }) {
    super('Tray', ['click', 'right-click', 'double-click', 'drop-files', 'drop-text']);
    application.requireReady('new Tray');
    if (process.env.STANDIN_TRAY === 'none') throw new Error('This desktop has no tray');
    keepTray(this);
    journal('tray', { image: image.path });
  }

  setToolTip(text: string): void {
    journal('tray-tooltip', { text });
  }

  setImage(image: { readonly path: string }): void {
    journal('tray-image', { image: image.path });
  }

  setContextMenu(menu: MenuOf): void {
    trayMenu = menu;
    journal('tray-menu', { labels: menu.items.map(({ label }) => label ?? '') });
  }

  destroy(): void {
    journal('tray-destroyed');
  }
}

export const trayGestures = {
  /** Clicks the item with this label in the tray's menu. */
  clickTray: (label: string) => trayMenu?.click(label),
  /** Drops files on the icon, as macOS lets people do. */
  dropOnTray: (paths: readonly string[]) => shownTray?.emit('drop-files', new Preventable(), paths),
  /** Drops text on it, or a link that was dragged out of a page. */
  dropTextOnTray: (text: string) => shownTray?.emit('drop-text', new Preventable(), text),
  /** Clicks the icon itself. */
  clickTrayIcon: (_click: true) => shownTray?.emit('click', new Preventable()),
};
