import { describe, expect, test } from 'vitest';
import { tagOutcomes, type SeenTag } from '../../main/store/inbox.ts';
import type { NewDueReceipt } from '../../main/store/receipts.ts';
import { temporaryStore } from './temporary-store.ts';

const repository = 'registry.example.com/alice';

function seen(tag: string, change: Partial<SeenTag> = {}): SeenTag {
  return {
    repository,
    tag,
    digest: 'sha256:a',
    outcome: 'accepted',
    reason: null,
    firstSeenAt: 10,
    ...change,
  };
}

describe('tags of an inbox', () => {
  test('every outcome but "pending" is final; others have to be looked at, in the listing’s order', async () => {
    const { store } = await temporaryStore();
    for (const outcome of tagOutcomes) store.inbox.record(seen(outcome, { outcome }));
    const listed = ['z', ...tagOutcomes, 'a'];
    expect(store.inbox.unseenTags(repository, listed)).toEqual(['z', 'pending', 'a']);
    expect(store.inbox.unseenTags('other', listed)).toEqual(listed);
    expect(store.inbox.unseenTags(repository, [])).toEqual([]);
  });

  test('a listing of 100,000 tags is one question', async () => {
    const { store } = await temporaryStore();
    const tags = Array.from({ length: 100_000 }, (_, index) => `inbox-x-${index}`);
    store.transaction(() => {
      tags.slice(0, 1000).forEach((tag) => store.inbox.record(seen(tag)));
      return null;
    });
    expect(store.inbox.unseenTags(repository, tags)).toEqual(tags.slice(1000));
  });

  test('tags that look like statements or documents are only tags', async () => {
    const { store } = await temporaryStore();
    const tags = ["'; DROP TABLE seenTags; --", '"]', '\\', '{"a":1}', 'null', '1'];
    store.inbox.record(seen('1'));
    expect(store.inbox.unseenTags(repository, tags)).toEqual(tags.slice(0, -1));
  });

  test('the first sight stays when the outcome changes', async () => {
    const { store } = await temporaryStore();
    expect(store.inbox.firstSeenAt(repository, 't')).toBeNull();
    store.inbox.record(seen('t', { outcome: 'pending', digest: null }));
    store.inbox.record(seen('t', { outcome: 'rejected', reason: 'size', firstSeenAt: 99 }));
    expect(store.inbox.firstSeenAt(repository, 't')).toBe(10);
    expect(store.inbox.get(repository, 't')).toEqual(seen('t', { outcome: 'rejected', reason: 'size' }));
  });

  test('what was rejected or in conflict is listed with its reason, newest first', async () => {
    const { store } = await temporaryStore();
    const rejected = seen('a', { outcome: 'rejected', reason: 'The size does not fit.' });
    const conflict = seen('b', { outcome: 'conflict', reason: 'Another digest.', firstSeenAt: 20 });
    for (const tag of [rejected, conflict, seen('c'), seen('d', { outcome: 'expired' })]) {
      store.inbox.record(tag);
    }
    expect(store.refusedTags.list(10)).toEqual([conflict, rejected]);
    expect(store.refusedTags.list(1)).toEqual([conflict]);
    expect(store.refusedTags.count()).toBe(2);
  });

  test('what a person decided is not listed as refused, and neither is what they dismissed', async () => {
    const { store } = await temporaryStore();
    store.inbox.record(seen('a', { outcome: 'rejected', reason: 'untrusted: The sender is blocked here.' }));
    store.inbox.record(seen('b', { outcome: 'rejected', reason: 'protocol: bad' }));
    store.refusedTags.dismiss();
    expect(store.refusedTags.count()).toBe(0);
    store.inbox.record(seen('c', { outcome: 'rejected', reason: 'protocol: bad' }));
    expect(store.refusedTags.list(10)).toMatchObject([{ tag: 'c' }]);
  });

  test('one that is asked for again is looked at again; nothing else is', async () => {
    const { store } = await temporaryStore();
    store.inbox.record(seen('a', { outcome: 'rejected', reason: 'protocol: bad' }));
    store.inbox.record(seen('b'));
    for (const tag of ['a', 'b', 'c']) store.refusedTags.reopen(repository, tag);
    expect(store.inbox.unseenTags(repository, ['a', 'b'])).toEqual(['a']);
  });

  test('forgetting takes one prefix of one repository, letter by letter', async () => {
    const { store } = await temporaryStore();
    const tags = ['inbox-a%-1', 'inbox-aa-1', 'Inbox-a%-1'];
    tags.forEach((tag) => store.inbox.record(seen(tag)));
    store.inbox.record(seen('inbox-a%-1', { repository: 'other' }));
    expect(store.inbox.forget(repository, 'inbox-a%-')).toBe(1);
    expect(store.inbox.unseenTags(repository, tags)).toEqual(['inbox-a%-1']);
    expect(store.inbox.unseenTags('other', tags)).toHaveLength(2);
  });
});

describe('receipts', () => {
  test('a receipt that was read is not read again, and the first record stands', async () => {
    const { store } = await temporaryStore();
    const receipt = {
      repository,
      tag: 'r1',
      forDigest: 'sha256:a',
      status: 'accepted',
      firstSeenAt: 1,
    } as const;
    store.receipts.recordSeen(receipt);
    store.receipts.recordSeen({ ...receipt, status: 'rejected', firstSeenAt: 2 });
    store.receipts.recordSeen({ ...receipt, tag: 'broken', forDigest: null, status: null });
    expect(store.receipts.getSeen(repository, 'r1')).toEqual(receipt);
    expect(store.receipts.unseenTags(repository, ['r2', 'r1', 'broken', 'r0'])).toEqual(['r2', 'r0']);
  });

  test('a receipt is owed once, tried at its time, and gone when it is settled', async () => {
    const { store, conversation } = await temporaryStore();
    const owed: NewDueReceipt = {
      accountId: conversation.accountId,
      messageId: null,
      repository,
      forDigest: 'sha256:a',
      recipient: 'bob@example.com',
      status: 'rejected',
      reason: 'The size does not fit.',
      verified: true,
    };
    expect(store.receipts.owe(owed)).toBe(true);
    expect(store.receipts.owe({ ...owed, status: 'accepted' })).toBe(false);
    const [due] = store.receipts.due(0);
    expect(due).toEqual({ ...owed, id: due?.id, attempts: 0, retryAt: null });
    expect(store.receipts.nextRetryAt()).toBeNull();
    expect(store.receipts.postpone(due?.id ?? '', 50)).toBe(true);
    expect(store.receipts.due(49)).toEqual([]);
    expect(store.receipts.nextRetryAt()).toBe(50);
    expect(store.receipts.due(50)).toMatchObject([{ attempts: 1, retryAt: 50 }]);
    expect(store.receipts.settle(due?.id ?? '')).toBe(true);
    expect(store.receipts.due(50)).toEqual([]);
  });

  test('an account that is gone owes nothing: "not-found"', async () => {
    const { store } = await temporaryStore();
    const owed: NewDueReceipt = {
      ...{ accountId: 'gone', messageId: null, repository, forDigest: 'd', recipient: 'b' },
      ...{ status: 'accepted', reason: null, verified: false },
    };
    expect(() => store.receipts.owe(owed)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});

test('deliveries of the command line are remembered per repository and name', async () => {
  const { store } = await temporaryStore();
  store.delivered.add({ repository, me: 'alice', digest: 'sha256:a', at: 1 });
  store.delivered.add({ repository, me: 'alice', digest: 'sha256:a', at: 2 });
  expect(store.delivered.has(repository, 'alice', 'sha256:a')).toBe(true);
  expect(store.delivered.has(repository, 'Alice', 'sha256:a')).toBe(false);
  expect(store.delivered.has('other', 'alice', 'sha256:a')).toBe(false);
  expect(store.delivered.has(repository, 'alice', 'sha256:b')).toBe(false);
});
