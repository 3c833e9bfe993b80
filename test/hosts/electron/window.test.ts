import { setImmediate } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';

vi.mock('electron', () => ({ BrowserWindow: {}, screen: {}, clipboard: {}, Menu: {} }));
const { bringForward, loadWindow } = await import('../../../main/hosts/electron/window.ts');

type Window = Parameters<typeof loadWindow>[0];

function windowThat({ isDestroyed = false, isMinimized = false }) {
  const done: string[] = [];
  const does = (what: string) => () => void done.push(what);
  const window = {
    loadURL: () => Promise.reject(new Error('ERR_UNEXPECTED')),
    isDestroyed: () => isDestroyed,
    isMinimized: () => isMinimized,
    ...{ show: does('show'), focus: does('focus'), restore: does('restore') },
  };
  return { window: window as unknown as Window, done };
}

it('a window that cannot be loaded is shown empty once it may be seen, so that it can be closed', async () => {
  const { window, done } = windowThat({});
  const mayShow = Promise.withResolvers<undefined>();
  const loading = loadWindow(window, mayShow.promise);
  await setImmediate();
  expect(done).toEqual([]);
  mayShow.resolve(undefined);
  await expect(loading).rejects.toThrow('ERR_UNEXPECTED');
  expect(done).toEqual(['show']);
});

it('a window that was closed before it had loaded stays closed', async () => {
  const { window, done } = windowThat({ isDestroyed: true });
  await expect(loadWindow(window, Promise.resolve())).rejects.toThrow();
  expect(done).toEqual([]);
});

it('a window comes forward also from the task bar', () => {
  const { window, done } = windowThat({ isMinimized: true });
  bringForward(window);
  expect(done).toEqual(['restore', 'show', 'focus']);
});
