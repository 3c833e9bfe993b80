import { describe, expect, it, test } from 'vitest';
import { staysWithoutWindow, together } from '../../../main/hosts/electron/glances.ts';
import { trayImageName, trayMenu, trayToolTip } from '../../../main/hosts/electron/tray-menu.ts';
import { keepsRunning } from '../../../main/messenger/glance.ts';
import type { AppGlance } from '../../../preload/contract/app.ts';

type MenuItem = ReturnType<typeof trayMenu>[number];

const calm: AppGlance = {
  ...{ unread: 0, connection: 'online', mutedUntil: null, pausedUntil: null, keepsRunning: false },
  update: null,
};
const now = new Date(2026, 10, 24, 15).getTime();
const hour = 3_600_000;

function menuOf(glance: AppGlance | null) {
  const asked: unknown[] = [];
  const note = (what: string) => (value?: unknown) =>
    void asked.push(value === undefined ? what : [what, value]);
  const menu = trayMenu(
    glance,
    {
      ...{ open: note('open'), openConnectivity: note('connectivity'), quit: note('quit') },
      ...{ mute: note('mute'), pause: note('pause'), update: note('update') },
    },
    now,
  );
  const itemsIn = (items: readonly MenuItem[]): readonly MenuItem[] =>
    items.flatMap((item) => [item, ...itemsIn((item.submenu ?? []) as MenuItem[])]);
  const items = itemsIn(menu);
  const click = (label: RegExp) => {
    const found = items.find((item) => label.test(item.label ?? ''));
    (found?.click as (() => void) | undefined)?.();
    return asked.at(-1);
  };
  return { labels: items.flatMap(({ label }) => label ?? []), click };
}

describe('the menu of the tray', () => {
  it('opens, leads to the connection, mutes, pauses and quits', () => {
    const { labels, click } = menuOf(calm);
    expect(click(/^Open/)).toBe('open');
    expect(click(/^Connected$/)).toBe('connectivity');
    expect(click(/^Quit/)).toBe('quit');
    expect(click(/^For 8 Hours$/)).toEqual(['mute', 'eight-hours']);
    expect(labels.filter((label) => label === 'Until Tomorrow')).toHaveLength(2);
  });

  it('says until when it is muted and paused, and ends that in one click', () => {
    const { labels, click } = menuOf({ ...calm, mutedUntil: now + hour, pausedUntil: now + 17 * hour });
    expect(click(/^Unmute/)).toEqual(['mute', null]);
    expect(click(/^Go on/)).toEqual(['pause', null]);
    expect(labels.join()).toMatch(/4:00|16:00/);
    expect(labels.join()).toContain('Wednesday');
    expect(labels).not.toContain('For 1 Hour');
  });

  it.each([
    ['offline', /^Offline$/],
    ['trouble', /Attention/],
    ['paused', /Paused/],
  ] as const)('says that it is %s', (connection, label) => {
    expect(menuOf({ ...calm, connection }).click(label)).toBe('connectivity');
  });

  it('has a newer version at hand, by its name, and says what happens then', () => {
    expect(menuOf(calm).labels.join()).not.toMatch(/Update|Install/);
    const restart = menuOf({ ...calm, update: { version: '1.2.3', by: 'restart' } });
    expect(restart.click(/^Restart to Update to 1\.2\.3$/)).toBe('update');
    const installer = menuOf({ ...calm, update: { version: '1.2.3', by: 'installer' } });
    expect(installer.click(/^Install Version 1\.2\.3…$/)).toBe('update');
  });

  it('of a locked home only opens and quits', () => {
    expect(menuOf(null).labels).toHaveLength(2);
  });
});

test('the tip says in one line what the image means', () => {
  expect(trayToolTip(calm)).toBe('DockerComms');
  expect(trayToolTip({ ...calm, unread: 1, connection: 'offline' })).toMatch(/1 unread message, offline/);
  expect(trayToolTip({ ...calm, mutedUntil: now + 1 })).toMatch(/muted/);
  expect(trayToolTip(null)).toMatch(/locked/);
});

test.each([
  ['darwin', true, false, 'trayTemplate.png'],
  ['darwin', false, true, 'trayUnreadTemplate.png'],
  ['win32', true, true, 'trayUnreadOnDark.ico'],
  ['linux', false, false, 'trayOnLight.png'],
] as const)('the image on %s, dark %s, unread %s, is %s', (platform, dark, unread, name) => {
  expect(trayImageName(unread, { platform, dark })).toBe(name);
});

test('several homes are shown together: all that is unread, the worst connection, muted only when all are', () => {
  const other: AppGlance = { ...calm, unread: 2, connection: 'offline', mutedUntil: now };
  expect(together([])).toBeNull();
  expect(together([{ ...calm, unread: 1 }, other])).toEqual({ ...calm, unread: 3, connection: 'offline' });
  expect(together([other, { ...other, mutedUntil: now - hour }])?.mutedUntil).toBe(now - hour);
});

describe('without a window the program', () => {
  const usual = { window: { closeToTray: null } };
  const chosen = { window: { closeToTray: true } };
  it.each([
    ['linux', usual, true, false],
    ['linux', chosen, true, true],
    // No way back, no going on.
    ['linux', chosen, false, false],
    ['win32', usual, true, true],
    ['win32', usual, false, false],
    ['win32', { window: { closeToTray: false } }, true, false],
    ['darwin', { window: { closeToTray: false } }, false, true],
  ] as const)('on %s, with %j and a tray: %s, goes on: %s', (platform, settings, hasTray, goesOn) => {
    const glance = { ...calm, keepsRunning: keepsRunning(settings, platform) };
    expect(staysWithoutWindow(glance, hasTray, platform)).toBe(goesOn);
  });

  it('ends where its home is locked and nothing is known of its settings', () => {
    expect(staysWithoutWindow(null, true, 'win32')).toBe(false);
    expect(staysWithoutWindow(null, false, 'darwin')).toBe(true);
  });
});
