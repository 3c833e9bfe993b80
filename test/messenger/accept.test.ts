import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { DockerCommsError } from '../../main/base/errors.ts';
import { sha256 } from '../../main/base/hash.ts';
import { KiB, MiB } from '../../main/base/limits.ts';
import { acceptListing, type Accepted } from '../../main/messenger/inbox/accept.ts';
import { PendingTags } from '../../main/messenger/inbox/pending-tags.ts';
import { type InboxListing, type ListedMessage, readInbox } from '../../main/messenger/wire/inbox-listing.ts';
import type { FetchedManifest, OciRepository } from '../../main/oci/repository.ts';
import { textContentType } from '../../main/protocol/constants.ts';
import { chunkLayer } from '../../main/protocol/layers.ts';
import {
  buildMessageManifest,
  type MessageFields,
  parseMessageManifest,
} from '../../main/protocol/message.ts';
import { inboxTag } from '../../main/protocol/tags.ts';
import { aliceId, bobId } from './household.ts';
import { workbench } from './workbench.ts';

const day = 86_400_000;
const somewhere = sha256('a chunk');

/** A message of Alice to Bob as it would be listed; by default a file that nobody fetches here. */
function listed(change: Partial<MessageFields> & { readonly tag?: string } = {}): ListedMessage {
  const fields: MessageFields = {
    sender: aliceId,
    recipient: bobId,
    createdAt: new Date('2026-11-23T12:00:00Z'),
    ttlSeconds: 604_800,
    messageId: randomUUID(),
    filename: 'a.bin',
    totalBytes: 10,
    chunkBytes: 10,
    compression: 'zstd',
    ...change,
  };
  const manifest = buildMessageManifest(fields, [chunkLayer(0, somewhere, 100, 'zstd')]);
  const tag = change.tag ?? inboxTag({ ...fields, sessionId: randomUUID() });
  return { tag, digest: sha256(manifest), manifest, message: parseMessageManifest(manifest) };
}

function refused(tag: string, code: 'network' | 'not-found' | 'rate-limited' | 'protocol') {
  const error = new DockerCommsError(code, 'It could not be read.');
  return { tag, digest: null, error, transient: code !== 'protocol' };
}

/** Believes everybody: what is decided here is what becomes of messages that are proven. */
const judge = {
  judgeMessage: () => Promise.resolve({ trust: 'signed', reason: null, signer: null } as const),
};

async function inbox() {
  const bench = await workbench();
  // Everybody here was written to before: nobody is a stranger with a request.
  const { store: known } = bench.context;
  known.conversations.ensure(bench.account.id, known.people.ensure(aliceId, 0).id, 0);
  const pending = new PendingTags();
  const accepted: Accepted[] = [];
  const take = async (listing: Partial<InboxListing>, latest = new Map<string, number>()) => {
    const { signal } = new AbortController();
    accepted.length = 0;
    const whole = { messages: [], refused: [], ...listing };
    await acceptListing(bench.context, bench.account, whole, { accepted, pending, latest, judge, signal });
    return accepted.map(({ message }) => message);
  };
  const { store } = bench.context;
  const seen = (tag: string) => store.inbox.get(bench.account.repository, tag);
  return { ...bench, store, pending, accepted, take, seen };
}

test('a text over the limit is a file, whatever it says of itself, and its name is made safe', async () => {
  const { take } = await inbox();
  const long = { totalBytes: 256 * KiB + 1, chunkBytes: 256 * KiB + 1, contentType: textContentType };
  const [message] = await take({ messages: [listed({ ...long, filename: '..\\..\\evil\u202Etxt' })] });
  expect(message).toMatchObject({ kind: 'file', state: 'waiting', text: null, file: { name: 'eviltxt' } });
});

test('a payload over the automatic limit waits to be asked for, one within it does not', async () => {
  const { take, context } = await inbox();
  context.settings.update({ downloads: { automaticLimitBytes: 10 } });
  const [small] = await take({ messages: [listed()] });
  const [large] = await take({ messages: [listed({ totalBytes: 11, chunkBytes: 11 })] });
  expect([small?.downloadWanted, large?.downloadWanted]).toEqual([true, false]);
});

describe('the order that people see', () => {
  const hour = (number: number) => ({ createdAt: new Date(Date.UTC(2026, 10, 23, number)) });

  test('is when messages were written, in whatever parts one look brought them', async () => {
    const { take } = await inbox();
    const latest = new Map<string, number>();
    const [late] = await take({ messages: [listed(hour(11))] }, latest);
    const [early] = await take({ messages: [listed(hour(10))] }, latest);
    expect([early?.at, late?.at]).toEqual([hour(10), hour(11)].map(({ createdAt }) => createdAt.getTime()));
  });

  test('never changes before what an earlier look has shown', async () => {
    const { take } = await inbox();
    await take({ messages: [listed(hour(11))] });
    const [early] = await take({ messages: [listed(hour(10))] });
    expect(early?.at).toBe(hour(11).createdAt.getTime());
  });
});

describe('time to live', () => {
  test('counts from the first sight where the message claims to be younger', async () => {
    const { take, clock, seen } = await inbox();
    const late = listed({ createdAt: new Date('2036-01-01T00:00:00Z'), ttlSeconds: 3600 });
    await take({ refused: [refused(late.tag, 'network')] });
    expect(seen(late.tag)?.outcome).toBe('pending');
    clock.pass(2 * 3_600_000);
    expect(await take({ messages: [late] })).toEqual([]);
    expect(seen(late.tag)?.outcome).toBe('expired');
  });

  test('of what could never be read ends too', async () => {
    const { take, clock, seen } = await inbox();
    await take({ refused: [refused('inbox-lost', 'not-found')] });
    clock.pass(8 * day);
    await take({ refused: [refused('inbox-lost', 'not-found')] });
    expect(seen('inbox-lost')?.outcome).toBe('rejected');
  });
});

describe('what cannot be read now', () => {
  test('is asked for again later, ever more seldom, and is no matter of the connection', async () => {
    const { take, clock, pending } = await inbox();
    await take({ refused: [refused('inbox-a', 'not-found')] });
    expect(pending.isDue('inbox-a', clock.now() + 1_000)).toBe(false);
    expect(pending.isDue('inbox-a', clock.now() + 2_000)).toBe(true);
    clock.pass(2_000);
    await take({ refused: [refused('inbox-a', 'not-found')] });
    expect(pending.isDue('inbox-a', clock.now() + 3_999)).toBe(false);
    const lost = ['b', 'c', 'd', 'e'].map((name) => refused(`inbox-${name}`, 'not-found'));
    await expect(take({ refused: lost })).resolves.toEqual([]);
  });

  test('is the connection’s fault when nothing can be read, and what came before it stays', async () => {
    const { take, accepted } = await inbox();
    const failing = ['a', 'b', 'c'].map((name) => refused(`inbox-${name}`, 'network'));
    await expect(take({ refused: failing })).rejects.toMatchObject({ code: 'network' });
    await expect(take({ refused: failing, messages: [listed()] })).resolves.toHaveLength(1);
    await expect(
      take({ refused: [refused('inbox-d', 'rate-limited')], messages: [listed()] }),
    ).rejects.toMatchObject({ code: 'rate-limited' });
    expect(accepted).toHaveLength(1);
  });

  test('is never asked for again once its bytes are bad', async () => {
    const { take, seen } = await inbox();
    await take({ refused: [refused('inbox-a', 'protocol')] });
    expect(seen('inbox-a')?.outcome).toBe('rejected');
  });
});

describe('a second tag of the same message', () => {
  test('is no second message, and acknowledges nothing that was not saved', async () => {
    const { take, store, clock, seen } = await inbox();
    const message = listed();
    await take({ messages: [message] });
    expect(await take({ messages: [{ ...message, tag: 'inbox-again' }] })).toEqual([]);
    expect(seen('inbox-again')?.outcome).toBe('duplicate');
    expect(store.receipts.due(clock.now())).toEqual([]);
  });
});

describe('a large mailbox', () => {
  /** A registry that has nothing but messages with manifests of 1 MiB. */
  function registryWith(count: number) {
    const padding = 'x'.repeat(MiB);
    const manifests = new Map<string, Uint8Array>();
    for (let number = 0; number < count; number += 1) {
      const { tag, manifest } = listed({ createdAt: new Date(Date.UTC(2026, 10, 1 + (number % 20))) });
      const document = JSON.parse(Buffer.from(manifest).toString('utf8')) as { annotations: object };
      const padded = { ...document, annotations: { ...document.annotations, padding } };
      manifests.set(tag, Buffer.from(JSON.stringify(padded)));
    }
    let held = 0;
    const repository = {
      async *tags() {
        await Promise.resolve();
        yield* manifests.keys();
      },
      fetchManifest: (tag: string): Promise<FetchedManifest> => {
        const bytes = manifests.get(tag) ?? new Uint8Array();
        held += 1;
        return Promise.resolve({ digest: sha256(bytes), mediaType: '', bytes });
      },
    } as unknown as OciRepository;
    return { repository, fetched: () => held };
  }

  test('is handed on in parts that fit in memory, the days in order', async () => {
    const { repository, fetched } = registryWith(150);
    const days: number[] = [];
    for await (const { messages } of readInbox(repository, bobId, { wanted: (tags) => tags })) {
      // The part itself, what was fetched early, and what is next: each so many MiB, and the last ones on their way.
      expect(fetched() - days.length).toBeLessThanOrEqual(16 + (16 + 15) + (8 + 15));
      days.push(...messages.map(({ message }) => message.createdAt.getTime()));
    }
    expect(days).toHaveLength(150);
    expect(days).toEqual([...days].sort((a, b) => a - b));
  });
});
