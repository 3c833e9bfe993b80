/** Pixels. Less cuts most names, more only moves the conversation away; the usual one is halfway. */
export const listWidthLimits = { least: 280, most: 360, usual: 320 } as const;
const storageKey = 'dockercomms.list-width';

export function clampListWidth(width: number): number {
  if (!Number.isFinite(width)) return listWidthLimits.usual;
  return Math.round(Math.min(listWidthLimits.most, Math.max(listWidthLimits.least, width)));
}

/** A convenience of this window, so it stays in the window's own storage. */
export function rememberedListWidth(): number {
  const stored = localStorage.getItem(storageKey);
  return stored === null ? listWidthLimits.usual : clampListWidth(Number(stored));
}

export function rememberListWidth(width: number): void {
  localStorage.setItem(storageKey, String(width));
}
