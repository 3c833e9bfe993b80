import { expect, test } from 'vitest';
import type { Accepted } from '../../main/messenger/inbox/accept.ts';
import { Notifier } from '../../main/messenger/notify.ts';
import type { NewMessage } from '../../main/store/message.ts';
import { aliceId } from './household.ts';
import { workbench } from './workbench.ts';

async function arrangement() {
  const bench = await workbench();
  const { store } = bench.context;
  const notifier = new Notifier(bench.context);
  let number = 0;
  const arrive = (author: string, change: Partial<NewMessage> = {}): Accepted => {
    number += 1;
    const person = store.people.ensure(author, 1);
    const { id: conversationId } = store.conversations.ensure(bench.account.id, person.id, 1);
    const [message] = store.messages.insert([
      {
        conversationId,
        direction: 'incoming',
        wireId: `wire-${number}`,
        sessionId: '',
        author,
        at: number,
        state: 'received',
        kind: 'text',
        text: 'the words',
        ttlSeconds: 1,
        ...change,
      },
    ]);
    if (message === undefined) throw new Error('nothing was inserted');
    return { message, conversationId };
  };
  const shown = () =>
    bench.events.flatMap((event) => (event.type === 'notification.show' ? [event.notification] : []));
  const unread = () =>
    bench.events.flatMap((event) => (event.type === 'unread.changed' ? [event.unread] : []));
  return { ...bench, store, notifier, arrive, shown, unread };
}

test('a message is told with who wrote it and what, and counts as unread', async () => {
  const { notifier, arrive, shown, unread } = await arrangement();
  const accepted = arrive(aliceId);
  notifier.announce([accepted]);
  const { id: messageId } = accepted.message;
  expect(shown()).toEqual([
    { conversationId: accepted.conversationId, messageId, title: aliceId, body: 'the words' },
  ]);
  expect(unread()).toEqual([1]);
});

test('many messages of one look are one notification for each conversation, which opens the last', async () => {
  const { notifier, arrive, shown } = await arrangement();
  const arrived = [arrive(aliceId), arrive('carol'), arrive(aliceId), arrive(aliceId)];
  notifier.announce(arrived);
  expect(shown()).toHaveLength(2);
  expect(shown()[0]).toMatchObject({ messageId: arrived[3]?.message.id, title: aliceId });
  expect(shown()[0]?.body).not.toContain('the words');
});

test('the words stay hidden where the person wants that', async () => {
  const { context, notifier, arrive, shown } = await arrangement();
  context.settings.update({ notifications: { showContent: false } });
  notifier.announce([arrive(aliceId)]);
  expect(shown()[0]).toMatchObject({ title: aliceId });
  expect(shown()[0]?.body).not.toContain('the words');
});

test('nobody is told of what is muted, switched off, or in front of them; it is counted as far as it is not muted', async () => {
  const { context, store, notifier, arrive, shown, unread } = await arrangement();
  const seen = arrive(aliceId);
  notifier.setLookingAt(seen.conversationId);
  notifier.announce([seen]);
  notifier.setLookingAt(null);
  const muted = arrive('carol');
  store.conversations.mute(muted.conversationId, 'for-ever');
  notifier.announce([muted]);
  context.settings.update({ notifications: { enabled: false } });
  notifier.announce([arrive(aliceId)]);
  expect(shown()).toEqual([]);
  expect(unread()).toEqual([1, 1, 2]);
});

test('what was read is withdrawn', async () => {
  const { store, notifier, arrive, events } = await arrangement();
  const { conversationId } = arrive(aliceId);
  store.conversations.markRead(conversationId);
  notifier.withdraw(conversationId);
  expect(events).toEqual([
    { type: 'notification.hide', conversationId },
    { type: 'unread.changed', unread: 0 },
  ]);
});

test('nothing new is nothing to tell', async () => {
  const { notifier, events } = await arrangement();
  notifier.announce([]);
  expect(events).toEqual([]);
});
