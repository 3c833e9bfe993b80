import type { WebContents } from './web-contents.ts';

/** The windows that are open: the application ends with the last one. */
export const openWindows = new Set<{ close(): void; readonly webContents: WebContents }>();
