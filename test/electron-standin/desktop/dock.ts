import { journal, strict } from '../strict.ts';
import type { MenuOf } from './menu.ts';

let dockMenu: MenuOf | null = null;

const dock = strict('app.dock', {
  setMenu(menu: MenuOf) {
    dockMenu = menu;
    journal('dock-menu', { labels: menu.items.flatMap(({ label }) => label ?? []) });
  },
});

/** Only macOS has one. */
export function dockHere(): typeof dock | undefined {
  return process.platform === 'darwin' ? dock : undefined;
}

export const dockGestures = {
  /** Clicks the item with this label in the menu of the program's icon in the Dock. */
  clickDock: (label: string) => dockMenu?.click(label),
};
