import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { words } from '../../renderer/locales/en.ts';
import { dropFiles } from './support/drop.ts';
import { writeRandomFile } from './support/files.ts';
import { expect, test } from './support/scenario.ts';

/** Rules of WCAG 2 that are broken in a way that keeps people out. */
async function barriers(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary ?? ''}`),
    );
}

const background = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test('the dark theme is chosen, and stays chosen', async ({ alice }) => {
  const light = await background(alice.page);
  await alice.settings.open();
  await alice.settings.theme('dark').check();
  await expect.poll(() => background(alice.page)).not.toBe(light);
  const dark = await background(alice.page);
  await alice.close();
  await alice.open();
  await expect(alice.list.region).toBeVisible();
  await expect.poll(() => background(alice.page)).toBe(dark);
  await alice.settings.open();
  await expect(alice.settings.theme('dark')).toBeChecked();
});

/** What goes over the right edge of the window, and is neither cut on purpose nor only for screen readers. */
const overTheEdge = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((element) => {
        const { width, right } = element.getBoundingClientRect();
        return width > 1 && right > window.innerWidth + 1 && element.closest('.visually-hidden') === null;
      })
      .map((element) => `${element.tagName}.${element.className}: ${element.textContent.slice(0, 40)}`),
  );

test('in a narrow window the longest name widens nothing', async ({ alice }) => {
  const { page, list } = alice;
  const name = `${'without-a-place-to-break'.replaceAll('-', '').repeat(4)}@example.com`;
  await list.start(name);
  await page.setViewportSize({ width: 360, height: 640 });
  await expect(page.getByText(words.conversation.emptyTitle(name))).toBeVisible();
  expect(await overTheEdge(page), 'an empty conversation').toEqual([]);
  await page.getByRole('button', { name: words.conversation.details, exact: true }).click();
  await expect(page.getByLabel(words.details.name, { exact: true })).toBeVisible();
  expect(await overTheEdge(page), 'details').toEqual([]);
  await page.getByRole('button', { name: words.details.remove }).click();
  await expect(page.getByRole('dialog')).toContainText(name);
  expect(await overTheEdge(page), 'a question').toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: words.blocked.block(name) }).click();
  await expect(page.getByRole('button', { name: words.blocked.unblockName(name) })).toBeVisible();
  expect(await overTheEdge(page), 'a notice').toEqual([]);
});

/** Nothing keeps people out of what the page shows now, in light and in dark colours. */
async function expectOpenToAll(page: Page, shown: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await barriers(page), `${shown}, ${colorScheme}`).toEqual([]);
  }
}

test('nobody is kept out, in light and in dark colours', async ({ world }) => {
  const newcomer = await world.arrive('Newcomer');
  await expectOpenToAll(newcomer.page, 'first run');
  await newcomer.firstRun.registry.click();
  await newcomer.firstRun.repository.fill('127.0.0.1:9/team/messages');
  await newcomer.firstRun.test.click();
  await expect(newcomer.firstRun.report).toBeVisible();
  await expectOpenToAll(newcomer.page, 'connect a registry');

  const alice = await world.join('Alice');
  const bob = await world.join('Bob');
  await expectOpenToAll(alice.page, 'no conversations');
  await writeRandomFile(world.file('a file.bin'), 1000);
  const chat = await alice.startsChat(bob);
  await chat.say('Seen by everybody?');
  await dropFiles(chat.region, world.file('a file.bin'));
  await chat.sendButton(1).click();
  const atBob = await bob.acceptsChat(alice);
  await chat.expectState('a file.bin', 'delivered');
  await atBob.say('Yes.');
  await expect(chat.bubble('Yes.')).toBeVisible();
  await expectOpenToAll(alice.page, 'conversation');
  await alice.palette.open();
  await alice.palette.field.fill('seen');
  await expect(alice.palette.options.filter({ hasText: 'everybody' })).toBeVisible();
  await expectOpenToAll(alice.page, 'search');
  await alice.page.keyboard.press('Escape');
  await alice.settings.open();
  await expect(alice.settings.region.getByRole('heading', { name: words.settings.about })).toBeVisible();
  await expectOpenToAll(alice.page, 'settings');
});
