/** What the window tells of a newer version: part of `window.browser.test.ts`, which has built and opened it. */
import type { Page } from '@playwright/test';
import { expect, it } from 'vitest';
import { words } from '../../renderer/locales/en.ts';
import type { UpdatesView } from '../../preload/contract/updates.ts';
import type { WindowTools } from './trust-in-window.ts';

const offered = { kind: 'offered', version: '0.2.0', bytes: 112_000_000 } as const;
const ready = { kind: 'ready', version: '0.2.0', by: 'restart' } as const;
const later = (page: Page) => page.getByRole('button', { name: words.updates.later });
const tell = (page: Page, change: Partial<UpdatesView>) =>
  page.evaluate((view) => window.scripted.updates.tell(view), { from: 'registry' as const, ...change });
const asked = (page: Page, method: string) =>
  page.evaluate((name) => window.scripted.calls.filter((call) => call.method === name).length, method);

export function showsUpdates({ open, scan }: WindowTools): void {
  const timeout = 120_000;
  it(
    'tells of a version that is ready in one quiet line, and of nothing once that was answered',
    { timeout },
    async () => {
      const page = await open('talk');
      await tell(page, { step: ready, isNews: true });
      await page.getByText(words.updates.news(ready)).waitFor();
      // It takes the focus from nobody and covers nothing.
      expect(await page.getByRole('dialog').count()).toBe(0);
      expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
      await scan(page);
      await later(page).click();
      await page.getByText(words.updates.news(ready)).waitFor({ state: 'detached' });
      expect(await asked(page, 'updates.dismiss')).toBe(1);
      expect(await asked(page, 'updates.install')).toBe(0);
    },
  );

  it('installs what is ready from there, and leads to the settings where a person has to fetch it', async () => {
    const page = await open('talk');
    await tell(page, { step: ready, isNews: true });
    await page.getByRole('button', { name: words.updates.actions(ready) }).click();
    await expect.poll(() => asked(page, 'updates.install')).toBe(1);

    await tell(page, { step: offered, isNews: true });
    await page.getByRole('button', { name: words.updates.show, exact: true }).click();
    const about = page.getByRole('heading', { name: words.settings.about });
    await expect.poll(() => about.evaluate((heading) => heading === document.activeElement)).toBe(true);
    await page.getByRole('button', { name: words.updates.actions(offered) }).waitFor();
    expect(await asked(page, 'updates.dismiss')).toBe(1);
    expect(await asked(page, 'updates.download')).toBe(0);
  });
}
