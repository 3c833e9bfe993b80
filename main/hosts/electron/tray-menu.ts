/** What the tray says. Pure: `tray.ts` shows it. */
import type { MenuItemConstructorOptions } from 'electron';
import type { AppGlance } from '../../../preload/contract/app.ts';
import type { QuietLength } from '../../../preload/contract/quiet-lengths.ts';

export interface TrayActions {
  readonly open: () => void;
  readonly openConnectivity: () => void;
  readonly mute: (length: QuietLength | null) => void;
  readonly pause: (length: QuietLength | null) => void;
  readonly quit: () => void;
}

const lengths: readonly (readonly [QuietLength, string])[] = [
  ['hour', 'For 1 Hour'],
  ['eight-hours', 'For 8 Hours'],
  ['until-tomorrow', 'Until Tomorrow'],
];

const connections: Readonly<Record<NonNullable<AppGlance['connection']>, string>> = {
  connecting: 'Connecting…',
  online: 'Connected',
  offline: 'Offline',
  trouble: 'Connection Needs Attention',
  paused: 'Syncing Is Paused',
};

/** `glance` null: the home is locked, and its window asks for what opens it. `now` in milliseconds since 1970. */
export function trayMenu(
  glance: AppGlance | null,
  actions: TrayActions,
  now: number,
): MenuItemConstructorOptions[] {
  return [
    { label: 'Open DockerComms', click: actions.open },
    ...(glance === null ? [] : itemsOf(glance, actions, now)),
    { type: 'separator' },
    { label: 'Quit', click: actions.quit },
  ];
}

function itemsOf(
  { connection, mutedUntil, pausedUntil }: AppGlance,
  { openConnectivity, mute, pause }: TrayActions,
  now: number,
): MenuItemConstructorOptions[] {
  return [
    ...(connection === null ? [] : [{ label: connections[connection], click: openConnectivity }]),
    { type: 'separator' },
    mutedUntil === null
      ? begin('Mute Notifications', mute)
      : { label: `Unmute Notifications (Muted until ${whenOf(mutedUntil, now)})`, click: () => mute(null) },
    pausedUntil === null
      ? begin('Pause Syncing', pause)
      : { label: `Go on Syncing (Paused until ${whenOf(pausedUntil, now)})`, click: () => pause(null) },
  ];
}

function begin(label: string, choose: (length: QuietLength) => void): MenuItemConstructorOptions {
  return { label, submenu: lengths.map(([length, name]) => ({ label: name, click: () => choose(length) })) };
}

/** `16:00`, and the day where that is another one. The words around it are English. */
function whenOf(at: number, now: number): string {
  const system = Intl.DateTimeFormat().resolvedOptions().locale;
  const locale = system.startsWith('en') ? system : 'en-GB';
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  const time = { hour: 'numeric', minute: '2-digit' } as const;
  return new Intl.DateTimeFormat(locale, sameDay ? time : { weekday: 'long', ...time }).format(at);
}

/** `DockerComms: 3 unread messages, offline`. */
export function trayToolTip(glance: AppGlance | null): string {
  if (glance === null) return 'DockerComms is locked';
  const { unread, connection, mutedUntil } = glance;
  const parts = [
    unread === 0 ? null : `${unread} unread ${unread === 1 ? 'message' : 'messages'}`,
    connection === null || connection === 'online' ? null : connections[connection].toLowerCase(),
    mutedUntil === null ? null : 'notifications are muted',
  ].filter((part) => part !== null);
  return parts.length === 0 ? 'DockerComms' : `DockerComms: ${parts.join(', ')}`;
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
