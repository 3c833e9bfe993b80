import { beforeEach, describe, expect, it, vi } from 'vitest';
import { hostWords } from '../../../main/hosts/electron/locales/en.ts';
import type { AppGlance } from '../../../preload/contract/app.ts';

type Item = Electron.MenuItemConstructorOptions;

const app = vi.hoisted((): { dock?: { setMenu: (menu: Item[]) => void } } => ({}));
vi.mock('electron', () => ({ app, Menu: { buildFromTemplate: (items: Item[]) => items } }));
const { dockMenu, showDockMenu } = await import('../../../main/hosts/electron/dock-menu.ts');

const calm: AppGlance = {
  ...{ unread: 3, connection: 'offline', mutedUntil: null, pausedUntil: null, keepsRunning: false },
  update: { version: '1.2.3', by: 'restart' },
};
const now = new Date(2026, 10, 24, 15).getTime();
const actions = { newConversation: vi.fn(), mute: vi.fn(), pause: vi.fn() };
const { tray, menu } = hostWords;

const labelsOf = (items: readonly Item[]) => items.flatMap(({ label }) => label ?? []);
function click(items: readonly Item[], ...path: readonly string[]): void {
  const [label, ...further] = path;
  const found = items.find((item) => item.label === label);
  if (further.length > 0) click((found?.submenu ?? []) as Item[], ...further);
  else (found?.click as (() => void) | undefined)?.();
}

beforeEach(() => {
  vi.clearAllMocks();
  delete app.dock;
});

describe('the menu of the Dock', () => {
  it('begins a conversation, mutes and pauses, in the words of the tray', () => {
    const items = dockMenu(calm, actions, now);
    click(items, menu.newConversation);
    expect(actions.newConversation).toHaveBeenCalledOnce();
    click(items, tray.mute, tray.lengths['eight-hours']);
    expect(actions.mute).toHaveBeenCalledWith('eight-hours');
    click(items, tray.pause, tray.lengths['until-tomorrow']);
    expect(actions.pause).toHaveBeenCalledWith('until-tomorrow');
  });

  it('ends both in one click', () => {
    const until = now + 3_600_000;
    const items = dockMenu({ ...calm, mutedUntil: until, pausedUntil: until }, actions, now);
    const [, unmute = '', goOn = ''] = labelsOf(items);
    expect(unmute).toMatch(/^Unmute/);
    click(items, unmute);
    expect(actions.mute).toHaveBeenCalledWith(null);
    click(items, goOn);
    expect(actions.pause).toHaveBeenCalledWith(null);
  });

  it('has nothing that macOS adds itself, and nothing that waits in the menu bar', () => {
    expect(labelsOf(dockMenu(calm, actions, now))).toEqual([menu.newConversation, tray.mute, tray.pause]);
  });

  it('of a locked home is empty', () => {
    expect(dockMenu(null, actions, now)).toEqual([]);
  });

  it('is shown where there is a Dock, and nowhere else', () => {
    showDockMenu(calm, actions);
    app.dock = { setMenu: vi.fn() };
    showDockMenu(calm, actions);
    expect(app.dock.setMenu).toHaveBeenCalledExactlyOnceWith(
      expect.arrayContaining([expect.objectContaining({ label: menu.newConversation })]),
    );
  });
});
