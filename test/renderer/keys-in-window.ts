/** What the window tells of one's own keys: part of `window.browser.test.ts`, which has built and opened it. */
import type { Page } from '@playwright/test';
import { expect, it } from 'vitest';
import { words } from '../../renderer/locales/en.ts';
import type { WindowTools } from './trust-in-window.ts';

const timeout = 120_000;

const { keys, wayOut } = words;
const me = 'alice@example.com';
const banner = (page: Page) => page.getByRole('status').filter({ hasText: me });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

export function showsKeys({ open, talk, scan }: WindowTools): void {
  it(
    'says above everything that the key is lost, leads to where that is mended, and is silent then',
    { timeout },
    async () => {
      const page = await open('key-lost');
      await talk(page, /Bob Lindqvist/u);
      const { title, text } = keys.stopped['key-lost'];
      await banner(page).getByText(title(me)).waitFor();
      expect(await banner(page).textContent()).toContain(text);
      // It takes nothing from who writes: what is written is kept.
      await page.getByRole('textbox', { name: words.composer.label }).fill('half a thought');
      await scan(page);

      await button(page, wayOut.accounts).click();
      const heading = page.getByRole('heading', { name: words.settings.accounts });
      await expect.poll(() => heading.evaluate((element) => element === document.activeElement)).toBe(true);
      await button(page, keys.beginAnew).click();
      await button(page, keys.beginConfirm).click();
      await banner(page).waitFor({ state: 'detached' });
    },
  );

  it.each([
    ['device-removed', words.devices.gone],
    ['other-profile', keys.alarmTitle],
  ] as const)(
    'says what %s means, also where there is no room, and leads to what can be done',
    async (reason, inSettings) => {
      const page = await open(reason, { viewport: { width: 360, height: 640 } });
      const { title, text } = keys.stopped[reason];
      await banner(page).getByText(title(me)).waitFor();
      expect(await banner(page).textContent()).toContain(text);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
      await button(page, wayOut.accounts).click();
      await page.getByRole('alert').filter({ hasText: inSettings }).waitFor();
    },
  );

  it('goes on asking about a lost key while the engine has news, and shows the new one', async () => {
    const page = await open('key-lost');
    await button(page, 'Settings').click();
    await button(page, keys.beginAnew).click();
    const asked = () =>
      page.evaluate(() => window.scripted.calls.filter(({ method }) => method === 'identity.get').length);
    const before = await asked();
    await page.evaluate(() => window.scripted.accountsChanged());
    await expect.poll(asked).toBeGreaterThan(before);
    await button(page, keys.beginConfirm).click();
    await page.getByText(keys.title).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });
}
