/** Pages that a message leads to: shown by the host, and only those that somebody proven named. */
import { expect, test } from 'vitest';
import { linksOf } from '../../main/messenger/views.ts';
import { aliceAndBob, aliceId, bobId } from './household.ts';

const text = 'Both are at https://example.org/a and http://wiki.intern/b.';

test('a link of a message is shown by the host; the window names it by its place', async () => {
  const shown: string[] = [];
  const openPage = ({ href }: URL) => Promise.resolve(void shown.push(href));
  const { alice, bob } = await aliceAndBob({ kind: 'electron', openPage });
  await alice.say(bobId, text);
  const { id: messageId, content } = await bob.awaits(aliceId, { trust: 'signed' });
  expect(content).toMatchObject({
    links: [{ address: 'https://example.org/a' }, { address: 'http://wiki.intern/b' }],
  });
  await bob.ask('messages.openLink', { messageId, link: 1 });
  expect(shown).toEqual(['http://wiki.intern/b']);
  expect(await bob.fail('messages.openLink', { messageId, link: 2 })).toMatchObject({ code: 'not-found' });
  expect(await bob.fail('messages.openLink', { messageId: 'none', link: 0 })).toMatchObject({
    code: 'not-found',
  });
  expect(shown).toHaveLength(1);
});

test('who only claims to be its author leads nowhere', () => {
  for (const trust of ['unsigned', 'foreign', 'bad'] as const) {
    expect(linksOf({ direction: 'incoming', trust, text })).toEqual([]);
  }
  expect(linksOf({ direction: 'incoming', trust: 'signed', text })).toHaveLength(2);
  expect(linksOf({ direction: 'outgoing', trust: 'unsigned', text })).toHaveLength(2);
});
