import type { AppStatus } from '../../preload/views.ts';

/** How this system writes a shortcut with its command key. */
export function shortcutLabel(key: string, platform: AppStatus['platform'] | undefined): string {
  return platform === 'darwin' ? `⌘${key}` : `Ctrl ${key}`;
}

/** True when the system's command key is held: Command on a Mac, Control elsewhere. */
export function hasCommandKey(
  event: Pick<KeyboardEvent, 'ctrlKey' | 'metaKey'>,
  platform: AppStatus['platform'] | undefined,
): boolean {
  return platform === 'darwin' ? event.metaKey : event.ctrlKey;
}
