import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Store } from '../../main/store/store.ts';
import { incomingText, insert, outgoingText, startConversation, temporaryStore } from './temporary-store.ts';

test('one account and one person have one conversation', async () => {
  const { store, conversation } = await temporaryStore();
  const again = store.conversations.ensure(conversation.accountId, conversation.person.id, 99);
  expect(again).toEqual(conversation);
  expect(store.conversations.list()).toEqual([conversation]);
});

test('a conversation of an account that is gone fails "not-found"', async () => {
  const { store, conversation } = await temporaryStore();
  expect(() => store.conversations.ensure('gone', conversation.person.id, 1)).toThrow(
    expect.objectContaining({ code: 'not-found' }),
  );
});

test('the places where an account writes to are each told once, whoever is written to there', async () => {
  const { store, conversation } = await temporaryStore();
  for (const [identity, mailbox] of [
    ['carol', 'registry.example.com/team'],
    ['dave', 'registry.example.com/team'],
  ] as const) {
    store.people.update(startConversation(store, identity).person.id, { mailbox });
  }
  const places = store.conversations.mailboxes(conversation.accountId);
  expect(new Set(places)).toEqual(new Set([null, 'registry.example.com/team']));
  expect(places).toHaveLength(2);
  expect(store.conversations.mailboxes('nobody')).toEqual([]);
});

test('the list shows the last message and the unread ones, newest activity first', async () => {
  const { store, conversation: bob } = await temporaryStore();
  const carol = startConversation(store, 'carol');
  const dave = startConversation(store, 'dave');
  store.messages.insert([
    incomingText(bob, { at: 50, text: 'first' }),
    incomingText(bob, { at: 60, text: 'x'.repeat(300) }),
    outgoingText(bob, { at: 55 }),
    incomingText(carol, {
      at: 70,
      kind: 'file',
      text: null,
      file: fileNamed('plan.pdf'),
      state: 'waiting',
    }),
  ]);
  const list = store.conversations.list();
  expect(list.map(({ id, unread, activityAt }) => ({ id, unread, activityAt }))).toEqual([
    { id: carol.id, unread: 1, activityAt: 70 },
    { id: bob.id, unread: 2, activityAt: 60 },
    { id: dave.id, unread: 0, activityAt: 1 },
  ]);
  expect(list[0]?.lastMessage).toMatchObject({ kind: 'file', excerpt: 'plan.pdf', state: 'waiting' });
  expect(list[1]?.lastMessage).toMatchObject({ kind: 'text', excerpt: 'x'.repeat(200), at: 60 });
  expect(list[2]?.lastMessage).toBeNull();
});

test('several that were sent together show the state that tells most: a failure is never hidden by what went well', async () => {
  const { store, conversation } = await temporaryStore();
  const batch = (index: number) => ({ id: 'batch', index, count: 3 });
  const [first, second, third] = store.messages.insert([
    outgoingText(conversation, { at: 2000, state: 'sent', batch: batch(0) }),
    outgoingText(conversation, { at: 2001, state: 'queued', batch: batch(1) }),
    outgoingText(conversation, { at: 2002, state: 'sent', batch: batch(2) }),
  ]);
  // Somebody else's, who chose the same name for it.
  insert(store, incomingText(conversation, { at: 1999, state: 'failed', batch: batch(0) }));
  const shown = () => store.conversations.get(conversation.id)?.lastMessage;
  expect(shown()).toMatchObject({ messageId: third?.id, state: 'queued' });
  store.messages.update(first?.id ?? '', { state: 'failed' });
  expect(shown()?.state).toBe('failed');
  store.messages.update(first?.id ?? '', { state: 'delivered-unconfirmed' });
  store.messages.update(second?.id ?? '', { state: 'delivered-unconfirmed' });
  expect(shown()?.state).toBe('sent');
  insert(store, outgoingText(conversation, { at: 3000, state: 'queued' }));
  expect(shown()?.state).toBe('queued');
});

test('refused and expired messages are not unread, own messages neither', async () => {
  const { store, conversation } = await temporaryStore();
  store.messages.insert([
    incomingText(conversation, { state: 'refused' }),
    incomingText(conversation, { state: 'expired' }),
    outgoingText(conversation),
    incomingText(conversation, { state: 'downloading' }),
  ]);
  expect(store.conversations.get(conversation.id)?.unread).toBe(1);
});

test('marking as read covers what is there, says whether there was any, and not what comes later', async () => {
  const { store, conversation } = await temporaryStore();
  expect(store.conversations.markRead(conversation.id)).toBe(false);
  insert(store, incomingText(conversation));
  const last = insert(store, incomingText(conversation));
  expect(store.conversations.markRead(conversation.id)).toBe(true);
  expect(store.conversations.get(conversation.id)).toMatchObject({ unread: 0, readUpTo: last.sequence });
  expect(store.conversations.markRead(conversation.id)).toBe(false);
  // The newest row goes, and its number must not come back for an unread one.
  store.messages.remove(last.id);
  insert(store, incomingText(conversation));
  expect(store.conversations.get(conversation.id)?.unread).toBe(1);
});

test('the total leaves muted conversations out', async () => {
  const { store, conversation: bob } = await temporaryStore();
  const carol = startConversation(store, 'carol');
  expect(store.conversations.unreadTotal()).toBe(0);
  store.messages.insert([incomingText(bob), incomingText(carol), incomingText(carol)]);
  expect(store.conversations.unreadTotal()).toBe(3);
  store.conversations.mute(carol.id, 'for-ever');
  expect(store.conversations.unreadTotal()).toBe(1);
  expect(store.conversations.get(carol.id)).toMatchObject({ muted: true, unread: 2 });
});

test('a draft is kept and changes no order', async () => {
  const { store, conversation } = await temporaryStore();
  expect(store.conversations.saveDraft(conversation.id, 'Dear “Bob” 🎉\u0000')).toBe(true);
  expect(store.conversations.get(conversation.id)).toMatchObject({
    draft: 'Dear “Bob” 🎉\u0000',
    activityAt: conversation.activityAt,
  });
  expect(store.conversations.saveDraft('gone', '')).toBe(false);
});

test('a draft may answer a message of its own conversation, until that is removed', async () => {
  const { store, conversation } = await temporaryStore();
  const mine = insert(store, incomingText(conversation, { text: 'Coming?' }));
  const theirs = insert(store, incomingText(startConversation(store, 'carol')));
  const answers = () => store.conversations.get(conversation.id)?.draftAnswers;
  store.conversations.saveDraft(conversation.id, 'Yes', theirs.id);
  expect(answers()).toBeNull();
  store.conversations.saveDraft(conversation.id, 'Yes', mine.id);
  expect(answers()).toEqual({ id: mine.id, direction: 'incoming', kind: 'text', excerpt: 'Coming?' });
  store.messages.remove(mine.id);
  expect(answers()).toBeNull();
  expect(store.conversations.get(conversation.id)?.draft).toBe('Yes');
});

test('an older message does not move a conversation back', async () => {
  const { store, conversation } = await temporaryStore();
  store.messages.insert([incomingText(conversation, { at: 500 }), incomingText(conversation, { at: 400 })]);
  expect(store.conversations.get(conversation.id)?.activityAt).toBe(500);
});

test('removing a conversation takes its messages and leaves the person', async () => {
  const { store, conversation } = await temporaryStore();
  const message = insert(store, incomingText(conversation));
  expect(store.conversations.remove(conversation.id)).toBe(true);
  expect(store.messages.get(message.id)).toBeNull();
  expect(store.people.get(conversation.person.id)).not.toBeNull();
});

test('neither the list nor a page nor the work that waits ever reads the whole table of messages', async () => {
  const { store, path } = await temporaryStore();
  store.close();
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare');
  onTestFinished(() => prepare.mockRestore());
  const opened = Store.open(path);
  try {
    const conversation = startConversation(opened, 'bob@example.com');
    const { id } = insert(opened, incomingText(conversation));
    opened.conversations.list();
    opened.conversations.unreadTotal();
    opened.conversations.markRead(conversation.id);
    for (const place of [{}, { around: id }, { before: '1.1' }, { after: '1.1' }]) {
      opened.messages.page(conversation.id, { ...place, limit: 5 });
    }
    opened.messages.transition(id, ['received'], { state: 'failed' });
    opened.messages.findIncoming('a', 'b', 'c');
    opened.messages.findByDigest('a', 'b');
    opened.messages.awaitingReceipts('a', 1);
    opened.messages.temporarySources();
    opened.outbox.expireWaiting(1);
    opened.outbox.nextExpiry();
    opened.outbox.due(1);
    opened.outbox.downloadsDue(1);
    opened.outbox.nextRetryAt(1);
    opened.outbox.nextDownloadAt(1);
    opened.outbox.hurry();
    opened.outbox.requeueInterrupted();
    opened.search.query('word', 5);
  } finally {
    opened.close();
  }
  const statements = prepare.mock.calls.map(([sql]) => sql);
  const database = new DatabaseSync(path);
  const about = statements.filter((sql) => /\bmessages\b/.test(sql) && !sql.startsWith('INSERT'));
  expect(about.length).toBeGreaterThan(12);
  const plans = about.map((sql) => ({
    sql,
    plan: database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map((row) => String(row.detail)),
  }));
  database.close();
  const scans = plans.filter(({ plan }) =>
    plan.some((step) =>
      /^SCAN (?:messages|last|incoming|part)\b(?! USING (?:COVERING )?INDEX messagesTemp)/.test(step),
    ),
  );
  expect(scans).toEqual([]);
});

function fileNamed(name: string) {
  return {
    name,
    bytes: 12,
    mediaType: 'application/pdf',
    folder: false,
    sourcePath: null,
    sourceTemporary: false,
    sourceSize: null,
    sourceModifiedAt: null,
    savedPath: null,
  };
}
