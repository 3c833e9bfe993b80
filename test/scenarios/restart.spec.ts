import { expect, test } from './support/scenario.ts';

test('after a restart everything is as it was: history, draft, settings, account', async ({ alice, bob }) => {
  const atBob = await bob.startsChat(alice);
  await atBob.say('Written before the restart');
  const atAlice = await alice.acceptsChat(bob);
  await atBob.expectState('Written before the restart', 'delivered');
  await atBob.actionsOf('Written before').focus();
  await bob.page.keyboard.press('r');
  const draft = atBob.field;
  await expect(draft).toBeFocused();
  await draft.fill('Not finished yet');
  await bob.settings.open();
  await bob.settings.theme('dark').check();
  await expect(bob.page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await bob.close();

  await bob.open();
  await expect(bob.list.entry(alice.identity)).toContainText('Not finished yet');
  await expect(bob.page.getByRole('button', { name: new RegExp(`${bob.identity}, `) })).toBeVisible();
  const reopened = await bob.opensChat(alice);
  await expect(reopened.bubble('Written before the restart')).toBeVisible();
  await reopened.expectState('Written before the restart', 'delivered');
  await expect(reopened.field).toHaveValue('Not finished yet');
  await expect(reopened.field).toHaveAccessibleDescription(/Written before the restart/);
  await bob.settings.open();
  await expect(bob.settings.theme('dark')).toBeChecked();
  await bob.settings.close();
  await reopened.field.press('Enter');
  await expect(atAlice.bubble('Not finished yet')).toBeVisible();
});

test('what is written and chosen in the very moment of closing is kept', async ({ alice, bob }) => {
  const atBob = await bob.startsChat(alice);
  await bob.settings.open();
  await bob.settings.close();
  await atBob.field.fill('Half a sent');
  await bob.close();
  await bob.open();
  await expect(bob.list.entry(alice.identity)).toContainText('Half a sent');
  await bob.settings.open();
  await bob.settings.theme('dark').check();
  await bob.close();
  await bob.open();
  await bob.settings.open();
  await expect(bob.settings.theme('dark')).toBeChecked();
});

test(
  'a process that is killed loses nothing that was written',
  { tag: '@every-registry' },
  async ({ alice, bob }) => {
    const atBob = await bob.startsChat(alice);
    await atBob.say('The last words before the crash');
    await bob.crash();
    await bob.open();
    const reopened = await bob.opensChat(alice);
    const atAlice = await alice.acceptsChat(bob);
    await reopened.expectState('The last words before the crash', 'delivered');
    await expect(atAlice.rows).toHaveCount(1);
  },
);
