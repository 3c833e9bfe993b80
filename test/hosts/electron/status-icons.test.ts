import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DockerCommsError } from '../../../main/base/errors.ts';
import { hostWords } from '../../../main/hosts/electron/locales/en.ts';
import type { AppGlance } from '../../../preload/contract/app.ts';
import { ScriptedEngine } from '../scripted-engine.ts';

type Item = Electron.MenuItemConstructorOptions;

const { menus, badges } = vi.hoisted(() => ({ menus: [] as Item[][], badges: [] as number[] }));
vi.mock('electron', () => ({
  app: { quit: vi.fn(), setBadgeCount: (count: number) => badges.push(count), on: vi.fn() },
  BrowserWindow: { getAllWindows: () => [] },
  Menu: { buildFromTemplate: (items: Item[]) => items },
  nativeImage: { createFromPath: (path: string) => path },
  nativeTheme: { shouldUseDarkColors: false, on: vi.fn() },
  Tray: class {
    on = vi.fn();
    setImage = vi.fn();
    setToolTip = vi.fn();
    setContextMenu = (menu: Item[]) => menus.push(menu);
  },
}));
const { StatusIcons } = await import('../../../main/hosts/electron/status-icons.ts');

const calm: AppGlance = {
  ...{ unread: 0, connection: 'online', mutedUntil: null, pausedUntil: null, keepsRunning: false },
  update: null,
};

describe('the icons of the system', () => {
  let engine: ScriptedEngine;
  let glance: AppGlance;
  const goTo = vi.fn();

  beforeEach(async () => {
    menus.length = badges.length = 0;
    goTo.mockReset();
    engine = new ScriptedEngine();
    glance = calm;
    engine.answer = (method) => Promise.resolve(method === 'app.glance' ? glance : null);
    await StatusIcons.show({ assets: '/assets', engines: [engine], open: vi.fn(), goTo, bring: vi.fn() });
  });

  const news = () => {
    engine.tell({ type: 'updates.changed' });
  };
  const offer = async () => {
    glance = { ...calm, update: { version: '1.2.3', by: 'restart' } };
    news();
    await expect
      .poll(() => menus.at(-1)?.map(({ label }) => label))
      .toContain(hostWords.tray.update.restart('1.2.3'));
    const item = menus.at(-1)?.find(({ label }) => label === hostWords.tray.update.restart('1.2.3'));
    return item?.click as () => void;
  };

  it('leave an open menu alone while nothing that they show has changed', async () => {
    const before = menus.length;
    for (let piece = 0; piece < 20; piece += 1) news();
    await offer();
    expect(menus).toHaveLength(before + 1);
    expect(badges).toEqual([0, 0]);
  });

  it('have a newer version at hand, which is installed with one click', async () => {
    (await offer())();
    await expect.poll(() => engine.calls.at(-1)?.method).toBe('updates.install');
    expect(goTo).not.toHaveBeenCalled();
  });

  it('lead to the settings where it cannot be installed', async () => {
    const install = await offer();
    engine.answer = () => Promise.reject(new DockerCommsError('verification-failed', 'It was changed.'));
    install();
    await expect.poll(() => goTo.mock.calls).toEqual([[{ kind: 'settings', part: 'about' }]]);
  });
});
