import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { words } from '../../renderer/locales/en.ts';
import { expect, test } from './support/scenario.ts';

const passphrase = 'a lamp, a ladder and a lemon';

test('once the key file is removed, the window asks for the passphrase at its start', async ({
  alice,
  bob,
}) => {
  const atBob = await bob.startsChat(alice);
  await atBob.say('Before it was locked');
  await atBob.expectState('Before it was locked', 'sent');
  await bob.settings.open();
  await bob.settings.setPassphrase(passphrase);
  await bob.settings.removeSlot('Key file');
  await expect(bob.settings.protection).toContainText(words.protection.last);
  await bob.close();
  expect(existsSync(join(bob.place.home, 'vault.key'))).toBe(false);

  await bob.open();
  await expect(bob.locked.title).toBeVisible();
  await expect(bob.locked.field).toBeFocused();
  await expect(bob.page.getByText(alice.identity)).toHaveCount(0);
  await bob.locked.tell('a lamp, a ladder and a melon');
  await expect(bob.page.getByText(words.unlock.wrong)).toBeVisible();
  await bob.locked.tell(passphrase);
  const reopened = await bob.opensChat(alice);
  await expect(reopened.bubble('Before it was locked')).toBeVisible();
  await reopened.say('And it goes on');
  const atAlice = await alice.acceptsChat(bob);
  await expect(atAlice.bubble('And it goes on')).toBeVisible();
});

test('the key file can be used again, and then nobody is asked any more', async ({ alice }) => {
  await alice.settings.open();
  await alice.settings.setPassphrase(passphrase);
  await alice.settings.removeSlot('Key file');
  const { actionOn, use } = words.protection;
  await alice.settings.protection.getByRole('button', { name: actionOn(use, 'Key file') }).click();
  await alice.settings.removeSlot('Passphrase');
  await alice.close();
  await alice.open();
  await expect(alice.list.region).toBeVisible();
});

test('who lost the passphrase begins with new keys, and friends are warned', async ({ alice, bob }) => {
  const atBob = await bob.startsChat(alice);
  await atBob.say('With the old key');
  const atAlice = await alice.acceptsChat(bob);
  await atAlice.say('I see you');
  await expect(atBob.bubble('I see you')).toBeVisible();
  await bob.settings.open();
  await bob.settings.setPassphrase(passphrase);
  await bob.settings.removeSlot('Key file');
  await bob.close();
  await bob.open();

  const { unlock, keys } = words;
  const press = (name: string) => bob.page.getByRole('button', { name, exact: true }).click();
  await bob.page.getByText(unlock.lost.label).click();
  await press(unlock.withoutPassphrase);
  await expect(bob.page.getByRole('alert')).toBeVisible();
  await press(unlock.begin);
  await press(unlock.beginConfirm);
  await expect(bob.settings.region).toBeVisible();
  const lost = bob.page.getByText(keys.stopped['key-lost'].title(bob.identity));
  await expect(lost).toBeVisible();
  await press(keys.beginAnew);
  await press(keys.beginConfirm);
  await expect(bob.settings.region.getByText(keys.title)).toBeVisible();
  await expect(lost).toBeHidden();
  await bob.settings.close();
  const reopened = await bob.opensChat(alice);
  await expect(reopened.bubble('With the old key')).toBeVisible();
  await reopened.say('With the new key');

  await expect(atAlice.change).toContainText(words.trust.change.title.alarm(bob.identity));
  await expect(atAlice.heldBack('foreign')).toBeVisible();
});
