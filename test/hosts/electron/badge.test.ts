import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';

class Window extends EventEmitter {
  readonly setOverlayIcon = vi.fn<(picture: unknown, description: string) => void>();
}

const { app, windows } = vi.hoisted(() => ({
  windows: [] as unknown[],
  app: { setBadgeCount: vi.fn(), on: vi.fn() },
}));
vi.mock('electron', () => ({
  app,
  BrowserWindow: { getAllWindows: () => windows },
  nativeImage: { createFromPath: (path: string) => ({ path }) },
}));
const { Badge } = await import('../../../main/hosts/electron/badge.ts');

const overlay: unknown = expect.objectContaining({ path: expect.stringMatching(/overlay\.png$/) as string });

beforeEach(() => {
  vi.clearAllMocks();
  windows.length = 0;
});

describe('the badge', () => {
  it.each(['darwin', 'linux'] as const)('counts what is unread on %s', (platform) => {
    const badge = new Badge('/assets', platform);
    for (const unread of [2, 0]) badge.show(unread);
    expect(app.setBadgeCount.mock.calls).toEqual([[2], [0]]);
    expect(app.on).not.toHaveBeenCalled();
  });

  it('is on Windows a picture at the button of every window, which says how many there are, and goes with the last', () => {
    const window = new Window();
    windows.push(window);
    const badge = new Badge('/assets', 'win32');
    badge.show(1);
    expect(window.setOverlayIcon).toHaveBeenLastCalledWith(overlay, expect.stringMatching(/^1\D/));
    badge.show(0);
    expect(window.setOverlayIcon).toHaveBeenLastCalledWith(null, '');
  });

  it('is on Windows put on again whenever a window gets its button, also one that is older than the badge', () => {
    const older = new Window();
    windows.push(older);
    const badge = new Badge('/assets', 'win32');
    badge.show(3);
    older.setOverlayIcon.mockReset();
    older.emit('show');
    expect(older.setOverlayIcon).toHaveBeenLastCalledWith(overlay, expect.stringMatching(/^3\D/));
    const [event, created] = app.on.mock.calls[0] as [string, (event: unknown, window: Window) => void];
    expect(event).toBe('browser-window-created');
    const later = new Window();
    created({}, later);
    expect(later.setOverlayIcon).not.toHaveBeenCalled();
    later.emit('show');
    expect(later.setOverlayIcon).toHaveBeenLastCalledWith(overlay, expect.stringMatching(/^3\D/));
  });
});
