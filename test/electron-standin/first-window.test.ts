/** The window of a start: made while the engine opens, and seen by nobody before there is something to see. */
import { afterAll, describe, expect, it } from 'vitest';
import { acquireHome } from '../../main/store/home-lock.ts';
import { launchShell } from '../browser.ts';
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
