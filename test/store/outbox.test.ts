import { expect, test } from 'vitest';
import { Store } from '../../main/store/store.ts';
import { incomingText, insert, outgoingText, temporaryStore } from './temporary-store.ts';

test('what is queued is due at its time, oldest first; nothing else is', async () => {
  const { store, conversation } = await temporaryStore();
  const [first, , third] = store.messages.insert([
    outgoingText(conversation, { at: 900 }),
    outgoingText(conversation, { at: 100, retryAt: 50 }),
    outgoingText(conversation, { at: 100 }),
    outgoingText(conversation, { state: 'failed' }),
    outgoingText(conversation, { state: 'cancelled' }),
    incomingText(conversation, { state: 'waiting' }),
  ]);
  expect(store.outbox.due(49)).toEqual([first, third]);
  expect(store.outbox.due(50)).toHaveLength(3);
  expect(store.outbox.due(50, 1)).toEqual([first]);
});

test('a payload is fetched once somebody wants it, at its time', async () => {
  const { store, conversation } = await temporaryStore();
  const waiting = insert(store, incomingText(conversation, { state: 'waiting' }));
  expect(store.outbox.downloadsDue(1)).toEqual([]);
  store.messages.update(waiting.id, { downloadWanted: true, retryAt: 10 });
  expect(store.outbox.downloadsDue(9)).toEqual([]);
  expect(store.outbox.downloadsDue(10).map(({ id }) => id)).toEqual([waiting.id]);
});

test('the next time to try is the earliest of both ways', async () => {
  const { store, conversation } = await temporaryStore();
  expect(store.outbox.nextRetryAt()).toBeNull();
  store.messages.insert([
    outgoingText(conversation, { retryAt: 30 }),
    incomingText(conversation, { state: 'waiting', downloadWanted: true, retryAt: 20 }),
    incomingText(conversation, { state: 'waiting', retryAt: 5 }),
    outgoingText(conversation, { state: 'failed', retryAt: 1 }),
  ]);
  expect(store.outbox.nextRetryAt()).toBe(20);
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
