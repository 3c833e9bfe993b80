/** The menus that the other button of the mouse opens: part of `window.browser.test.ts`, which has built and opened it. */
import type { Locator, Page } from '@playwright/test';
import { describe, expect, it } from 'vitest';
import { words } from '../../renderer/locales/en.ts';
import type { WindowTools } from './trust-in-window.ts';

const timeout = 120_000;

const menu = (page: Page) => page.getByRole('menu');
const item = (page: Page, name: string) => page.getByRole('menuitem', { name, exact: false });
const hasFocus = (locator: Locator) => locator.evaluate((element) => element === document.activeElement);
const field = (page: Page) => page.getByRole('textbox', { name: words.composer.label });
const entry = (page: Page, name: string) =>
  page.getByRole('navigation', { name: words.list.label }).getByRole('button', { name });
const called = (page: Page, method: string) =>
  page.evaluate(
    (name) => window.scripted.calls.filter((call) => call.method === name).map(({ input }) => input),
    method,
  );

export function showsMenus({ open, talk, scan }: WindowTools): void {
  it(
    'offers at the pointer what can be done with a message, and lets one write on',
    { timeout },
    async () => {
      const page = await open('talk');
      await talk(page, /Bob Lindqvist/u);
      await field(page).fill('half a thought');
      const bubble = page.getByRole('article').filter({ hasText: 'much better than I expected' });
      await bubble.click({ button: 'right', position: { x: 60, y: 20 } });
      await item(page, words.message.copyText).waitFor();
      const [there, shown] = [await bubble.boundingBox(), await menu(page).boundingBox()];
      expect(Math.abs((shown?.x ?? 0) - (there?.x ?? 0) - 60)).toBeLessThan(8);
      await scan(page);
      await page.keyboard.press('Escape');
      await expect.poll(() => hasFocus(field(page))).toBe(true);
      await bubble.click({ button: 'right' });
      await item(page, words.message.reply).click();
      expect(await field(page).inputValue()).toBe('half a thought');
      await expect.poll(() => hasFocus(field(page))).toBe(true);
    },
  );

  it('moves the menu to the next message that is clicked', async () => {
    const page = await open('talk');
    await talk(page, /Bob Lindqvist/u);
    const bubble = (words: string) => page.getByRole('article').filter({ hasText: words });
    await bubble('better than I expected').click({ button: 'right' });
    await menu(page).waitFor();
    // Its words are on the screen, its beginning is not: scrolling there would close the menu.
    const sentence = bubble('Here is what the hall').getByText(/^Here is what/u);
    await sentence.click({ button: 'right', force: true });
    await expect.poll(() => menu(page).count()).toBe(1);
    await item(page, words.message.reply).click();
    await expect.poll(() => hasFocus(field(page))).toBe(true);
    await page
      .getByRole('region', { name: 'Conversation with Bob Lindqvist' })
      .getByText(/^Here is what/u)
      .last()
      .waitFor();
  });

  describe('for files', () => {
    const row = (page: Page, about: RegExp) => page.getByRole('button', { name: about });
    const item = (page: Page, name: string) => page.getByRole('menuitem', { name, exact: true });
    const ids = async (page: Page, method: string) =>
      (await called(page, method)).map((input) => (input as { messageId: string }).messageId);

    it(
      'has what the card of the one file has, for the pointer and for the keyboard',
      { timeout },
      async () => {
        const page = await open('talk');
        await talk(page, /Carol Ferreira/u);
        await page
          .getByRole('article')
          .filter({ hasText: 'pump-7-vibration.log' })
          .click({ button: 'right' });
        await item(page, words.file.actions.open).waitFor();
        await item(page, words.file.actions['save-as']).waitFor();
        await scan(page);
        await item(page, words.file.actions['show-in-folder']).click();
        await expect.poll(() => ids(page, 'messages.showInFolder')).toHaveLength(1);

        const paused = row(page, /^Message actions: Carol Ferreira, pump-7-all-sensors/u);
        await paused.focus();
        await page.keyboard.press('Enter');
        await item(page, words.file.actions.cancel).waitFor();
        await item(page, words.file.actions.resume).focus();
        await page.keyboard.press('Enter');
        await expect.poll(() => ids(page, 'messages.resume')).toHaveLength(1);
        await expect.poll(() => hasFocus(paused)).toBe(true);
      },
    );

    it('has what concerns a file of several where it was asked for at that file', async () => {
      const page = await open('talk');
      await talk(page, /Bob Lindqvist/u);
      const [picture, report] = ['north-hall.png', /^Inspection report/u];
      const name = page.getByRole('article').getByText(picture);
      await name.click({ button: 'right' });
      await item(page, words.file.actions.open).click();
      await name.click({ button: 'right' });
      await page.getByRole('group', { name: picture }).getByRole('menuitem').first().waitFor();
      await page.getByRole('article').getByText(report).first().click({ button: 'right' });
      await page.getByRole('group', { name: report }).getByRole('menuitem').first().waitFor();
      await item(page, words.file.actions.open).click();
      const [first, second] = await ids(page, 'messages.open');
      expect(second).not.toBe(first);
      // The context-menu key, too, is pressed at something.
      await page.getByRole('button', { name: words.file.action(words.file.actions.open, picture) }).focus();
      await page.keyboard.press('ContextMenu');
      await page.getByRole('group', { name: picture }).waitFor();
    });

    it('has what moves or stops several of them everywhere else', async () => {
      const page = await open('talk');
      await talk(page, /Bob Lindqvist/u);
      const sentence = page.getByRole('article').getByText(/^Here is what the hall/u);
      await sentence.click({ button: 'right', force: true });
      await item(page, words.file.together.download(1)).waitFor();
      expect(await item(page, words.file.actions.open).count()).toBe(0);
      await page.keyboard.press('Escape');
      await row(page, /^Message actions: Bob Lindqvist, Here is what the hall/u).click();
      await item(page, words.file.together.download(1)).click();
      await expect.poll(() => ids(page, 'messages.download')).toHaveLength(1);
      await page.getByRole('progressbar', { name: words.file.progress('raw-frames.tar') }).waitFor();
      await row(page, /^Message actions: Bob Lindqvist, Here is what the hall/u).click();
      await item(page, words.file.together.pause(1)).waitFor();
    });

    it('moves no item under the pointer, whatever happens to the file meanwhile', async () => {
      const page = await open('talk');
      await talk(page, /Bob Lindqvist/u);
      await page.getByRole('article').getByText('raw-frames.tar').click({ button: 'right' });
      await item(page, words.file.actions.download).waitFor();
      const offered = await page.getByRole('menuitem').allTextContents();
      await page
        .getByRole('button', { name: words.file.action(words.file.actions.download, 'raw-frames.tar') })
        .evaluate((button: HTMLElement) => button.click());
      await page.getByRole('progressbar', { name: words.file.progress('raw-frames.tar') }).waitFor();
      expect(await page.getByRole('menuitem').allTextContents()).toEqual(offered);
    });
  });

  it('leaves what was selected, and links, to the menu of the system', async () => {
    const page = await open('talk');
    await talk(page, /Bob Lindqvist/u);
    await page.evaluate(() => {
      window.scripted.receive('talk-bob', 'The plan: https://example.org/plan');
      document.addEventListener('contextmenu', ({ defaultPrevented }) => {
        document.title = defaultPrevented ? 'ours' : 'the system’s';
      });
    });
    const whose = async (place: Locator) => {
      await place.click({ button: 'right', position: { x: 12, y: 12 } });
      return page.title();
    };
    const text = page.getByRole('article').getByText('Got them, thank you.');
    expect(await whose(page.getByRole('link', { name: 'https://example.org/plan' }))).toBe('the system’s');
    expect(await whose(field(page))).toBe('the system’s');
    await text.evaluate((element) => getSelection()?.selectAllChildren(element));
    expect(await whose(text)).toBe('the system’s');
    expect(await menu(page).count()).toBe(0);
    const plan = page.getByRole('article').filter({ hasText: 'The plan:' });
    expect(await whose(plan)).toBe('ours');
  });

  it('opens by keyboard too, on a message and on a conversation, and gives the focus back', async () => {
    const page = await open('talk');
    await talk(page, /Carol Ferreira/u);
    const message = page.getByRole('button', { name: /Message actions: Carol Ferreira, Have a look/u });
    await message.focus();
    await page.keyboard.press('Shift+F10');
    await expect.poll(() => hasFocus(item(page, words.message.reply))).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => hasFocus(message)).toBe(true);
    await entry(page, 'Dana Okafor').focus();
    await page.keyboard.press('ContextMenu');
    await expect.poll(() => hasFocus(item(page, words.quiet.muteFor))).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => hasFocus(entry(page, 'Dana Okafor'))).toBe(true);
  });

  it.each(['Enter', 'Space', 'ArrowDown'])(
    'is at its button from the first time that it is opened there with %s, which says which menu is its own',
    async (key) => {
      const page = await open('talk');
      await talk(page, /Carol Ferreira/u);
      const button = page.getByRole('button', { name: words.quiet.muteHere });
      const first = item(page, words.quiet.lengths.hour);
      for (const time of ['first', 'second']) {
        await button.focus();
        expect(await button.getAttribute('aria-expanded'), time).toBe('false');
        await page.keyboard.press(key);
        await expect.poll(() => hasFocus(first)).toBe(true);
        expect(await button.getAttribute('aria-expanded'), time).toBe('true');
        expect(await button.getAttribute('aria-controls'), time).toBe(await menu(page).getAttribute('id'));
        await page.keyboard.press('Escape');
        await expect.poll(() => hasFocus(button)).toBe(true);
        await expect.poll(() => menu(page).count()).toBe(0);
      }
    },
  );

  it('offers what can be done with a conversation where it is listed', { timeout }, async () => {
    const page = await open('talk');
    await entry(page, 'Carol Ferreira').click({ button: 'right' });
    await item(page, words.list.markRead).click();
    expect(await called(page, 'conversations.markRead')).toEqual([{ conversationId: 'talk-carol' }]);
    await entry(page, 'Carol Ferreira').click({ button: 'right' });
    expect(await item(page, words.list.markRead).count()).toBe(0);
    await item(page, words.quiet.muteFor).hover();
    await item(page, words.quiet.lengths.hour).waitFor();
    await scan(page);
    await item(page, words.quiet.lengths.hour).click();
    await entry(page, 'Carol Ferreira').getByText(words.list.muted, { exact: true }).waitFor();
    await entry(page, 'Carol Ferreira').click({ button: 'right' });
    await item(page, words.details.remove).click();
    const dialog = page.getByRole('dialog', { name: words.details.removeTitle('Carol Ferreira') });
    await dialog.getByRole('button', { name: words.details.removeConfirm }).click();
    await expect.poll(() => entry(page, 'Carol Ferreira').count()).toBe(0);
  });
}
