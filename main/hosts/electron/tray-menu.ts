/** What the tray says. Pure: `tray.ts` shows it. */
import type { MenuItemConstructorOptions } from 'electron';
import type { AppGlance } from '../../../preload/contract/app.ts';
import { hostWords } from './locales/en.ts';
import { type QuietActions, quietItems } from './quiet-items.ts';

export interface TrayActions extends QuietActions {
  readonly open: () => void;
  readonly openConnectivity: () => void;
  /** Installs what is ready. */
  readonly update: () => void;
  readonly quit: () => void;
}

const { tray: words } = hostWords;

/** `glance` null: the home is locked, and its window asks for what opens it. `now` in milliseconds since 1970. */
export function trayMenu(
  glance: AppGlance | null,
  actions: TrayActions,
  now: number,
): MenuItemConstructorOptions[] {
  return [
    { label: words.open, click: actions.open },
    ...(glance === null ? [] : itemsOf(glance, actions, now)),
    { type: 'separator' },
    { label: words.quit, click: actions.quit },
  ];
}

function itemsOf(glance: AppGlance, actions: TrayActions, now: number): MenuItemConstructorOptions[] {
  const { update, connection } = glance;
  return [
    ...(update === null ? [] : [{ label: words.update[update.by](update.version), click: actions.update }]),
    ...(connection === null
      ? []
      : [{ label: words.connections[connection], click: actions.openConnectivity }]),
    { type: 'separator' },
    ...quietItems(glance, actions, now),
  ];
}

/** What the image means, in one line. */
export function trayToolTip(glance: AppGlance | null): string {
  if (glance === null) return words.locked;
  const { unread, connection, mutedUntil } = glance;
  const parts = [
    unread === 0 ? null : words.unread(unread),
    connection === null || connection === 'online' ? null : words.connections[connection].toLowerCase(),
    mutedUntil === null ? null : words.muted,
  ].filter((part) => part !== null);
  return words.tip(parts);
}

/** The file of `assets/tray` without a size: macOS colours a template itself, elsewhere the ground decides. */
export function trayImageName(
  unread: boolean,
  { platform, dark }: { readonly platform: NodeJS.Platform; readonly dark: boolean },
): string {
  const state = unread ? 'trayUnread' : 'tray';
  if (platform === 'darwin') return `${state}Template.png`;
  return `${state}${dark ? 'OnDark' : 'OnLight'}.${platform === 'win32' ? 'ico' : 'png'}`;
}
