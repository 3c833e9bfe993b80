/** Where the focus goes when something opens or goes: part of `window.browser.test.ts`, which has built and opened it. */
import type { Locator, Page } from '@playwright/test';
import { expect, it } from 'vitest';
import { words } from '../../renderer/locales/en.ts';
import type { WindowTools } from './trust-in-window.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true });
const expectFocus = (locator: Locator) =>
  expect.poll(() => locator.evaluate((element) => element === document.activeElement)).toBe(true);

async function press(target: Locator): Promise<void> {
  await target.focus();
  await target.page().keyboard.press('Enter');
}

export function movesFocus({ open, talk }: WindowTools): void {
  it('goes to the pane that was opened, and back where it was when that is closed', async () => {
    const page = await open('talk');
    await talk(page, /Carol Ferreira/u);
    await press(button(page, words.conversation.details));
    await expectFocus(heading(page, words.details.title));
    await page.keyboard.press('Escape');
    await expectFocus(button(page, words.conversation.details));
    const row = page.getByRole('button', { name: /^Message actions: Carol Ferreira, Have a look/u });
    await press(row);
    await page.getByRole('menuitem', { name: words.message.details }).press('Enter');
    await expectFocus(heading(page, words.details.message));
    await page.keyboard.press('Escape');
    await expectFocus(row);
    await page.keyboard.press('Control+,');
    await expectFocus(heading(page, words.settings.title));
    await page.keyboard.press('Escape');
    await expectFocus(page.getByRole('textbox', { name: words.composer.label }));
  });

  it('goes to the next message where one was removed, and to the list where what had it is gone', async () => {
    const page = await open('trust');
    await talk(page, /Bob Lindqvist/u);
    const message = (text: string) =>
      page.getByRole('button', { name: new RegExp(`^Message actions: Bob Lindqvist, ${text}`, 'u') });
    await message('This one was shown').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: words.message.remove }).press('Enter');
    await expectFocus(message('Did you get'));
    await press(button(page, words.requests.title(2)));
    await expectFocus(page.getByRole('button', { name: /mallory/u }));
  });

  it('comes back to the button of a form in the settings, which Escape gives up before the settings', async () => {
    const page = await open('talk');
    await press(button(page, words.list.settings));
    await press(button(page, words.settings.changeMailbox));
    await expectFocus(page.getByLabel(words.connect.repository, { exact: true }));
    await page.keyboard.press('Escape');
    await expectFocus(button(page, words.settings.changeMailbox));
    await page.keyboard.press('Escape');
    await expectFocus(button(page, words.list.settings));
  });

  it('comes back to the choice that was left again at the first run', async () => {
    const page = await open('first-run');
    await press(button(page, words.devices.joinTitle));
    await expectFocus(page.getByLabel(words.devices.file));
    await page.keyboard.press('Escape');
    await expectFocus(button(page, words.devices.joinTitle));
  });
}
