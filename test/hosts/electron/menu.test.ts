import { describe, expect, it, vi } from 'vitest';

vi.mock('electron', () => ({ app: {}, BrowserWindow: {}, Menu: {} }));
const { applicationMenu } = await import('../../../main/hosts/electron/menu.ts');

type Item = Electron.MenuItemConstructorOptions;

const itemsIn = (items: readonly Item[]): readonly Item[] =>
  items.flatMap((item) => [item, ...itemsIn((item.submenu ?? []) as Item[])]);

describe.each(['linux', 'win32', 'darwin'] as const)('the menu of the program on %s', (platform) => {
  const goTo = vi.fn();
  const bar = applicationMenu(platform, goTo);
  const items = itemsIn(bar);

  it('leads where the window has to, by keys that are there for nothing else', () => {
    const leads = items.filter(({ accelerator, click }) => accelerator !== undefined && click !== undefined);
    const keys = leads.map(({ accelerator }) => String(accelerator));
    expect(new Set(keys).size).toBe(keys.length);
    const press = (key: string) => {
      leads
        .find(({ accelerator }) => accelerator === `CmdOrCtrl+${key}`)
        ?.click?.(...([] as unknown as Parameters<NonNullable<Item['click']>>));
      return goTo.mock.lastCall as unknown;
    };
    expect(press('N')).toEqual([{ kind: 'new-conversation' }]);
    expect(press('O')).toEqual([{ kind: 'attach' }]);
    expect(press('K')).toEqual([{ kind: 'search' }]);
    expect(press(',')).toEqual([{ kind: 'settings' }]);
  });

  it('has what every program has, by the roles that bring the keys of the system', () => {
    const roles = items.flatMap(({ role }) => role ?? []);
    const everywhere = ['undo', 'redo', 'cut', 'copy', 'paste', 'pasteAndMatchStyle', 'selectAll'] as const;
    expect(roles).toEqual(
      expect.arrayContaining([...everywhere, 'close', 'quit', 'minimize', 'togglefullscreen']),
    );
    expect(roles.includes('hide')).toBe(platform === 'darwin');
    for (const { label, type } of items) expect(label !== undefined || type === 'separator').toBe(true);
  });
});

it.each(['linux', 'win32'] as const)(
  'each menu of the bar opens on %s with Alt and a letter of its own',
  (platform) => {
    const bar = applicationMenu(platform, () => undefined);
    const letters = bar.map(({ label = '' }) => /&(\w)/.exec(label)?.[1]?.toLowerCase());
    expect(letters).not.toContain(undefined);
    expect(new Set(letters).size).toBe(bar.length);
  },
);
