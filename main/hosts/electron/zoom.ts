import type { WebContents } from 'electron';

/** One step of Chromium's scale, in which each whole number is a factor of 1.2. */
const step = 0.5;
/** Chromium's scale: from a bit over half the size to twice and a half, where the narrowest window still holds a conversation. */
export const zoomLimits = { least: -3, most: 5 } as const;

/** A level that a window can have; anything else is the usual size. */
export function usableZoom(level: number): number {
  return Number.isFinite(level) ? Math.min(zoomLimits.most, Math.max(zoomLimits.least, level)) : 0;
}

export function zoomBy(contents: WebContents, direction: 1 | -1): void {
  contents.setZoomLevel(usableZoom(contents.getZoomLevel() + direction * step));
}

export function zoomReset(contents: WebContents): void {
  contents.setZoomLevel(0);
}

/** With the wheel and Ctrl, as in a browser: Electron tells of it and does nothing. */
export function zoomByWheel(contents: WebContents): void {
  contents.on('zoom-changed', (_event, direction) => {
    zoomBy(contents, direction === 'in' ? 1 : -1);
  });
}
