/** What the tray says. Pure: `tray.ts` shows it. */
import type { MenuItemConstructorOptions } from 'electron';
import type { AppGlance } from '../../../preload/contract/app.ts';
import type { QuietLength } from '../../../preload/contract/quiet-lengths.ts';
import { hostWords } from './locales/en.ts';

export interface TrayActions {
  readonly open: () => void;
  readonly openConnectivity: () => void;
  readonly mute: (length: QuietLength | null) => void;
  readonly pause: (length: QuietLength | null) => void;
  /** Installs what is ready. */
  readonly update: () => void;
  readonly quit: () => void;
}

const { tray: words } = hostWords;
const lengths: readonly QuietLength[] = ['hour', 'eight-hours', 'until-tomorrow'];

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

function itemsOf(
  { update, connection, mutedUntil, pausedUntil }: AppGlance,
  { update: install, openConnectivity, mute, pause }: TrayActions,
  now: number,
): MenuItemConstructorOptions[] {
  return [
    ...(update === null ? [] : [{ label: words.update[update.by](update.version), click: install }]),
    ...(connection === null ? [] : [{ label: words.connections[connection], click: openConnectivity }]),
    { type: 'separator' },
    mutedUntil === null
      ? begin(words.mute, mute)
      : { label: words.unmute(whenOf(mutedUntil, now)), click: () => mute(null) },
    pausedUntil === null
      ? begin(words.pause, pause)
      : { label: words.goOn(whenOf(pausedUntil, now)), click: () => pause(null) },
  ];
}

function begin(label: string, choose: (length: QuietLength) => void): MenuItemConstructorOptions {
  const item = (length: QuietLength) => ({ label: words.lengths[length], click: () => choose(length) });
  return { label, submenu: lengths.map(item) };
}

/** `16:00`, and the day where that is another one. */
function whenOf(at: number, now: number): string {
  const locale = hostWords.timeLocale(Intl.DateTimeFormat().resolvedOptions().locale);
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  const time = { hour: 'numeric', minute: '2-digit' } as const;
  return new Intl.DateTimeFormat(locale, sameDay ? time : { weekday: 'long', ...time }).format(at);
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
