import { words } from '../../renderer/locales/en.ts';
import { askEngine } from './support/ask-engine.ts';
import { expect, test } from './support/scenario.ts';

test(
  'a line travels from one window to the other, and an answer back',
  { tag: '@every-registry' },
  async ({ alice, bob }) => {
    const atAlice = await alice.startsChat(bob);
    await atAlice.say('Hello Bob, can you read this?');

    await expect(bob.list.requests(1)).toBeVisible();
    await expect(bob.page).toHaveTitle(words.windowTitle(1));
    await expect(
      bob.spoken.filter({ hasText: words.live.text(alice.identity, 'Hello Bob, can you read this?') }),
    ).toBeAttached();

    const atBob = await bob.acceptsChat(alice);
    await expect(atBob.bubble('Hello Bob, can you read this?')).toBeVisible();
    await expect(bob.list.unreadOf(alice.identity, 1)).toBeHidden();
    await expect(bob.page).toHaveTitle(words.windowTitle(0));
    await atAlice.expectState('Hello Bob', 'delivered');

    await atBob.say('Every word. More at https://example.org/words.');
    await expect(atAlice.bubble('Every word.')).toBeVisible();
    await expect(alice.page.getByRole('link', { name: 'https://example.org/words' })).toBeVisible();
    await atBob.expectState('Every word.', 'delivered');
  },
);

test('several lines arrive in the order in which they were written', async ({ alice, bob }) => {
  const lines = ['One', 'Two, with a second line\nbelow it', 'Three <b>not bold</b>', 'Four: 名前 🙂'];
  const atAlice = await alice.startsChat(bob);
  for (const line of lines) await atAlice.say(line);

  const atBob = await bob.acceptsChat(alice);
  await expect(atBob.messages.getByRole('article')).toContainText(lines);
});

test('each line runs the way its own words do: Hebrew from right to left, English from left to right', async ({
  alice,
  bob,
}) => {
  const chat = await alice.startsChat(bob);
  await chat.field.fill('שלום!');
  await expect(chat.field).toHaveCSS('direction', 'rtl');
  await chat.field.fill('שלום!\nHello!');
  await chat.field.press('Enter');
  /** Pixels from the left where a character of the message is drawn. */
  const leftOf = (character: string, nth: 'first' | 'last') =>
    chat.bubble('Hello!').evaluate(
      (bubble, [wanted, which]) => {
        const texts = document.createTreeWalker(bubble, NodeFilter.SHOW_TEXT);
        for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
          const text = node.textContent ?? '';
          if (!text.includes('Hello!')) continue;
          const at = which === 'first' ? text.indexOf(wanted) : text.lastIndexOf(wanted);
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + 1);
          return range.getBoundingClientRect().left;
        }
        throw new Error('The bubble does not have these words.');
      },
      [character, nth] as const,
    );
  expect(await leftOf('!', 'first')).toBeLessThan(await leftOf('ש', 'first'));
  expect(await leftOf('!', 'last')).toBeGreaterThan(await leftOf('H', 'first'));
});

test('what is being written waits while somebody looks at another conversation', async ({ alice, bob }) => {
  const atAlice = await alice.startsChat(bob);
  await atAlice.field.fill('To be continued');
  await alice.list.start('carol@example.com');
  await expect(alice.list.entry(bob.identity)).toContainText('To be continued');

  await alice.opensChat(bob);
  await expect(atAlice.field).toHaveValue('To be continued');
  await atAlice.field.press('End');
  await atAlice.field.pressSequentially(', and sent');
  await atAlice.sendButton().click();
  await expect((await bob.acceptsChat(alice)).bubble('To be continued, and sent')).toBeVisible();
  await expect(atAlice.field).toHaveValue('');
});

test('an answer shows what it answers, and leads there', async ({ alice, bob }) => {
  const atAlice = await alice.startsChat(bob);
  await atAlice.say('Which gate is open?');
  const atBob = await bob.acceptsChat(alice);
  await atBob.bubble('Which gate').hover();
  await atBob.actionsOf('Which gate').click();
  await bob.page.getByRole('menuitem', { name: words.message.reply }).click();
  await expect(atBob.field).toBeFocused();
  await expect(atBob.field).toHaveAccessibleDescription(/Which gate is open\?/);

  for (let line = 1; line <= 12; line += 1) await atAlice.say(`Small talk ${line}\n\nof three lines`);
  await expect(atBob.bubble('Small talk 12')).toBeVisible();
  await atBob.say('The northern one.');
  await expect(atBob.field).not.toHaveAccessibleDescription(/Which gate/);

  const quote = atAlice.quoteIn('The northern one.', words.message.fromYou);
  await expect(quote).toContainText('Which gate is open?');
  const question = atAlice.bubble('Which gate is open?').filter({ hasNotText: 'The northern one.' });
  await expect(question).not.toBeInViewport();
  await quote.click();
  await expect(question).toBeInViewport();
});

test('the other button of the mouse offers what can be done with a message, and with a conversation', async ({
  alice,
  bob,
}) => {
  const atAlice = await alice.startsChat(bob);
  await atAlice.say('Which gate is open?');
  const atBob = await bob.acceptsChat(alice);
  const choose = (name: string) => bob.page.getByRole('menuitem', { name });
  await atBob.bubble('Which gate').click({ button: 'right' });
  await choose(words.message.reply).click();
  await expect(atBob.field).toBeFocused();
  await expect(atBob.field).toHaveAccessibleDescription(/Which gate is open\?/);

  // Elsewhere meanwhile.
  await bob.list.start('carol@example.com');
  await atAlice.say('And since when?');
  await expect(bob.list.unreadOf(alice.identity, 1)).toBeVisible();
  await bob.list.entry(alice.identity).click({ button: 'right' });
  await choose(words.list.markRead).click();
  await expect(bob.list.unreadOf(alice.identity, 1)).toBeHidden();
  await bob.list.entry(alice.identity).click({ button: 'right' });
  await choose(words.quiet.muteFor).hover();
  await choose(words.quiet.lengths['for-ever']).click();
  await expect(bob.list.entry(alice.identity)).toContainText(words.list.muted);
});

test('by keyboard: R on a message answers it, Escape takes that back', async ({ alice, bob }) => {
  const atAlice = await alice.startsChat(bob);
  await atAlice.say('Which gate is open?');
  await atAlice.say('And since when?');
  await atAlice.actionsOf('Which gate').focus();
  await alice.page.keyboard.press('r');
  await expect(atAlice.field).toBeFocused();
  await expect(atAlice.field).toHaveAccessibleDescription(/Which gate is open\?/);
  await alice.page.keyboard.press('Escape');
  await expect(atAlice.field).not.toHaveAccessibleDescription(/Which gate/);
  await expect(atAlice.field).toBeFocused();
});

test('a link to a conversation leads there, also where it is pasted as somebody to write to', async ({
  alice,
  bob,
}) => {
  const atAlice = await alice.startsChat(bob);
  const [here] = await askEngine(alice.page, 'conversations.list', {});
  const { link } = await askEngine(alice.page, 'links.ofConversation', { conversationId: here?.id ?? '' });
  await alice.list.start('carol@example.com');
  await expect(atAlice.region).toBeHidden();

  const dialog = await alice.list.starting(link);
  await expect(dialog.getByText(words.link.toConversation(bob.identity))).toBeVisible();
  await dialog.getByRole('button', { name: words.link.open }).click();
  await expect(atAlice.field).toBeFocused();

  // Whoever has no conversation with them yet begins one.
  const elsewhere = link.replace(encodeURIComponent(bob.identity), encodeURIComponent('dora@example.com'));
  const asking = await alice.list.starting(elsewhere);
  await expect(asking.getByText(words.link.toPerson('dora@example.com'))).toBeVisible();
  await asking.getByRole('button', { name: words.newConversation.start }).click();
  await expect(alice.chat('dora@example.com').field).toBeFocused();
});
