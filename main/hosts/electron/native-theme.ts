import { nativeTheme } from 'electron';
import type { Settings } from '../../../preload/contract/settings.ts';
import type { EngineEvent } from '../../../preload/contract/events.ts';
import type { Engine } from '../../messenger/engine.ts';
import { rememberedTheme } from './window-place.ts';

/**
 * As it was chosen when the window was closed last, until the engine says how: a page that loads before looks so from the beginning,
 * and does not change under the eyes of who waits for it.
 */
export function recallTheme(home: string, platform = process.platform): void {
  if (platform !== 'linux') nativeTheme.themeSource = rememberedTheme(home);
}

const telling: readonly EngineEvent['type'][] = ['settings.changed', 'lock.changed'];

/**
 * Title bar, menus and dialogues look as the person chose for the window. On Linux they are the desktop's, and what Electron
 * knows of its colours, which decides how the tray is drawn, would be ours instead.
 */
export async function followTheme(engine: Engine, platform = process.platform): Promise<void> {
  if (platform === 'linux') return;
  const ask = async () => {
    const answer = await engine.call('settings.get', {});
    // A locked home tells nothing: what is remembered stays.
    if (answer.ok) nativeTheme.themeSource = (answer.value as Settings).appearance.theme;
  };
  engine.subscribe(({ type }) => {
    if (telling.includes(type)) void ask();
  });
  await ask();
}

/** What is behind the icon in the tray. */
export interface TrayGround {
  readonly platform: NodeJS.Platform;
  /** Desktop environments, as `XDG_CURRENT_DESKTOP` names them. */
  readonly desktop: string;
  readonly theme: Pick<
    Electron.NativeTheme,
    'shouldUseDarkColors' | 'shouldUseDarkColorsForSystemIntegratedUI'
  >;
}

/** On Windows the task bar has a theme of its own, and the bar of GNOME and Unity is dark under any. */
export function isDark({ platform, desktop, theme }: TrayGround): boolean {
  if (platform === 'win32') return theme.shouldUseDarkColorsForSystemIntegratedUI;
  return theme.shouldUseDarkColors || (platform === 'linux' && /\b(?:gnome|unity)\b/iu.test(desktop));
}
