/** What only Windows shows. Told that it runs there, the program still runs on this system's files and processes. */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { afterAll, describe, expect, it } from 'vitest';
import { launchShell } from '../browser.ts';
import { call, theirWindows, useDesk, windowOf } from './desk.ts';
import type { Standin } from './launch.ts';

const chromium = await launchShell();
afterAll(() => chromium?.close());

describe.runIf(chromium !== null)('on Windows', () => {
  const desk = useDesk(chromium);
  const overlays = ({ journal }: Standin) => journal.filter(({ what }) => what === 'overlay');
  const something = { picture: expect.stringMatching(/overlay\.png$/) as string };

  /** The unread conversation of a window's person, once there is one. */
  async function unreadIn(page: Page): Promise<string> {
    const unread = async () => {
      const answer = await call(page, 'conversations.list', {});
      const { value } = answer as unknown as { value: readonly { id: string; unread: number }[] };
      return value.find((conversation) => conversation.unread > 0)?.id;
    };
    await expect.poll(unread).toBeDefined();
    return (await unread()) ?? expect.unreachable();
  }

  it('a picture at the button of the task bar says how much is unread, also in a window that opens again, until it is read', async () => {
    const demo = await desk.launch({ args: ['--demo'], platform: 'win32' });
    const [alice] = await theirWindows(demo);
    await unreadIn(alice);
    await expect.poll(() => overlays(demo).at(-1)).toMatchObject(something);
    await demo.close();

    const { standin, page } = await desk.start({ platform: 'win32', home: join(desk.home, 'alice') });
    await expect.poll(() => overlays(standin).at(-1)).toMatchObject(something);

    // The button of a window that opens again is a new one.
    await call(page, 'settings.update', { window: { closeToTray: true } });
    await expect.poll(() => call(page, 'app.glance', {})).toMatchObject({ value: { keepsRunning: true } });
    standin.perform({ closeWindow: 0 });
    await expect.poll(() => standin.pages().length).toBe(0);
    const before = overlays(standin).length;
    standin.perform({ clickTrayIcon: true });
    const again = await windowOf(standin);
    await expect.poll(() => overlays(standin)[before]).toMatchObject(something);

    await call(again, 'conversations.markRead', { conversationId: await unreadIn(again) });
    await expect
      .poll(() => overlays(standin).at(-1))
      .toEqual({ what: 'overlay', picture: null, description: '' });
    expect(standin.journal.filter(({ what }) => what === 'badge')).toEqual([]);
  }, 90_000);
});
