import type { Locator } from '@playwright/test';
import { words } from '../../renderer/locales/en.ts';
import { expect, test } from './support/scenario.ts';

/** Presses Tab until `target` has the focus, as somebody without a mouse does. */
async function tabTo(target: Locator): Promise<void> {
  const keyboard = target.page().keyboard;
  for (let presses = 0; presses < 25; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await keyboard.press('Tab');
  }
  await expect(target, 'Tab does not reach it').toBeFocused();
}

test('from the first run to a sent message and its answer without a mouse', async ({ world, alice }) => {
  const bob = await world.arrive('Bob');
  const { page, firstRun } = bob;
  const { keyboard } = page;

  await tabTo(firstRun.registry);
  await keyboard.press('Enter');
  await expect(firstRun.repository).toBeFocused();
  await keyboard.type(world.repository);
  await expect(page.getByText(words.connect.plainHttp)).toBeVisible();
  await tabTo(firstRun.identity);
  await keyboard.type(bob.identity);
  await keyboard.press('Enter');

  await expect(bob.list.region).toBeVisible();
  await tabTo(page.getByRole('button', { name: words.list.new }).first());
  await keyboard.press('Enter');
  await expect(page.getByLabel(words.newConversation.identity)).toBeFocused();
  await keyboard.type(alice.identity);
  await keyboard.press('Enter');

  const chat = bob.chat(alice);
  await expect(chat.field).toBeFocused();
  await keyboard.type('No mouse was harmed.');
  await keyboard.press('Enter');
  await chat.expectState('No mouse', 'sent');
  await alice.acceptsChat(bob);
  await chat.expectState('No mouse', 'delivered');

  // Escape leads to the list, the arrows move in it, Enter leads back.
  await keyboard.press('Escape');
  await expect(bob.list.entry(alice.identity)).toBeFocused();
  await keyboard.press('Enter');
  await expect(chat.field).toBeFocused();
});

test('Ctrl+K finds a person, and a word that was written long ago', async ({ alice, bob }) => {
  const atAlice = await alice.startsChat(bob);
  await atAlice.say('The password of the shed is marmalade');
  for (let line = 1; line <= 16; line += 1)
    await atAlice.say(`Small talk, line ${line}\n\na second and\na third line`);
  await alice.list.start('carol@example.com');

  await alice.palette.open();
  await alice.palette.field.fill('bob');
  await expect(alice.palette.options.filter({ hasText: bob.identity }).first()).toBeVisible();
  await alice.page.keyboard.press('Enter');
  await expect(atAlice.region).toBeVisible();
  await expect(alice.palette.dialog).toBeHidden();

  await alice.palette.open();
  await alice.palette.field.fill('marma');
  await expect(alice.palette.options.filter({ hasText: 'marmalade' })).toBeVisible();
  await alice.page.keyboard.press('Enter');
  await expect(atAlice.bubble('marmalade')).toBeInViewport();

  await alice.palette.open();
  await alice.page.keyboard.press('Escape');
  await expect(alice.palette.dialog).toBeHidden();
});
