import { expect, onTestFinished, test, vi } from 'vitest';
import { limits } from '../../main/base/limits.ts';
import { Downloads } from '../../main/messenger/inbox/downloads.ts';
import type { NewMessage } from '../../main/store/message.ts';
import { aliceId } from './household.ts';
import { workbench } from './workbench.ts';

const hour = 3_600_000;
const skew = limits.clockSkewSeconds * 1000;

/** Bob's downloads, with a file of Alice's that waits to be asked for and lives for another hour. */
async function waiting(change: Partial<NewMessage> = {}) {
  const bench = await workbench();
  const { store, clock } = bench.context;
  const settled = vi.fn();
  const downloads = new Downloads(bench.context, settled);
  onTestFinished(() => downloads.stop());
  const person = store.people.ensure(aliceId, clock.now());
  const conversation = store.conversations.ensure(bench.account.id, person.id, clock.now());
  const [message] = store.messages.insert([
    {
      ...{
        conversationId: conversation.id,
        direction: 'incoming',
        wireId: 'w',
        sessionId: '',
        author: aliceId,
      },
      ...{ at: clock.now(), state: 'waiting', kind: 'file', ttlSeconds: 3600, expiresAt: clock.now() + hour },
      file: {
        ...{ name: 'large.bin', bytes: 1, mediaType: 'application/octet-stream', folder: false },
        ...{ sourcePath: null, sourceTemporary: false, sourceSize: null, sourceModifiedAt: null },
        savedPath: null,
      },
      ...change,
    },
  ]);
  const id = message?.id ?? '';
  const state = () => store.messages.get(id)?.state;
  return { ...bench, store, downloads, settled, id, state, conversation };
}

test('a payload that nobody fetched in time says so by itself, and stops counting as unread', async () => {
  const { clock, downloads, settled, state, store, conversation, events, id } = await waiting();
  downloads.start();
  clock.pass(hour + skew);
  expect(state()).toBe('waiting');
  expect(store.conversations.get(conversation.id)?.unread).toBe(1);
  clock.pass(1000);
  expect(state()).toBe('expired');
  expect(settled).toHaveBeenCalledOnce();
  expect(store.conversations.get(conversation.id)?.unread).toBe(0);
  await expect
    .poll(() => events)
    .toContainEqual({ type: 'messages.changed', conversationId: conversation.id, messageIds: [id] });
});

test('a download that failed says so too, and what expired is not fetched any more', async () => {
  const { clock, downloads, state, id } = await waiting({ state: 'failed' });
  downloads.start();
  clock.pass(hour + skew + 1000);
  expect(state()).toBe('expired');
  expect(() => downloads.want(id)).toThrow(expect.objectContaining({ code: 'conflict' }));
});

test('what was fetched, or was to live for ever, does not expire here', async () => {
  const received = await waiting({ state: 'received' });
  received.downloads.start();
  received.clock.pass(30 * 24 * hour);
  expect(received.state()).toBe('received');
  const endless = await waiting({ expiresAt: Number.MAX_SAFE_INTEGER });
  endless.downloads.start();
  // Not a timer so long that the system would call it at once, again and again.
  expect(endless.clock.next).toBeLessThanOrEqual(24 * hour);
  expect(endless.state()).toBe('waiting');
});
