/** The window of a start: made while the engine opens, and seen by nobody before there is something to see. */
import { afterAll, describe, expect, it } from 'vitest';
import { acquireHome } from '../../main/store/home-lock.ts';
import { launchShell } from '../browser.ts';
import { lockHome } from '../messenger/lock-home.ts';
import { call, useDesk } from './desk.ts';
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
