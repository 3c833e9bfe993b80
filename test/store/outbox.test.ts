import { expect, test } from 'vitest';
import { Store } from '../../main/store/store.ts';
import { incomingText, insert, outgoingText, startConversation, temporaryStore } from './temporary-store.ts';

const someFile = {
  name: 'a.bin',
  bytes: 1,
  mediaType: 'application/octet-stream',
  folder: false,
  sourcePath: null,
  sourceTemporary: false,
  sourceSize: null,
  sourceModifiedAt: null,
  savedPath: null,
};

test('what is queued is due at its time, oldest first; nothing else is', async () => {
  const { store } = await temporaryStore();
  const [a, b, c] = ['a', 'b', 'c'].map((name) => startConversation(store, name));
  if (!a || !b || !c) throw new Error('unreachable');
  const [first, , third] = store.messages.insert([
    outgoingText(a, { at: 900 }),
    outgoingText(b, { at: 100, retryAt: 50 }),
    outgoingText(c, { at: 100 }),
    outgoingText(startConversation(store, 'd'), { state: 'failed' }),
    outgoingText(startConversation(store, 'e'), { state: 'cancelled' }),
    incomingText(startConversation(store, 'f'), { state: 'waiting' }),
  ]);
  expect(store.outbox.due(49)).toEqual([first, third]);
  expect(store.outbox.due(50)).toHaveLength(3);
  expect(store.outbox.due(50, 1)).toEqual([first]);
});

test('texts of one conversation are due one after the other, also while the first waits for another try', async () => {
  const { store, conversation } = await temporaryStore();
  const [first, second] = store.messages.insert([
    outgoingText(conversation, { retryAt: 50 }),
    outgoingText(conversation),
  ]);
  expect(store.outbox.due(49)).toEqual([]);
  expect(store.outbox.due(50)).toEqual([first]);
  store.outbox.hurry(conversation.id);
  expect(store.outbox.due(0).map(({ id }) => id)).toEqual([first?.id]);
  store.messages.update(first?.id ?? '', { retryAt: 1000, attempts: 10 });
  expect(store.outbox.due(50)).toEqual([second]);
});

test('files that wait or pile up hold back neither texts nor the files of others', async () => {
  const { store, conversation } = await temporaryStore();
  const file = { kind: 'file', text: null, file: someFile } as const;
  store.messages.insert(Array.from({ length: 150 }, () => outgoingText(conversation, file)));
  const [text] = store.messages.insert([outgoingText(conversation)]);
  const [other] = store.messages.insert([outgoingText(startConversation(store, 'carol'), file)]);
  const due = store.outbox.due(1).map(({ id }) => id);
  expect(due).toHaveLength(3);
  expect(due).toEqual(expect.arrayContaining([text?.id, other?.id]));
  store.messages.update(due[0] ?? '', { retryAt: 50 });
  expect(store.outbox.due(1)).toHaveLength(3);
});

test('a payload is fetched once somebody wants it, at its time', async () => {
  const { store, conversation } = await temporaryStore();
  const waiting = insert(store, incomingText(conversation, { state: 'waiting' }));
  expect(store.outbox.downloadsDue(1)).toEqual([]);
  store.messages.update(waiting.id, { downloadWanted: true, retryAt: 10 });
  expect(store.outbox.downloadsDue(9)).toEqual([]);
  expect(store.outbox.downloadsDue(10).map(({ id }) => id)).toEqual([waiting.id]);
});

test('the next time to try is the earliest that is still to come, each way for itself', async () => {
  const { store, conversation } = await temporaryStore();
  expect(store.outbox.nextRetryAt(0)).toBeNull();
  store.messages.insert([
    outgoingText(conversation, { retryAt: 10 }),
    outgoingText(conversation, { retryAt: 30 }),
    incomingText(conversation, { state: 'waiting', downloadWanted: true, retryAt: 20 }),
    incomingText(conversation, { state: 'waiting', retryAt: 5 }),
    outgoingText(conversation, { state: 'failed', retryAt: 15 }),
  ]);
  expect(store.outbox.nextRetryAt(0)).toBe(10);
  expect(store.outbox.nextRetryAt(10)).toBe(30);
  expect(store.outbox.nextDownloadAt(0)).toBe(20);
  expect(store.outbox.nextDownloadAt(20)).toBeNull();
});

test('after a crash, what was half sent is queued and what was half fetched waits to be fetched', async () => {
  const { store, path, conversation } = await temporaryStore();
  const states = ['preparing', 'uploading', 'sent', 'failed'] as const;
  const outgoing = store.messages.insert(
    states.map((state) => outgoingText(conversation, { state, attempts: 2, retryAt: 99 })),
  );
  const fetched = insert(store, incomingText(conversation, { state: 'downloading', retryAt: 99 }));
  const again = Store.open(path);
  expect(again.outbox.requeueInterrupted()).toBe(3);
  expect(again.outbox.requeueInterrupted()).toBe(0);
  expect(outgoing.map(({ id }) => again.messages.get(id)?.state)).toEqual([
    ...['queued', 'queued', 'sent', 'failed'],
  ]);
  expect(again.messages.get(outgoing[0]?.id ?? '')).toMatchObject({ attempts: 2, retryAt: null });
  expect(again.messages.get(fetched.id)).toMatchObject({ state: 'waiting', downloadWanted: true });
  expect(again.outbox.downloadsDue(0)).toHaveLength(1);
  again.close();
});
