import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserWindow, NativeTheme, Rectangle } from 'electron';
import { z } from 'zod';
import { usableZoom } from './zoom.ts';

/**
 * Pixels of the smallest window. So narrow, list and conversation take turns and each has its whole width; so low, a
 * conversation still shows a message or two above the tallest field to write in (renderer/composer/Composer.svelte).
 */
export const leastSize = { width: 480, height: 400 } as const;
/** Pixels of a side: more than any wall of screens has. */
const most = 20_000;

const placeSchema = z.object({
  x: z.number().int().optional(),
  y: z.number().int().optional(),
  width: z.number().int().min(leastSize.width).max(most),
  height: z.number().int().min(leastSize.height).max(most),
  maximized: z.boolean().default(false),
  fullScreen: z.boolean().default(false),
  /** Chromium's zoom level. */
  zoom: z.number().default(0).transform(usableZoom),
});
export type WindowPlace = z.output<typeof placeSchema>;

const usualPlace: WindowPlace = { width: 1160, height: 780, maximized: false, fullScreen: false, zoom: 0 };
/** Pixels of the title bar that have to be on a screen, so that the window can be taken hold of. */
const graspable = 64;

/**
 * Where the window was last, as far as a screen is there now; a file that makes no sense counts as none. `screens`: what a window
 * can cover of each, the person's first one first.
 */
export function rememberedPlace(home: string, screens: readonly Rectangle[]): WindowPlace {
  const place = read(home, placeSchema);
  if (place === null) return usualOn(screens);
  const { x, y, maximized, fullScreen, zoom } = place;
  if (x === undefined || y === undefined) return place;
  const rectangle = { ...place, x, y };
  if (isCovered(rectangle, screens)) return place;
  const screen = screens.find((each) => isGraspable(rectangle, each));
  return screen === undefined
    ? { ...usualOn(screens), maximized, fullScreen, zoom }
    : { ...place, ...within(rectangle, screen) };
}

function read<T>(home: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(join(home, 'window.json'), 'utf8')));
  } catch {
    return null;
  }
}

function usualOn([first]: readonly Rectangle[]): WindowPlace {
  return first === undefined ? usualPlace : { ...usualPlace, ...sizeWithin(usualPlace, first) };
}

/** Whether all of it can be seen, also where it is spread over several screens. */
function isCovered({ x, y, width, height }: Rectangle, screens: readonly Rectangle[]): boolean {
  const corners = [x, x + width].flatMap((left) => [y, y + height].map((top) => [left, top] as const));
  return corners.every(([left, top]) =>
    screens.some(
      (screen) =>
        left >= screen.x &&
        left <= screen.x + screen.width &&
        top >= screen.y &&
        top <= screen.y + screen.height,
    ),
  );
}

/** Whether its title bar can be taken hold of on this screen. */
function isGraspable({ x, y, width }: Rectangle, screen: Rectangle): boolean {
  return (
    x + width >= screen.x + graspable &&
    x <= screen.x + screen.width - graspable &&
    y >= screen.y &&
    y <= screen.y + screen.height - graspable
  );
}

/** As near to where it was as all of it is on this screen. */
function within({ x, y, ...size }: Rectangle, screen: Rectangle): Rectangle {
  const { width, height } = sizeWithin(size, screen);
  const between = (wanted: number, least: number, most: number) => Math.max(least, Math.min(wanted, most));
  return {
    x: between(x, screen.x, screen.x + screen.width - width),
    y: between(y, screen.y, screen.y + screen.height - height),
    ...{ width, height },
  };
}

function sizeWithin(
  size: Pick<Rectangle, 'width' | 'height'>,
  screen: Rectangle,
): Pick<Rectangle, 'width' | 'height'> {
  const fit = (side: 'width' | 'height') => Math.max(leastSize[side], Math.min(size[side], screen[side]));
  return { width: fit('width'), height: fit('height') };
}

const themeSchema = z.object({ theme: z.enum(['system', 'light', 'dark']) });
export type RememberedTheme = z.output<typeof themeSchema>['theme'];

/** Which theme was chosen when the window was closed last. */
export function rememberedTheme(home: string): RememberedTheme {
  return read(home, themeSchema)?.theme ?? 'system';
}

/** Writes the place down when the window is closed, with the theme that is chosen then. */
export function rememberPlace(
  home: string,
  window: BrowserWindow,
  theme: Pick<NativeTheme, 'themeSource'>,
): void {
  window.on('close', () => {
    const place: WindowPlace & { readonly theme: RememberedTheme } = {
      ...window.getNormalBounds(),
      maximized: window.isMaximized(),
      fullScreen: window.isFullScreen(),
      zoom: window.webContents.getZoomLevel(),
      theme: theme.themeSource,
    };
    try {
      // At once: when the program quits, nothing waits for it.
      writeFileSync(join(home, 'window.json'), JSON.stringify(place), { mode: 0o600 });
    } catch {
      // Losing it costs a person one drag of a window.
    }
  });
}
