import { describe, expect, test } from 'vitest';
import type { Accepted } from '../../../main/messenger/inbox/accept.ts';
import { Notifier } from '../../../main/messenger/notifications/notifier.ts';
import { QuietTimes } from '../../../main/messenger/quiet-times.ts';
import type { NewMessage } from '../../../main/store/message.ts';
import { aliceId } from '../household.ts';
import { workbench } from '../workbench.ts';

const minute = 60_000;

async function arrangement() {
  const bench = await workbench();
  const { store } = bench.context;
  const notifier = new Notifier(bench.context);
  const quiet = new QuietTimes({ context: bench.context, onMuted: () => undefined });
  let number = 0;
  /** A message that was just taken in; `standing` of a conversation that it begins. */
  const arrive = (
    author: string,
    change: Partial<NewMessage> = {},
    standing: 'accepted' | 'request' = 'accepted',
  ): Accepted => {
    number += 1;
    const person = store.people.ensure(author, 1);
    const { id: conversationId } = store.conversations.ensure(bench.account.id, person.id, 1, standing);
    const [message] = store.messages.insert([
      {
        conversationId,
        direction: 'incoming',
        wireId: `wire-${number}`,
        sessionId: '',
        author,
        at: bench.clock.now(),
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
  const hidden = () =>
    bench.events.flatMap((event) => (event.type === 'notification.hide' ? [event.key] : []));
  const unread = () =>
    bench.events.flatMap((event) => (event.type === 'unread.changed' ? [event.unread] : []));
  const settings = bench.context.settings;
  return { ...bench, store, settings, notifier, quiet, arrive, shown, hidden, unread };
}
type Arrangement = Awaited<ReturnType<typeof arrangement>>;

test('a message is told with who wrote it and what, leads to itself, and counts as unread', async () => {
  const { notifier, arrive, shown, unread } = await arrangement();
  const { conversationId, message } = arrive(aliceId);
  notifier.announce([{ conversationId, message }]);
  expect(shown()).toEqual([
    {
      key: conversationId,
      title: aliceId,
      body: 'the words',
      to: { kind: 'conversation', conversationId, messageId: message.id },
      answers: conversationId,
    },
  ]);
  expect(unread()).toEqual([1]);
});

test('many messages of one look are one notification for each conversation, which leads to the first of them', async () => {
  const { notifier, arrive, shown } = await arrangement();
  const arrived = [arrive(aliceId), arrive('carol'), arrive(aliceId), arrive(aliceId)];
  notifier.announce(arrived);
  expect(shown()).toHaveLength(2);
  expect(shown()[0]).toMatchObject({ title: aliceId, to: { messageId: arrived[0]?.message.id } });
  expect(shown()[0]?.body).not.toContain('the words');
});

test('what follows unread messages says how many there are by now, and leads to the first of them until it was read', async () => {
  const { notifier, arrive, shown, store } = await arrangement();
  const first = arrive(aliceId);
  notifier.announce([first]);
  notifier.announce([arrive(aliceId, { text: 'and this' })]);
  expect(shown()[1]).toMatchObject({ body: 'and this', to: { messageId: first.message.id } });
  expect(shown()[1]?.title).toMatch(/2/);
  notifier.announce([arrive(aliceId), arrive(aliceId)]);
  expect(shown()[2]).toMatchObject({ title: aliceId, to: { messageId: first.message.id } });
  expect(shown()[2]?.body).toMatch(/4/);
  store.conversations.markRead(first.conversationId);
  notifier.withdraw(first.conversationId);
  const later = arrive(aliceId);
  notifier.announce([later]);
  expect(shown()[3]).toMatchObject({
    title: aliceId,
    body: 'the words',
    to: { messageId: later.message.id },
  });
});

test('hidden words stay hidden in what follows, too', async () => {
  const { settings, notifier, arrive, shown } = await arrangement();
  settings.update({ notifications: { showContent: false } });
  notifier.announce([arrive(aliceId)]);
  notifier.announce([arrive(aliceId)]);
  expect(shown()[1]?.title).toBe(aliceId);
  expect(shown()[1]?.body).toMatch(/2/);
  expect(JSON.stringify(shown())).not.toContain('the words');
});

test('one for all that follows one for all speaks of both, and goes when all of it was read', async () => {
  const { notifier, arrive, shown, hidden, clock, store } = await arrangement();
  const night = ['a', 'b', 'c', 'd', 'e'].map((author) => arrive(author));
  notifier.announce(night);
  for (const author of ['v', 'w', 'x']) notifier.announce([arrive(author)]);
  notifier.announce([arrive('y')]);
  notifier.announce([arrive('z'), arrive('a')]);
  clock.pass(minute);
  expect(shown().map(({ key }) => key)).toEqual([
    'all',
    ...shown()
      .slice(1, 4)
      .map(({ key }) => key),
    'all',
  ]);
  // Five of the night, one of whom wrote again, and two more; who was told of by themselves is not told of twice.
  expect(shown()[4]?.body).toMatch(/^8\D+7\D/);
  for (const { id } of store.conversations.list()) notifier.withdraw(id);
  expect(hidden().filter((key) => key === 'all')).toEqual(['all']);
});

test('a night offline is one notification for all, which goes when the last of it was read', async () => {
  const { notifier, arrive, shown, hidden, store } = await arrangement();
  const people = ['a', 'b', 'c', 'd', 'e'];
  const arrived = [...people, ...people].map((author) => arrive(author));
  notifier.announce([...arrived, arrive('stranger', {}, 'request')]);
  expect(shown()).toMatchObject([{ key: 'all', answers: null }]);
  expect(shown()[0]?.body).toMatch(/10\D+5\D+1\D/);
  expect(shown()[0]?.body).not.toContain('the words');
  const talks = new Set(store.conversations.list().map(({ id }) => id));
  for (const id of talks) {
    expect(hidden()).toEqual([]);
    notifier.withdraw(id);
  }
  expect(hidden()).toEqual(['all']);
});

test('who writes without an end is told now and then, and nothing is lost that was not read meanwhile', async () => {
  const { notifier, arrive, shown, clock, store } = await arrangement();
  for (let second = 0; second < 10 * 60; second += 1) {
    notifier.announce([arrive(aliceId)]);
    clock.pass(1000);
  }
  const told = shown().length;
  expect(told).toBeGreaterThan(10);
  expect(told).toBeLessThan(50);
  clock.pass(minute);
  const { conversationId } = arrive(aliceId);
  const count = shown().length;
  store.conversations.markRead(conversationId);
  notifier.withdraw(conversationId);
  clock.pass(10 * minute);
  expect(shown()).toHaveLength(count);
});

test('what had to wait is told together', async () => {
  const { notifier, arrive, shown, clock } = await arrangement();
  for (const author of ['a', 'b', 'c', 'd']) notifier.announce([arrive(author)]);
  notifier.announce([arrive('e')]);
  notifier.announce([arrive('f'), arrive('f')]);
  expect(shown()).toHaveLength(4);
  clock.pass(minute);
  expect(shown().slice(4)).toMatchObject([{ key: 'all', title: expect.any(String) as string }]);
  expect(shown()[4]?.body).toMatch(/3\D+2\D/);
});

test('the words stay hidden where the person wants that', async () => {
  const { settings, notifier, arrive, shown } = await arrangement();
  settings.update({ notifications: { showContent: false } });
  const file = { name: 'plan.pdf', bytes: 1, mediaType: 'a/b', folder: false, sourceTemporary: false };
  notifier.announce([arrive(aliceId)]);
  notifier.announce([
    arrive('carol', {
      kind: 'file',
      text: null,
      file: { ...file, sourcePath: null, sourceSize: null, sourceModifiedAt: null, savedPath: null },
    }),
  ]);
  expect(shown().map(({ title }) => title)).toEqual([aliceId, 'carol']);
  expect(JSON.stringify(shown())).not.toMatch(/the words|plan\.pdf/);
});

test('of a stranger only who asks is said, not a word of theirs; several are one, and none is answered in place', async () => {
  const { notifier, arrive, shown, unread } = await arrangement();
  const ask = (author: string) => arrive(author, { text: 'psst' }, 'request');
  notifier.announce([ask('mallory')]);
  notifier.announce([ask('eve'), ask('trudy')]);
  const leadsThere = { key: 'requests', to: { kind: 'requests' }, answers: null };
  expect(shown()).toMatchObject([leadsThere, leadsThere]);
  expect(shown()[0]?.body).toContain('mallory');
  expect(JSON.stringify(shown())).not.toContain('psst');
  expect(unread()).toEqual([0, 0]);
});

describe('nobody is told of', () => {
  test.each<[string, (parts: Arrangement, arrived: Accepted) => void, number]>([
    [
      'what they have before them',
      ({ notifier }, { conversationId }) => notifier.setLookingAt(conversationId),
      1,
    ],
    [
      'a conversation that is muted',
      ({ quiet }, { conversationId }) => quiet.muteConversation(conversationId, 'hour'),
      0,
    ],
    ['anything while all is muted', ({ quiet }) => quiet.mute('hour'), 1],
    [
      'anything where that is switched off',
      ({ settings }) => void settings.update({ notifications: { enabled: false } }),
      1,
    ],
    [
      'what was read',
      ({ store }, { conversationId }) => void store.conversations.markRead(conversationId),
      0,
    ],
    [
      'somebody who is blocked',
      ({ store }, { conversationId }) => void store.conversations.stand(conversationId, 'blocked'),
      0,
    ],
    [
      'a conversation that is gone',
      ({ store }, { conversationId }) => void store.conversations.remove(conversationId),
      0,
    ],
  ])('%s', async (_, arrange, unread) => {
    const parts = await arrangement();
    const arrived = parts.arrive(aliceId);
    arrange(parts, arrived);
    parts.notifier.announce([arrived]);
    expect(parts.shown()).toEqual([]);
    expect(parts.unread().at(-1)).toBe(unread);
  });

  test('what was there before the account was, however much that is', async () => {
    const { store, account, notifier, arrive, shown, unread } = await arrangement();
    const at = account.createdAt;
    const week = 7 * 24 * 60 * minute;
    notifier.announce([arrive('a', { at: at - week }), arrive('b', { at: at - 10 * minute })]);
    expect(shown()).toEqual([]);
    expect(unread()).toEqual([2]);
    expect(store.conversations.unreadTotal()).toBe(2);
    // Clocks differ a little.
    notifier.announce([arrive('c', { at: at - minute })]);
    expect(shown()).toHaveLength(1);
  });

  test('nothing new', async () => {
    const { notifier, events } = await arrangement();
    notifier.announce([]);
    expect(events).toEqual([]);
  });
});

test('what ends a mute tells nothing of what came before', async () => {
  const { quiet, notifier, arrive, shown, clock } = await arrangement();
  quiet.mute('hour');
  notifier.announce([arrive(aliceId)]);
  quiet.mute(null);
  clock.pass(minute);
  expect(shown()).toEqual([]);
  notifier.announce([arrive(aliceId)]);
  expect(shown()).toMatchObject([{ title: aliceId, body: 'the words' }]);
});

test('what was read is withdrawn, and what nobody was told of is not', async () => {
  const { store, notifier, arrive, events, hidden } = await arrangement();
  const arrived = arrive(aliceId);
  const { conversationId } = arrived;
  notifier.withdraw(arrive('carol').conversationId);
  notifier.announce([arrived]);
  store.conversations.markRead(conversationId);
  notifier.withdraw(conversationId);
  expect(hidden()).toEqual([conversationId]);
  expect(events.at(-1)).toEqual({ type: 'unread.changed', unread: 1 });
});
