import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserWindow, Rectangle } from 'electron';
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

/** Where the window was last, as far as a screen is there now; a file that makes no sense counts as none. */
export function rememberedPlace(home: string, screens: readonly Rectangle[]): WindowPlace {
  try {
    const place = placeSchema.parse(JSON.parse(readFileSync(join(home, 'window.json'), 'utf8')));
    const { maximized, fullScreen, zoom } = place;
    return isReachable(place, screens)
      ? fitting(place, screens)
      : { ...usualPlace, maximized, fullScreen, zoom };
  } catch {
    return usualPlace;
  }
}

/** No larger than the largest screen that is there now: it may have been on a larger one. */
function fitting(place: WindowPlace, screens: readonly Rectangle[]): WindowPlace {
  const fit = (side: 'width' | 'height') =>
    Math.max(leastSize[side], Math.min(place[side], Math.max(...screens.map((screen) => screen[side]))));
  return { ...place, width: fit('width'), height: fit('height') };
}

export function isReachable(
  { x, y, width }: Pick<WindowPlace, 'x' | 'y' | 'width'>,
  screens: readonly Rectangle[],
): boolean {
  if (x === undefined || y === undefined) return true;
  return screens.some(
    (screen) =>
      x + width >= screen.x + graspable &&
      x <= screen.x + screen.width - graspable &&
      y >= screen.y &&
      y <= screen.y + screen.height - graspable,
  );
}

/** Writes the place down whenever the window is closed or hidden. */
export function rememberPlace(home: string, window: BrowserWindow): void {
  window.on('close', () => {
    const place: WindowPlace = {
      ...window.getNormalBounds(),
      maximized: window.isMaximized(),
      fullScreen: window.isFullScreen(),
      zoom: window.webContents.getZoomLevel(),
    };
    try {
      // At once: when the program quits, nothing waits for it.
      writeFileSync(join(home, 'window.json'), JSON.stringify(place), { mode: 0o600 });
    } catch {
      // Losing it costs a person one drag of a window.
    }
  });
}
