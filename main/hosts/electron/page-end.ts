/** Milliseconds in which a second end is no accident any more: what brought the page down does it again. */
const shortWhile = 5 * 60_000;

export type AfterPageEnd = 'nothing' | 'reload' | 'ask';

/**
 * What follows when the process behind a window's page is gone. `reason` as Electron names it; `reloadedAt`: when the window
 * last reloaded by itself, or null; milliseconds. An end that was asked for is none. The first other one is mended without a
 * word, and a page that ends again within a short while would be reloaded for ever: so somebody is asked.
 */
export function afterPageEnd(reason: string, reloadedAt: number | null, now: number): AfterPageEnd {
  if (reason === 'clean-exit') return 'nothing';
  return reloadedAt === null || now - reloadedAt > shortWhile ? 'reload' : 'ask';
}
