/**
 * What the icon in the Dock offers. macOS itself adds the windows, what shows or hides the program, and what quits it, so none of
 * that is here.
 */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { AppGlance } from '../../../preload/contract/app.ts';
import { hostWords } from './locales/en.ts';
import { type QuietActions, quietItems } from './quiet-items.ts';

export interface DockActions extends QuietActions {
  readonly newConversation: () => void;
}

/** Only macOS has a Dock. `glance` null: the home is locked. */
export function showDockMenu(glance: AppGlance | null, actions: DockActions): void {
  app.dock?.setMenu(Menu.buildFromTemplate(dockMenu(glance, actions, Date.now())));
}

/** Of a locked home nothing can be asked. `now` in milliseconds since 1970. */
export function dockMenu(
  glance: AppGlance | null,
  actions: DockActions,
  now: number,
): MenuItemConstructorOptions[] {
  if (glance === null) return [];
  return [
    { label: hostWords.menu.newConversation, click: actions.newConversation },
    { type: 'separator' },
    ...quietItems(glance, actions, now),
  ];
}
