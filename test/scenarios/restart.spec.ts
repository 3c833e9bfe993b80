import { expect, test } from './support/scenario.ts';

test(
  'after a restart everything is as it was: history, draft, settings, account',
  { tag: '@every-host' },
  async ({ alice, bob }) => {
    const atBob = await bob.startsChat(alice);
    await atBob.say('Written before the restart');
    await atBob.expectState('Written before the restart', 'delivered-unconfirmed');
    const draft = atBob.field;
    await draft.fill('Not finished yet');
    await bob.settings.open();
    await bob.settings.theme('dark').check();
    await bob.close();

    await bob.open();
    await expect(bob.list.entry(alice.identity)).toContainText('Not finished yet');
    await expect(bob.page.getByRole('button', { name: new RegExp(`${bob.identity}, `) })).toBeVisible();
    const reopened = await bob.opensChat(alice);
    await expect(reopened.bubble('Written before the restart')).toBeVisible();
    await reopened.expectState('Written before the restart', 'delivered-unconfirmed');
    await expect(reopened.field).toHaveValue('Not finished yet');
    await bob.settings.open();
    await expect(bob.settings.theme('dark')).toBeChecked();
    await bob.settings.close();
    await reopened.field.press('Enter');
    await expect((await alice.opensChat(bob)).bubble('Not finished yet')).toBeVisible();
  },
);

test(
  'a process that is killed loses nothing that was written',
  { tag: '@every-host' },
  async ({ alice, bob }) => {
    const atBob = await bob.startsChat(alice);
    await atBob.say('The last words before the crash');
    await bob.crash();
    await bob.open();
    const reopened = await bob.opensChat(alice);
    await reopened.expectState('The last words before the crash', 'delivered-unconfirmed');
    await expect((await alice.opensChat(bob)).rows).toHaveCount(1);
  },
);
