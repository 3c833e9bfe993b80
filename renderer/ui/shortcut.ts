import type { AppStatus } from '../../preload/contract/app.ts';

/** How this system writes a shortcut with its command key. */
export function shortcutLabel(key: string, platform: AppStatus['platform'] | undefined): string {
  return platform === 'darwin' ? `⌘${key}` : `Ctrl ${key}`;
}
