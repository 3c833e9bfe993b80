import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageStates, type MessageFile, type MessageState } from '../../main/store/message.ts';
import type * as view from '../../preload/contract/messages.ts';
import { incomingText, insert, outgoingText, startConversation, temporaryStore } from './temporary-store.ts';

const file: MessageFile = {
  name: 'plan.pdf',
  bytes: 2 ** 40,
  mediaType: 'application/pdf',
  folder: false,
  sourcePath: '/home/alice/plan.pdf',
  sourceTemporary: true,
  sourceSize: 2 ** 40,
  sourceModifiedAt: 1700000000000.125,
  savedPath: null,
};

const failure = {
  code: 'network',
  message: 'Nothing answers.',
  detail: { host: 'r.example', status: 503, final: false },
  retryable: true,
  retryAt: 9,
} as const;

test('the states are those that the window knows, word for word', () => {
  const known: Record<view.MessageState, true> & Record<MessageState, true> = {
    ...{ queued: true, preparing: true, uploading: true, sent: true, delivered: true },
    ...{
      'delivered-unconfirmed': true,
      rejected: true,
      failed: true,
      cancelled: true,
      paused: true,
      waiting: true,
    },
    ...{ downloading: true, received: true, refused: true, expired: true, unverified: true },
  };
  expect([...messageStates].sort()).toEqual(Object.keys(known).sort());
});

describe('inserting', () => {
  test('every field comes back as it went in', async () => {
    const { store, conversation } = await temporaryStore();
    const message = outgoingText(conversation, {
      id: 'given',
      kind: 'file',
      text: null,
      file,
      failure,
      batch: { id: 'batch', index: 1, count: 3 },
      inReplyTo: 'other',
      writtenAt: 5,
      expiresAt: 6,
      repository: 'r.example/a',
      tag: 'inbox-x',
      digest: 'sha256:d',
      compression: 'zstd',
      chunks: 2,
      attempts: 4,
      retryAt: 7,
      downloadWanted: true,
      trust: 'foreign',
      trustReason: 'unknown-key',
      signer: 'abc',
    });
    const inserted = insert(store, message);
    expect(inserted).toEqual({ ...message, sequence: inserted.sequence });
    expect(store.messages.get('given')).toEqual(inserted);
  });

  test('what is left out is null, 0 or false, and the id is random', async () => {
    const { store, conversation } = await temporaryStore();
    const message = insert(store, outgoingText(conversation));
    expect(message).toMatchObject({ file: null, batch: null, failure: null, attempts: 0, digest: null });
    expect(message.downloadWanted).toBe(false);
    expect(message.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('any text survives', async () => {
    const { store, conversation } = await temporaryStore();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), (text, author) => {
        fc.pre(author.isWellFormed());
        const { id } = insert(store, incomingText(conversation, { text, author }));
        expect(store.messages.get(id)).toMatchObject({ text, author });
      }),
      { numRuns: 50 },
    );
  });

  test('many are inserted in their order, all or none', async () => {
    const { store, conversation } = await temporaryStore();
    const batch = [1, 2, 3].map((index) =>
      outgoingText(conversation, { batch: { id: 'b', index, count: 3 } }),
    );
    const inserted = store.messages.insert(batch);
    expect(inserted.map(({ batch: part }) => part?.index)).toEqual([1, 2, 3]);
    expect(inserted.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    const broken = [outgoingText(conversation, { id: 'x' }), outgoingText(conversation, { id: 'x' })];
    expect(() => store.messages.insert(broken)).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(store.messages.get('x')).toBeNull();
  });

  test('without a conversation it fails "not-found"', async () => {
    const { store, conversation } = await temporaryStore();
    const message = outgoingText({ ...conversation, id: 'gone' });
    expect(() => store.messages.insert([message])).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  test('a sequence is never given out twice', async () => {
    const { store, conversation } = await temporaryStore();
    const first = insert(store, outgoingText(conversation));
    store.messages.remove(first.id);
    expect(insert(store, outgoingText(conversation)).sequence).toBeGreaterThan(first.sequence);
  });

  test('of one author and wire id the first stands, but refused bytes hide nothing', async () => {
    const { store, conversation } = await temporaryStore();
    const same = { wireId: 'same', author: 'bob@example.com' };
    const forged = insert(store, incomingText(conversation, { ...same, state: 'downloading', text: 'a' }));
    const real = incomingText(conversation, { ...same, text: 'b' });
    expect(() => store.messages.insert([real])).toThrow(expect.objectContaining({ code: 'conflict' }));
    store.messages.transition(forged.id, ['downloading'], { state: 'refused' });
    const accepted = insert(store, real);
    expect(store.messages.findIncoming(conversation.accountId, same.author, 'same')).toEqual(accepted);
    insert(store, incomingText(conversation, { ...same, author: 'mallory' }));
    insert(store, outgoingText(conversation, same));
    expect(store.messages.findIncoming(conversation.accountId, same.author, 'same')).toEqual(accepted);
    expect(store.messages.findIncoming('other account', same.author, 'same')).toBeNull();
  });
});

describe('changing', () => {
  test('an update changes what it names and nothing else', async () => {
    const { store, conversation } = await temporaryStore();
    const message = insert(store, incomingText(conversation, { kind: 'file', text: null, file, failure }));
    const changed = store.messages.update(message.id, {
      state: 'received',
      failure: null,
      file: { savedPath: '/home/alice/Downloads/plan.pdf', sourceTemporary: false },
      expiresAt: 77,
    });
    expect(changed).toBe(true);
    expect(store.messages.get(message.id)).toEqual({
      ...message,
      state: 'received',
      failure: null,
      file: { ...file, savedPath: '/home/alice/Downloads/plan.pdf', sourceTemporary: false },
      expiresAt: 77,
    });
    expect(store.messages.update('gone', { state: 'failed' })).toBe(false);
  });

  test('of two workers who take the same message, one gets it', async () => {
    const { store, conversation } = await temporaryStore();
    const { id } = insert(store, outgoingText(conversation));
    const take = () => store.messages.transition(id, ['queued', 'failed'], { state: 'preparing' });
    expect([take(), take()]).toEqual([true, false]);
  });

  test('a transition that does not happen changes nothing, its manifest neither', async () => {
    const { store, conversation } = await temporaryStore();
    const message = insert(store, outgoingText(conversation, { state: 'cancelled' }));
    const change = { state: 'sent', digest: 'd', manifest: new Uint8Array([1]) } as const;
    expect(store.messages.transition(message.id, ['uploading'], change)).toBe(false);
    expect(store.messages.transition(message.id, [], change)).toBe(false);
    expect(store.messages.get(message.id)).toEqual(message);
    expect(store.messages.manifest(message.id)).toBeNull();
  });

  test('the bytes of a manifest are kept exactly, replaced and removed', async () => {
    const { store, conversation } = await temporaryStore();
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 256);
    const { id } = insert(store, incomingText(conversation, { manifest: bytes }));
    expect(store.messages.manifest(id)).toEqual(bytes);
    store.messages.update(id, { attempts: 1 });
    expect(store.messages.manifest(id)).toEqual(bytes);
    store.messages.update(id, { manifest: new Uint8Array([7]) });
    expect(store.messages.manifest(id)).toEqual(new Uint8Array([7]));
    store.messages.update(id, { manifest: null });
    expect(store.messages.manifest(id)).toBeNull();
  });
});

describe('finding', () => {
  test('a digest finds both sides where both are here, in its repository only', async () => {
    const { store, conversation } = await temporaryStore();
    const place = { repository: 'r', digest: 'sha256:a' };
    const sent = insert(store, outgoingText(conversation, place));
    const received = insert(store, incomingText(conversation, place));
    insert(store, incomingText(conversation, { ...place, repository: 'other' }));
    expect(store.messages.findByDigest('r', 'sha256:a')).toEqual([sent, received]);
  });

  test('receipts are awaited for what was sent there, and nothing else', async () => {
    const { store, conversation } = await temporaryStore();
    const place = { repository: 'r', digest: 'sha256:a', tag: 'inbox-1', expiresAt: 5 };
    const sent = insert(store, outgoingText(conversation, { ...place, state: 'sent' }));
    store.messages.insert([
      outgoingText(conversation, { ...place, state: 'delivered' }),
      outgoingText(conversation, { ...place, state: 'sent', repository: 'other' }),
      outgoingText(conversation, { repository: 'r' }),
      incomingText(conversation, place),
    ]);
    const { id, conversationId } = sent;
    expect(store.messages.awaitingReceipts('r', 5)).toEqual([
      { messageId: id, conversationId, digest: 'sha256:a', tag: 'inbox-1', expiresAt: 5 },
    ]);
    expect(store.messages.awaitingReceipts('r', 6)).toEqual([]);
  });

  test('temporary sources are listed as long as a message names them', async () => {
    const { store, conversation } = await temporaryStore();
    const parts = { kind: 'file', text: null } as const;
    const { id } = insert(store, outgoingText(conversation, { ...parts, file }));
    insert(store, outgoingText(conversation, { ...parts, file: { ...file, sourceTemporary: false } }));
    expect(store.messages.temporarySources()).toEqual([file.sourcePath]);
    store.messages.remove(id);
    expect(store.messages.temporarySources()).toEqual([]);
  });
});

describe('pages', () => {
  test('turning pages either way shows every message once, in order, whatever arrives meanwhile', async () => {
    const { store } = await temporaryStore();
    let name = 0;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 25 }),
        fc.integer({ min: 1, max: 7 }),
        (times, limit) => {
          const conversation = startConversation(store, `person ${(name += 1)}`);
          const inserted = store.messages.insert(times.map((at) => incomingText(conversation, { at })));
          const order = [...inserted].sort((a, b) => a.at - b.at || a.sequence - b.sequence);
          const ids = order.map(({ id }) => id);

          let page = store.messages.page(conversation.id, { limit });
          expect(page.after).toBeNull();
          let backwards = page.messages.map(({ id }) => id);
          while (page.before !== null) {
            insert(store, incomingText(conversation, { at: 1000 }));
            page = store.messages.page(conversation.id, { limit, before: page.before });
            expect(page.after).not.toBeNull();
            backwards = [...page.messages.map(({ id }) => id), ...backwards];
          }
          expect(backwards).toEqual(ids);

          page = store.messages.page(conversation.id, { limit, after: '0.0' });
          const forwards = page.messages.map(({ id }) => id);
          while (page.after !== null) {
            page = store.messages.page(conversation.id, { limit, after: page.after });
            expect(page.before).not.toBeNull();
            forwards.push(...page.messages.map(({ id }) => id));
          }
          expect(forwards.slice(0, ids.length)).toEqual(ids);
          expect(page.after).toBeNull();
        },
      ),
      { numRuns: 40 },
    );
  });

  test('around a message there are as many older as newer ones, and the page is full where it can be', async () => {
    const { store, conversation } = await temporaryStore();
    const all = store.messages.insert(Array.from({ length: 20 }, () => incomingText(conversation)));
    const around = (index: number, limit: number) => {
      const page = store.messages.page(conversation.id, { around: all[index]?.id, limit });
      return page.messages.map((message) => all.findIndex(({ id }) => id === message.id));
    };
    expect(around(10, 5)).toEqual([8, 9, 10, 11, 12]);
    expect(around(10, 1)).toEqual([10]);
    expect(around(10, 4)).toEqual([9, 10, 11, 12]);
    expect(around(0, 5)).toEqual([0, 1, 2, 3, 4]);
    expect(around(1, 5)).toEqual([0, 1, 2, 3, 4]);
    expect(around(19, 5)).toEqual([15, 16, 17, 18, 19]);
    expect(around(3, 50)).toHaveLength(20);
  });

  test('a cursor stays good when its message is removed', async () => {
    const { store, conversation } = await temporaryStore();
    const all = store.messages.insert(Array.from({ length: 6 }, () => incomingText(conversation)));
    const page = store.messages.page(conversation.id, { limit: 2 });
    for (const { id } of page.messages) store.messages.remove(id);
    const older = store.messages.page(conversation.id, { limit: 2, before: page.before ?? undefined });
    expect(older.messages.map(({ id }) => id)).toEqual([all[2]?.id, all[3]?.id]);
    expect(older.after).toBeNull();
  });

  test('cursors that we did not make fail "invalid"', async () => {
    const { store, conversation } = await temporaryStore();
    for (const cursor of ['', '1', '1.', 'a.b', '1.1; DROP TABLE messages', '-1.1', '1.1.1', '1e3.1']) {
      expect(() => store.messages.page(conversation.id, { limit: 5, before: cursor })).toThrow(
        expect.objectContaining({ code: 'invalid' }),
      );
    }
    expect(() => store.messages.page(conversation.id, { limit: 5, before: '1.1', after: '1.1' })).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    );
  });

  test('a place in another conversation is "not-found"', async () => {
    const { store, conversation } = await temporaryStore();
    const other = insert(store, incomingText(startConversation(store, 'carol')));
    expect(() => store.messages.page(conversation.id, { limit: 5, around: other.id })).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
  });

  test('an empty conversation is a page without neighbours', async () => {
    const { store, conversation } = await temporaryStore();
    const empty = { messages: [], before: null, after: null };
    expect(store.messages.page(conversation.id, { limit: 5 })).toEqual(empty);
  });
});
