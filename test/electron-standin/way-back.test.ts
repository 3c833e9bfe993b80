/**
 * A window that is closed or not there: something always leads back to it, or the program ends. On the built Electron host;
 * what macOS does is what the program does when it is told that it runs there.
 */
import type { Page } from '@playwright/test';
import { afterAll, describe, expect, it } from 'vitest';
import { hostWords } from '../../main/hosts/electron/locales/en.ts';
import { words } from '../../renderer/locales/en.ts';
import { launchShell } from '../browser.ts';
import { lockHome } from '../messenger/lock-home.ts';
import { call, useDesk, windowOf } from './desk.ts';
import type { Standin } from './launch.ts';

const chromium = await launchShell();
afterAll(() => chromium?.close());

const atLogin = { args: ['--hidden'] };
const windowsOpened = ({ journal }: Standin) => journal.filter(({ what }) => what === 'window').length;
const toldOf = ({ journal }: Standin) =>
  journal.filter(({ what, title }) => what === 'notification' && title === hostWords.stillRunning.title);

describe.runIf(chromium !== null)('the way back to the window', () => {
  const desk = useDesk(chromium);

  /** Closing the window leaves the program running. */
  async function chooseTray(page: Page): Promise<void> {
    await call(page, 'settings.update', { window: { closeToTray: true } });
    await expect.poll(() => call(page, 'app.glance', {})).toMatchObject({ value: { keepsRunning: true } });
  }
  async function closeWindow(standin: Standin): Promise<void> {
    standin.perform({ closeWindow: 0 });
    await expect.poll(() => standin.pages().length).toBe(0);
  }

  it('is told the first time that closing it leaves the program running, and never again in this home', async () => {
    const { standin, page } = await desk.start();
    await chooseTray(page);
    await closeWindow(standin);
    await expect.poll(() => toldOf(standin)).toMatchObject([{ silent: true }]);
    // A click is one of the ways.
    standin.perform({ clickNotification: 0 });
    await windowOf(standin);
    await closeWindow(standin);
    standin.perform({ clickTrayIcon: true });
    await windowOf(standin);
    expect(toldOf(standin)).toHaveLength(1);
    await standin.close();

    const next = await desk.start();
    await closeWindow(next.standin);
    next.standin.emit('second-instance');
    await windowOf(next.standin);
    expect(toldOf(next.standin)).toEqual([]);
  });

  it('is told when notifications are no longer muted, and not while they are', async () => {
    const { standin, page } = await desk.start();
    await chooseTray(page);
    await call(page, 'quiet.mute', { length: 'hour' });
    await closeWindow(standin);
    standin.perform({ clickTrayIcon: true });
    const again = await windowOf(standin);
    expect(toldOf(standin)).toEqual([]);
    await call(again, 'quiet.mute', { length: null });
    await closeWindow(standin);
    await expect.poll(() => toldOf(standin)).toHaveLength(1);
  });

  it('is not told where the program ends with its window, or is being quit', async () => {
    const { standin } = await desk.start();
    standin.perform({ closeWindow: 0 });
    expect(await standin.ended).toBe(0);
    expect(toldOf(standin)).toEqual([]);

    const next = await desk.start();
    await chooseTray(next.page);
    await next.standin.close();
    expect(toldOf(next.standin)).toEqual([]);
  });

  it('is the end of the program where there is no tray, whatever was chosen', async () => {
    const { standin, page } = await desk.start({ env: { STANDIN_TRAY: 'none' } });
    await chooseTray(page);
    standin.perform({ closeWindow: 0 });
    expect(await standin.ended).toBe(0);
    expect(toldOf(standin)).toEqual([]);
    // And at login there is a window, since nothing else would lead to one.
    await desk.start({ ...atLogin, env: { STANDIN_TRAY: 'none' } });
  });

  it('at login: there is a window where the program does not go on without one, or the home is locked', async () => {
    const { standin, page } = await desk.start(atLogin);
    await chooseTray(page);
    await standin.close();

    const hidden = await desk.launch(atLogin);
    await hidden.wrote('badge');
    hidden.emit('second-instance');
    await windowOf(hidden);
    expect(windowsOpened(hidden)).toBe(1);
    await hidden.close();

    await lockHome(desk.home, 'a lamp, a ladder and a lemon');
    await desk.start(atLogin);
  });

  it('at login: there is a window for whoever asks for one while the program is still starting', async () => {
    const { standin, page } = await desk.start();
    await chooseTray(page);
    await standin.close();
    await desk.start({ ...atLogin, atStart: [{ event: 'second-instance', values: [] }] });
  });

  it('on macOS is the Dock, also after a start at login, and nobody is told what every program there does', async () => {
    const standin = await desk.launch({ platform: 'darwin', env: { STANDIN_OPENED_AT_LOGIN: '1' } });
    await standin.wrote('badge');
    // What the system draws follows the window's theme.
    await standin.wrote('theme-source', { source: 'system' });
    standin.emit('activate');
    await windowOf(standin);
    expect(windowsOpened(standin)).toBe(1);
    await closeWindow(standin);
    // There a click on the icon in the menu bar opens its menu.
    standin.perform({ clickTrayIcon: true });
    standin.emit('activate');
    await windowOf(standin);
    expect(windowsOpened(standin)).toBe(2);
    expect(toldOf(standin)).toEqual([]);
  });

  it('on macOS is also the menu of the Dock, which begins a conversation, mutes and pauses, and is nowhere else', async () => {
    const dockMenu = ({ journal }: Standin) => journal.findLast(({ what }) => what === 'dock-menu')?.labels;
    const { standin, page } = await desk.start({ platform: 'darwin' });
    await call(page, 'accounts.create', { kind: 'this-computer', identity: 'me@example.org' });
    const { mute, pause, lengths } = hostWords.tray;
    await expect.poll(() => dockMenu(standin)).toEqual([hostWords.menu.newConversation, mute, pause]);
    standin.perform({ clickDock: lengths.hour });
    await expect.poll(() => dockMenu(standin)).toContainEqual(expect.stringMatching(/^Unmute/));
    await closeWindow(standin);
    standin.perform({ clickDock: hostWords.menu.newConversation });
    const again = await windowOf(standin);
    await again.getByRole('dialog', { name: words.newConversation.title }).waitFor();
    // A program that is ending leads nowhere any more.
    const focused = () => standin.journal.filter(({ what }) => what === 'window-focused').length;
    const before = focused();
    const closed = standin.close();
    standin.perform({ clickDock: hostWords.menu.newConversation });
    await closed;
    expect(focused()).toBe(before);

    await lockHome(desk.home, 'a lamp, a ladder and a lemon');
    const locked = await desk.start({ platform: 'darwin' });
    await expect.poll(() => dockMenu(locked.standin)).toEqual([]);
    await locked.standin.close();
    const elsewhere = await desk.start();
    await elsewhere.standin.wrote('tray-menu');
    expect(dockMenu(elsewhere.standin)).toBeUndefined();
  });
});
