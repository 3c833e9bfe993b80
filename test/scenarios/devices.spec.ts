import { rm } from 'node:fs/promises';
import { words } from '../../renderer/locales/en.ts';
import { expect, test } from './support/scenario.ts';

const passphrase = 'a lamp, a ladder and a lemon';

test('a second computer becomes a device of the same person, and is removed again', async ({
  world,
  alice,
  bob,
}) => {
  const atBob = await bob.startsChat(alice);
  await atBob.say('Before the tablet');
  const atAlice = await alice.acceptsChat(bob);
  await atAlice.say('I see you');
  await expect(atBob.bubble('I see you')).toBeVisible();

  const elsewhere = await world.join('Carol');
  const { devices, keys } = words;
  await bob.settings.open();
  await bob.settings.region.getByText(keys.title).click();
  await bob.settings.region.getByRole('button', { name: devices.add }).click();
  const dialog = bob.page.getByRole('dialog', { name: devices.addTitle });
  await dialog.getByLabel(devices.passphrase, { exact: true }).fill(passphrase);
  await dialog.getByLabel(devices.again).fill(passphrase);
  const [download] = await Promise.all([
    bob.page.waitForEvent('download'),
    dialog.getByRole('button', { name: devices.make }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`${bob.identity}.dockercomms-device`);
  const file = world.file('device');
  await download.saveAs(file);
  await expect(dialog.getByRole('status')).toContainText(devices.saved(download.suggestedFilename()));
  await dialog.getByRole('button', { name: words.common.close }).last().click();

  await elsewhere.settings.open();
  await elsewhere.settings.region.getByRole('button', { name: words.settings.addAccount }).click();
  await elsewhere.page.getByRole('button', { name: devices.joinTitle }).click();
  const join = elsewhere.page.getByRole('dialog', { name: devices.joinTitle });
  await join.getByLabel(devices.file).setInputFiles(file);
  await join.getByLabel(devices.filePassphrase).fill('not that one at all');
  await join.getByRole('button', { name: devices.join }).click();
  await expect(join.getByRole('alert')).toBeVisible();
  await join.getByLabel(devices.filePassphrase).fill(passphrase);
  await join.getByRole('button', { name: devices.join }).click();
  await expect(join).toBeHidden();
  await elsewhere.settings.close();
  // What was written to him is there, and what he writes from here is his.
  const atTablet = await elsewhere.acceptsChat(alice);
  await expect(atTablet.bubble('I see you')).toBeVisible();
  await atTablet.say('From the tablet');
  await expect(atAlice.bubble('From the tablet')).toBeVisible();

  await bob.settings.region.getByRole('button', { name: devices.remove }).click();
  await bob.page.getByRole('button', { name: devices.removeConfirm }).click();
  await expect(bob.settings.region.getByText(keys.otherDevice)).toHaveCount(0);
  await rm(file);
});
