/** The desktop around the windows: everything is written into the journal, and tests can act on it. */
import { journal, strict, strictOptions, StrictEmitter } from './strict.ts';

interface MenuItem {
  readonly label?: string;
  readonly role?: string;
  readonly type?: string;
  readonly click?: () => void;
  readonly submenu?: readonly MenuItem[];
}

const itemKeys = ['label', 'role', 'type', 'click', 'submenu', 'accelerator'];

class MenuOf {
  readonly items: readonly MenuItem[];

  constructor(items: readonly MenuItem[]) {
    for (const item of items) strictOptions('a menu item', item, itemKeys);
    this.items = items;
  }

  /** The stand-in's own: clicks the item with this label, at any depth. */
  click(label: string): boolean {
    return clickIn(this.items, label);
  }
}

function clickIn(items: readonly MenuItem[], label: string): boolean {
  const item = items.find((candidate) => candidate.label === label && candidate.click !== undefined);
  item?.click?.();
  return item !== undefined || items.some(({ submenu }) => submenu !== undefined && clickIn(submenu, label));
}

let applicationMenu: MenuOf | null = null;
let trayMenu: MenuOf | null = null;
const notifications: Notification[] = [];
let folderToChoose: string | null = null;

export const Menu = strict('Menu', {
  buildFromTemplate: (items: readonly MenuItem[]) => new MenuOf(items),
  setApplicationMenu(menu: MenuOf) {
    applicationMenu = menu;
    journal('menu', { labels: menu.items.map(({ label, role }) => label ?? role) });
  },
});

export class Tray extends StrictEmitter {
  constructor(image: { readonly path: string }) {
    super('Tray', ['click', 'right-click', 'double-click']);
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
  }

  destroy(): void {
    journal('tray-destroyed');
  }
}

export class Notification extends StrictEmitter {
  static isSupported(): boolean {
    return true;
  }

  readonly #options: { readonly title: string; readonly body: string };

  constructor(options: { readonly title: string; readonly body: string }) {
    super('Notification', ['click', 'close', 'show', 'failed']);
    strictOptions('Notification', options, ['title', 'body', 'silent', 'icon', 'urgency']);
    this.#options = options;
  }

  show(): void {
    notifications.push(this);
    journal('notification', { ...this.#options });
  }

  close(): void {
    journal('notification-closed', { ...this.#options });
  }
}

export const powerMonitor = new StrictEmitter('powerMonitor', ['suspend', 'resume']);
export const nativeTheme = Object.assign(new StrictEmitter('nativeTheme', ['updated']), {
  shouldUseDarkColors: false,
});
export const nativeImage = strict('nativeImage', { createFromPath: (path: string) => ({ path }) });

const display = { workArea: { x: 0, y: 0, width: 1920, height: 1080 } };
export const screen = strict('screen', { getAllDisplays: () => [display] });

export const shell = strict('shell', {
  openPath(path: string) {
    journal('open-path', { path });
    return Promise.resolve('');
  },
  openExternal(url: string) {
    journal('open-external', { url });
    return Promise.resolve();
  },
  showItemInFolder(path: string) {
    journal('show-item', { path });
  },
});

export const dialog = strict('dialog', {
  showOpenDialog() {
    const filePaths = folderToChoose === null ? [] : [folderToChoose];
    return Promise.resolve({ canceled: folderToChoose === null, filePaths });
  },
  showErrorBox(title: string, content: string) {
    journal('error-box', { title, content });
  },
});

/** What a test does to the desktop. */
export interface Gesture {
  readonly clickTray?: string;
  readonly clickMenu?: string;
  readonly clickNotification?: number;
  readonly chooseFolder?: string;
  readonly power?: 'suspend' | 'resume';
}

export function perform(gesture: Gesture): void {
  if (gesture.clickTray !== undefined) trayMenu?.click(gesture.clickTray);
  if (gesture.clickMenu !== undefined) applicationMenu?.click(gesture.clickMenu);
  if (gesture.clickNotification !== undefined) notifications[gesture.clickNotification]?.emit('click');
  if (gesture.chooseFolder !== undefined) folderToChoose = gesture.chooseFolder;
  if (gesture.power !== undefined) powerMonitor.emit(gesture.power);
}
