import type { AppGlance } from '../../preload/contract/app.ts';
import type { ConnectionState } from '../../preload/contract/connection.ts';
import type { Settings } from '../../preload/contract/settings.ts';
import type { Accounts } from './accounts.ts';
import type { EngineContext } from './context.ts';
import type { Updates } from './updates/updates.ts';
import { mutedUntil, pausedUntil } from './quiet-times.ts';

/** What most needs a person first; what is so of one account only is not so of all. */
export const byUrgency: readonly ConnectionState['state'][] = [
  'trouble',
  'offline',
  'connecting',
  'online',
  'paused',
];

/** What an icon can show of this home. */
export function glance(
  context: Pick<EngineContext, 'store' | 'settings' | 'clock'>,
  accounts: Pick<Accounts, 'list' | 'connection'>,
  updates: Pick<Updates, 'ready'>,
): AppGlance {
  const states = new Set(accounts.list().map((account) => accounts.connection(account).state));
  return {
    unread: context.store.conversations.unreadTotal(),
    connection: byUrgency.find((state) => states.has(state)) ?? null,
    mutedUntil: mutedUntil(context),
    pausedUntil: pausedUntil(context),
    keepsRunning: keepsRunning(context.settings.get(), process.platform),
    update: updates.ready(),
  };
}

/** Whether closing the last window leaves the program running. On macOS every program does, whatever a person chose elsewhere. */
export function keepsRunning({ window }: Pick<Settings, 'window'>, platform: NodeJS.Platform): boolean {
  return platform === 'darwin' || (window.closeToTray ?? closesToTray(platform));
}

/**
 * Where nobody chose. On Windows messengers go on, and the tray is always there; on Linux nobody can find out whether one is
 * shown.
 */
export function closesToTray(platform: NodeJS.Platform): boolean {
  return platform === 'win32';
}
