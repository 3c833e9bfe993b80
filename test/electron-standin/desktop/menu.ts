import { journal, strict, strictOptions } from '../strict.ts';

export interface MenuItem {
  readonly label?: string;
  readonly role?: string;
  readonly type?: string;
  readonly click?: () => void;
  readonly submenu?: readonly MenuItem[];
}

const itemKeys = 'label role type click submenu accelerator enabled visible acceleratorWorksWhenHidden'.split(
  ' ',
);

export class MenuOf {
  readonly items: readonly MenuItem[];

  constructor(items: readonly MenuItem[]) {
    for (const item of items) strictOptions('a menu item', item, itemKeys);
    this.items = items;
  }

  popup(): void {
    keepPopup(this);
    journal('menu-popup', { labels: this.items.flatMap(({ label }) => label ?? []) });
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
let popupMenu: MenuOf | null = null;

function keepPopup(menu: MenuOf): void {
  popupMenu = menu;
}

export const Menu = strict('Menu', {
  buildFromTemplate: (items: readonly MenuItem[]) => new MenuOf(items),
  setApplicationMenu(menu: MenuOf) {
    applicationMenu = menu;
    journal('menu', { labels: menu.items.map(({ label, role }) => label ?? role) });
  },
});

export const menuGestures = {
  /** Clicks the item with this label in the application's menu. */
  clickMenu: (label: string) => applicationMenu?.click(label),
  /** Clicks it in the menu that popped up last. */
  clickPopup: (label: string) => popupMenu?.click(label),
};
