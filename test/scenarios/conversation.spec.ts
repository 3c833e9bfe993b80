import { words } from '../../renderer/locales/en.ts';
import { expect, test } from './support/scenario.ts';

test(
  'a line travels from one window to the other, and an answer back',
  { tag: '@every-host' },
  async ({ alice, bob }) => {
    const atAlice = await alice.startsChat(bob);
    await atAlice.say('Hello Bob, can you read this?');

    await expect(bob.list.unreadOf(alice.identity, 1)).toBeAttached();
    await expect(bob.page).toHaveTitle(words.windowTitle(1));
    await expect(
      bob.spoken.filter({ hasText: words.live.text(alice.identity, 'Hello Bob, can you read this?') }),
    ).toBeAttached();

    const atBob = await bob.opensChat(alice);
    await expect(atBob.bubble('Hello Bob, can you read this?')).toBeVisible();
    await expect(bob.list.unreadOf(alice.identity, 1)).toBeHidden();
    await expect(bob.page).toHaveTitle(words.windowTitle(0));
    await atAlice.expectState('Hello Bob', 'delivered-unconfirmed');

    await atBob.say('Every word.');
    await expect(atAlice.bubble('Every word.')).toBeVisible();
    await atBob.expectState('Every word.', 'delivered-unconfirmed');
  },
);

test('several lines arrive in the order in which they were written', async ({ alice, bob }) => {
  const lines = ['One', 'Two, with a second line\nbelow it', 'Three <b>not bold</b>', 'Four: 名前 🙂'];
  const atAlice = await alice.startsChat(bob);
  for (const line of lines) await atAlice.say(line);

  const atBob = await bob.opensChat(alice);
  await expect(atBob.messages.getByRole('article')).toContainText(lines);
});

test(
  'what is being written waits while somebody looks at another conversation',
  { tag: '@any-registry' },
  async ({ alice, bob }) => {
    const atAlice = await alice.startsChat(bob);
    await atAlice.field.fill('To be continued');
    await alice.list.start('carol@example.com');
    await expect(alice.list.entry(bob.identity)).toContainText('To be continued');

    await alice.opensChat(bob);
    await expect(atAlice.field).toHaveValue('To be continued');
    await atAlice.field.press('End');
    await atAlice.field.pressSequentially(', and sent');
    await atAlice.sendButton().click();
    await expect((await bob.opensChat(alice)).bubble('To be continued, and sent')).toBeVisible();
    await expect(atAlice.field).toHaveValue('');
  },
);
