import type { Download } from '@playwright/test';
import { words } from '../../renderer/locales/en.ts';
import type { Person } from './support/person.ts';
import { expect, test } from './support/scenario.ts';

const passphrase = 'a lamp, a ladder and a lemon';
const { devices, keys } = words;

/** The file for another device, as `person` saves it; their settings stay open. */
async function addsDevice(person: Person): Promise<Download> {
  await person.settings.open();
  await person.settings.region.getByText(keys.title).click();
  await person.settings.region.getByRole('button', { name: devices.add }).click();
  const dialog = person.page.getByRole('dialog', { name: devices.addTitle });
  await dialog.getByLabel(words.passphrase.new, { exact: true }).fill(passphrase);
  await dialog.getByLabel(words.passphrase.again).fill(passphrase);
  const [download] = await Promise.all([
    person.page.waitForEvent('download'),
    dialog.getByRole('button', { name: devices.make }).click(),
  ]);
  await expect(dialog.getByRole('status')).toContainText(devices.saved(download.suggestedFilename()));
  await dialog.getByRole('button', { name: words.common.close }).last().click();
  return download;
}

/** `person`, who is somebody else at this computer so far, takes the file in. */
async function joins(person: Person, file: string): Promise<void> {
  await person.settings.open();
  await person.settings.region.getByRole('button', { name: words.settings.addAccount }).click();
  await person.page.getByRole('button', { name: devices.joinTitle }).click();
  const dialog = person.page.getByRole('dialog', { name: devices.joinTitle });
  await dialog.getByLabel(devices.file).setInputFiles(file);
  await dialog.getByLabel(devices.filePassphrase).fill('not that one at all');
  await dialog.getByRole('button', { name: devices.join }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await dialog.getByLabel(devices.filePassphrase).fill(passphrase);
  await dialog.getByRole('button', { name: devices.join }).click();
  await expect(dialog).toBeHidden();
  await person.settings.close();
}

test(
  'a second computer becomes a device of the same person, and is removed again',
  { tag: '@every-registry' },
  async ({ world, alice, bob }) => {
    const atBob = await bob.startsChat(alice);
    await atBob.say('Before the tablet');
    const atAlice = await alice.acceptsChat(bob);
    await atAlice.say('I see you');
    await expect(atBob.bubble('I see you')).toBeVisible();

    const file = world.file('device');
    const download = await addsDevice(bob);
    expect(download.suggestedFilename()).toBe(`${bob.identity}.dockercomms-device`);
    await download.saveAs(file);
    const tablet = await world.join('Carol');
    await joins(tablet, file);
    // What was written to him is there, and what he writes from here is his.
    const atTablet = await tablet.acceptsChat(alice);
    await expect(atTablet.bubble('I see you')).toBeVisible();
    await atTablet.say('From the tablet');
    await expect(atAlice.bubble('From the tablet')).toBeVisible();
    await expect(atAlice.change).toContainText(words.trust.change.title['new-device'](bob.identity));
    await expect(atAlice.trust).toHaveText(words.trust.marks['first-use']);

    await bob.settings.region.getByRole('button', { name: devices.remove }).click();
    await bob.page.getByRole('button', { name: devices.removeConfirm }).click();
    await expect(bob.settings.region.getByText(keys.otherDevice)).toHaveCount(0);
  },
);

test('a new device of somebody who was verified stops what is sent until it was looked at', async ({
  world,
  alice,
  bob,
}) => {
  const atBob = await bob.startsChat(alice);
  await atBob.say('Let us compare');
  const atAlice = await alice.acceptsChat(bob);
  await atAlice.say('Gladly');
  await expect(atBob.bubble('Gladly')).toBeVisible();
  await atAlice.safetyNumber.read(atAlice.trust);
  await atAlice.safetyNumber.verify.click();
  await alice.page.keyboard.press('Escape');
  await expect(atAlice.trust).toHaveText(words.trust.marks.verified);

  const file = world.file('device');
  await (await addsDevice(bob)).saveAs(file);
  const tablet = await world.join('Carol');
  await joins(tablet, file);
  await (await tablet.acceptsChat(alice)).say('From the tablet');

  const { change } = words.trust;
  await expect(atAlice.change).toContainText(change.title['key-change'](bob.identity));
  await expect(atAlice.bubble('From the tablet')).toHaveCount(0);
  await atAlice.field.fill('Is that you?');
  await expect(atAlice.sendButton()).toBeDisabled();
  await atAlice.change.getByRole('button', { name: change.accept['key-change'] }).click();
  await expect(atAlice.trust).toHaveText(words.trust.marks['first-use']);
  await expect(atAlice.bubble('From the tablet')).toBeVisible();
});
