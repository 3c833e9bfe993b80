/** The window of a start: made while the engine opens, and seen by nobody before there is something to see. */
import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { acquireHome } from '../../main/store/home-lock.ts';
import { words } from '../../renderer/locales/en.ts';
import { launchShell } from '../browser.ts';
import { lockHome } from '../messenger/lock-home.ts';
import { call, useDesk, windowOf } from './desk.ts';
import type { Standin } from './launch.ts';

const chromium = await launchShell();
afterAll(() => chromium?.close());

const wrote = ({ journal }: Standin, what: string) => journal.findIndex((entry) => entry.what === what);

describe.runIf(chromium !== null)('the first window', () => {
  const desk = useDesk(chromium);

  it('is made before the home is open, is answered as soon as it is, and is seen only then', async () => {
    const { standin, page } = await desk.start();
    expect(await call(page, 'app.status', {})).toMatchObject({ ok: true });
    await standin.wrote('window-shown');
    // The tray is there as soon as there is an engine.
    expect(wrote(standin, 'window')).toBeLessThan(wrote(standin, 'tray'));
    expect(wrote(standin, 'tray')).toBeLessThan(wrote(standin, 'window-shown'));
  });

  describe('while the home still opens', () => {
    const vault = () => join(desk.home, 'vault.json');
    let content: Buffer | null = null;
    // Otherwise a program that was quit would wait for ever.
    afterEach(letOn);

    /** A home with an account, whose next start waits for its vault until it is let on. */
    async function makeSlowHome(): Promise<void> {
      const { standin, page } = await desk.start();
      await call(page, 'accounts.create', { kind: 'this-computer', identity: 'me@example.org' });
      await standin.close();
      content = await readFile(vault());
      await rm(vault());
      // Whoever reads it waits for somebody who writes it.
      execFileSync('mkfifo', [vault()]);
    }

    /** Once somebody reads it. */
    async function letOn(): Promise<void> {
      if (content === null) return;
      const flags = constants.O_WRONLY | constants.O_NONBLOCK;
      const pipe = await vi.waitFor(() => open(vault(), flags), { timeout: 60_000 });
      // Whoever reads it again finds a file.
      await rm(vault());
      await writeFile(vault(), content, { mode: 0o600 });
      await pipe.writeFile(content);
      await pipe.close();
      content = null;
    }

    it('has its page, unseen; what is brought and asked for meanwhile is there when it is seen', async () => {
      await makeSlowHome();
      const { standin, page } = await desk.start({ platform: 'darwin' });
      const answered = call(page, 'app.status', {});
      standin.emit('open-url', 'dockercomms:conversation?v=1&id=bob');
      standin.emit('activate');
      standin.emit('second-instance');
      await page.getByText(words.start.loading).waitFor({ state: 'attached' });
      expect(wrote(standin, 'window-shown')).toBe(-1);
      await letOn();
      expect(await answered).toMatchObject({ ok: true, value: { phase: 'ready' } });
      const dialog = page.getByRole('dialog', { name: words.newConversation.title });
      const field = dialog.getByLabel(words.newConversation.identity);
      await expect.poll(() => field.inputValue()).toBe('bob');
      expect(standin.journal.filter(({ what }) => what === 'window-shown')).toHaveLength(1);
      expect(standin.journal.filter(({ what }) => what === 'window')).toHaveLength(1);
    });

    it('loads its page again when that crashes, and is seen all the same', async () => {
      await makeSlowHome();
      const { standin, page } = await desk.start();
      const gone = new Promise((resolve) => page.once('close', resolve));
      const devtools = await page.context().newCDPSession(page);
      devtools.send('Page.crash').catch(() => undefined);
      await gone;
      const next = await windowOf(standin);
      expect(wrote(standin, 'window-shown')).toBe(-1);
      await letOn();
      await next.getByRole('navigation', { name: words.list.label }).waitFor();
      await standin.wrote('window-shown');
    });

    it('is never seen when the program is quit', async () => {
      await makeSlowHome();
      const { standin } = await desk.start();
      const closed = standin.close();
      await letOn();
      await closed;
      expect(await standin.ended).toBe(0);
      expect(wrote(standin, 'window-shown')).toBe(-1);
    });
  });

  it('is not made for a start that nobody waits for', async () => {
    const first = await desk.start();
    await call(first.page, 'settings.update', { window: { closeToTray: true } });
    await first.standin.close();
    const standin = await desk.launch({ args: ['--hidden'] });
    await standin.wrote('badge');
    expect(wrote(standin, 'window')).toBe(-1);
  });

  it('is drawn from the beginning as was chosen, where what Electron knows of the theme is ours', async () => {
    const { standin, page } = await desk.start({ platform: 'darwin' });
    await call(page, 'settings.update', { appearance: { theme: 'dark' } });
    await standin.wrote('theme-source', { source: 'dark' });
    await standin.close();

    const next = await desk.start({ platform: 'darwin' });
    expect(await next.standin.wrote('theme-source')).toMatchObject({ source: 'dark' });
    expect(wrote(next.standin, 'theme-source')).toBeLessThan(wrote(next.standin, 'window'));
    // Locked it tells nobody, and goes on looking so.
    await next.standin.close();
    await lockHome(desk.home, 'a lamp, a ladder and a lemon');
    const locked = await desk.start({ platform: 'darwin' });
    await locked.standin.wrote('window-shown');
    const themes = locked.standin.journal.filter(({ what }) => what === 'theme-source');
    expect(themes).toEqual([{ what: 'theme-source', source: 'dark' }]);
  });

  it('of a home that another program has is never seen: that is said, and the program ends', async () => {
    const owner = await acquireHome(desk.home);
    try {
      const standin = await desk.launch();
      expect(await standin.ended).toBe(1);
      expect(standin.journal).toContainEqual(expect.objectContaining({ what: 'error-box' }));
      expect(wrote(standin, 'window-shown')).toBe(-1);
    } finally {
      await owner.release();
    }
  });
});
