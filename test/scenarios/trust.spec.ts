import { access } from 'node:fs/promises';
import { words } from '../../renderer/locales/en.ts';
import { sha256Of, writeRandomFile } from './support/files.ts';
import { expect, test } from './support/scenario.ts';
import { stealName } from './support/thief.ts';

test('two people compare safety numbers', async ({ alice, bob }) => {
  const atAlice = await alice.startsChat(bob);
  await atAlice.say('Is it you?');
  const atBob = await bob.acceptsChat(alice);
  await atBob.say('Compare and see.');
  await expect(atAlice.bubble('Compare and see.')).toBeVisible();
  await expect(atAlice.trust).toHaveText(words.trust.marks['first-use']);

  const [byAlice, byBob] = [atAlice.safetyNumber, atBob.safetyNumber];
  const digits = await byAlice.read(atAlice.trust);
  expect(digits).toMatch(/^\d{60}$/);
  expect(await byBob.read(atBob.trust)).toBe(digits);
  await byAlice.verify.click();
  await alice.page.keyboard.press('Escape');
  await expect(atAlice.trust).toHaveText(words.trust.marks.verified);
  // What Alice found out is not yet known to Bob.
  await bob.page.keyboard.press('Escape');
  await expect(atBob.trust).toHaveText(words.trust.marks['first-use']);
});

test('a stranger asks, is blocked, and is let in again', async ({ alice, bob }) => {
  const atBob = await bob.startsChat(alice);
  await atBob.say('You do not know me');
  await alice.list.requests(1).click();
  await alice.list.entry(bob.identity).click();
  const atAlice = alice.chat(bob);
  await expect(atAlice.request).toContainText(bob.identity);
  await expect(atAlice.bubble('You do not know me')).toBeVisible();
  await expect(atAlice.field).toBeHidden();
  await atAlice.request.getByRole('button', { name: words.requests.block }).click();
  await expect(alice.list.entry(bob.identity)).toHaveCount(0);
  // Nobody was told that it was read.
  await atBob.expectState('You do not know me', 'sent');

  await alice.settings.open();
  await alice.settings.region.getByRole('button', { name: words.blocked.unblockName(bob.identity) }).click();
  await expect(alice.list.entry(bob.identity)).toBeVisible();
  await (await alice.opensChat(bob)).say('Now I do');
  await expect(atBob.bubble('Now I do')).toBeVisible();
});

test(
  'an unverified file is not fetched before somebody asks',
  { tag: '@every-registry' },
  async ({ world, alice, bob }) => {
    const atAlice = await alice.startsChat(bob);
    await atAlice.say('Send me the invoice');
    await (await bob.acceptsChat(alice)).say('Tomorrow.');
    await expect(atAlice.bubble('Tomorrow.')).toBeVisible();

    // Somebody who may write to the repository sends one in Bob's name.
    const invoice = await writeRandomFile(world.file('invoice.pdf'), 60_000);
    const people = ['--sender', bob.identity, '--recipient', alice.identity];
    const send = ['send', world.file('invoice.pdf'), '--no-sign', '--repo', world.repository];
    await world.commandLine().json(...send, ...people);
    const held = atAlice.heldBack('unsigned');
    await expect(held).toContainText('invoice.pdf');
    await expect(alice.list.entry(bob.identity)).toContainText(words.trust.unverified.inList.file);
    await expect(access(alice.received(bob, 'invoice.pdf'))).rejects.toThrow();
    await expect(atAlice.trust).toHaveText(words.trust.marks['first-use']);

    await held.getByRole('button', { name: words.trust.unverified.show }).click();
    await expect.poll(() => sha256Of(alice.received(bob, 'invoice.pdf'))).toBe(invoice);
    await atAlice.mark('invoice.pdf', 'unsigned').click();
    await expect(alice.page.getByText(words.trust.message.advice)).toBeVisible();
  },
);

test('whoever follows an invitation knows for certain who made it', async ({ alice, bob }) => {
  await alice.palette.open();
  await alice.palette.field.fill(words.invite.action);
  await alice.page.keyboard.press('Enter');
  const link = await alice.page.getByRole('textbox', { name: words.invite.link }).inputValue();
  expect(link).toMatch(/^dockercomms:invite\?/);

  await bob.palette.open();
  await bob.palette.field.fill(link);
  await expect(bob.palette.options).toHaveText(words.invite.inPalette);
  await bob.page.keyboard.press('Enter');
  await expect(bob.page.getByText(words.invite.from(alice.identity))).toBeVisible();
  await bob.page.getByRole('button', { name: words.invite.follow }).click();
  const atBob = bob.chat(alice);
  await atBob.say('You invited me');
  await alice.page.keyboard.press('Escape');
  await (await alice.acceptsChat(bob)).say('And here you are');
  await expect(atBob.bubble('And here you are')).toBeVisible();
  await expect(atBob.trust).toHaveText(words.trust.marks.verified);
});

test('somebody shows other keys in a name: it is said, and nothing is sent until it is decided', async ({
  world,
  alice,
  bob,
}) => {
  const atAlice = await alice.startsChat(bob);
  await atAlice.say('Hello');
  const atBob = await bob.acceptsChat(alice);
  await atBob.say('Hello back');
  await expect(atAlice.bubble('Hello back')).toBeVisible();

  await bob.close();
  await stealName(bob.identity, world.repository);
  await writeRandomFile(world.file('gift.bin'), 1000);
  const people = ['--sender', bob.identity, '--recipient', alice.identity];
  const send = ['send', world.file('gift.bin'), '--no-sign', '--repo', world.repository];
  await world.commandLine().json(...send, ...people);

  const { change } = words.trust;
  await expect(atAlice.change).toContainText(change.title.alarm(bob.identity));
  await expect(alice.spoken.filter({ hasText: change.title.alarm(bob.identity) })).toBeAttached();
  await expect(atAlice.trust).toHaveText(words.trust.changed);
  await atAlice.field.fill('Are you there?');
  await expect(atAlice.sendButton()).toBeDisabled();
  await atAlice.change.getByRole('button', { name: change.accept.alarm }).click();
  await expect(atAlice.change).toBeHidden();
  await expect(atAlice.trust).toHaveText(words.trust.marks['first-use']);
  await atAlice.field.press('Enter');
  await atAlice.expectState('Are you there?', 'sent');
});

test('an identity that only looks like a known one is pointed out before anything is written to it', async ({
  alice,
  bob,
}) => {
  await bob.startsChat(alice);
  const dialog = await bob.list.starting(`\u0430${alice.identity.slice(1)}`);
  await expect(dialog.getByRole('note')).toContainText(words.lookAlike.text(alice.identity));
  await expect(dialog.getByRole('note')).toContainText('U+0430');
  await bob.list.starting(alice.identity);
  await expect(dialog.getByRole('note')).toBeHidden();
});
