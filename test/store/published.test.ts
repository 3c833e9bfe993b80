import { expect, test } from 'vitest';
import type { Published } from '../../main/store/published.ts';
import { temporaryStore } from './temporary-store.ts';

async function book() {
  const { store, conversation } = await temporaryStore();
  const place = { accountId: conversation.accountId, repository: 'registry.example.com/bob' };
  const put = (digest: string, expiresAt: number, change: Partial<Published> = {}) =>
    store.published.record({
      ...{ ...place, digest, tag: `tag-${digest}`, subject: null, kind: 'message', bytes: 10, expiresAt },
      ...change,
    });
  const expired = (expiredBy: number, now = 0, limit = 9) =>
    store.published.expired(place, { expiredBy, now, limit }).map(({ digest }) => digest);
  return { store, place, put, expired };
}

test('what expired longest ago comes first, and never more than asked for', async () => {
  const { put, expired } = await book();
  put('c', 300);
  put('a', 100);
  put('b', 200);
  expect(expired(250)).toEqual(['a', 'b']);
  expect(expired(300, 0, 2)).toEqual(['a', 'b']);
});

test('a manifest under two tags is one thing, and lives as long as the longer of them', async () => {
  const { store, place, put, expired } = await book();
  put('a', 100, { tag: 'one' });
  put('a', 200, { tag: 'two' });
  expect(expired(150)).toEqual([]);
  expect(store.published.expired(place, { expiredBy: 200, now: 0, limit: 9 })).toMatchObject([
    { digest: 'a', tags: ['one', 'two'] },
  ]);
  store.published.settle(place.repository, 'a');
  expect(store.published.counts(place, 200)).toEqual({ expired: 0, living: 0, nextExpiry: null });
});

test('a manifest that lives for another account of this home is not removed for this one', async () => {
  const { store, put, expired } = await book();
  const other = store.accounts.insert({
    ...{ identity: 'carol', repository: 'registry.example.com/carol', kind: 'registry' },
    ...{ loginKind: 'none', username: null, createdAt: 1 },
  });
  put('a', 100);
  put('a', 500, { accountId: other.id, tag: 'hers' });
  expect(expired(200)).toEqual([]);
});

test('what is put again lives until the later end', async () => {
  const { put, expired } = await book();
  put('a', 500);
  put('a', 100);
  expect(expired(400)).toEqual([]);
});

test('what was put off waits for its turn and holds back nothing', async () => {
  const { store, place, put, expired } = await book();
  put('a', 100);
  put('b', 100);
  store.published.postpone(place.repository, 'a', 1000);
  expect(expired(200, 999)).toEqual(['b']);
  expect(expired(200, 1000)).toEqual(['a', 'b']);
});

test('counts say how much has expired, how much lives, and until when', async () => {
  const { store, place, put } = await book();
  put('a', 100);
  put('b', 300);
  put('c', 200);
  expect(store.published.counts(place, 150)).toEqual({ expired: 1, living: 2, nextExpiry: 200 });
  expect(store.published.isExpired(place.repository, 'a', 150)).toBe(true);
  expect(store.published.isExpired(place.repository, 'b', 150)).toBe(false);
  expect(store.published.isExpired(place.repository, 'somebody else’s', 150)).toBe(false);
});

test('an account that is removed takes its book along', async () => {
  const { store, place, put } = await book();
  put('a', 100);
  store.accounts.remove(place.accountId);
  expect(store.published.places()).toEqual([]);
});

test('the last round in a place is kept with why it ended', async () => {
  const { store, place } = await book();
  const round = {
    ...{ ...place, at: 5, nextAt: 9, removed: 1, gone: 2, failed: 3, bytes: 4, failuresInARow: 1 },
    failure: { code: 'unsupported', message: 'No.', detail: { status: 405 } },
  } as const;
  store.cleanups.save(round);
  store.cleanups.save({ ...round, removed: 7, failure: null });
  expect(store.cleanups.get(place)).toEqual({ ...round, removed: 7, failure: null });
  expect(store.cleanups.list()).toHaveLength(1);
  store.cleanups.save(round);
  expect(store.cleanups.get(place)).toEqual(round);
});
