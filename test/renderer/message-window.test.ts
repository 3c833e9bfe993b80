import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessagePage, MessageView } from '../../preload/contract/messages.ts';
import {
  trimmedAtEnd,
  trimmedAtStart,
  windowOf,
  withNewer,
  withNewest,
  withOlder,
  withoutMessage,
  withRefreshed,
  type MessageWindow,
} from '../../renderer/state/message-window.ts';
import { text } from './preview/messages.ts';

/** A conversation of numbered messages, served in pages as the engine does. */
function conversation(count: number): readonly MessageView[] {
  return Array.from({ length: count }, (_, index) => ({
    ...text(String(index), { from: 'bob@example.com', at: index * 1000 }),
    id: `m${index}`,
  }));
}

function page(all: readonly MessageView[], start: number, end: number): MessagePage {
  const from = Math.max(0, start);
  const to = Math.min(all.length, end);
  return {
    messages: all.slice(from, to),
    before: from === 0 ? null : String(from),
    after: to === all.length ? null : String(to),
  };
}

const newest = (all: readonly MessageView[], size: number) => page(all, all.length - size, all.length);
const ids = (window: MessageWindow) => window.messages.map(({ id }) => id);
const older = (window: MessageWindow, all: readonly MessageView[], size: number) =>
  withOlder(window, page(all, Number(window.before) - size, Number(window.before)));
const newer = (window: MessageWindow, all: readonly MessageView[], size: number) =>
  withNewer(window, page(all, Number(window.after), Number(window.after) + size));

describe('the window of messages in memory', () => {
  it('grows at its beginning with older pages, until the conversation begins', () => {
    const all = conversation(25);
    let window = windowOf(newest(all, 10));
    while (window.before !== null) window = older(window, all, 10);
    expect(ids(window)).toEqual(all.map(({ id }) => id));
  });

  it('takes a page that was asked for twice only once', () => {
    const all = conversation(20);
    const window = windowOf(newest(all, 10));
    const again = older(window, all, 10);
    expect(ids(withOlder(again, page(all, 0, 10)))).toEqual(ids(again));
  });

  it('replaces what the newest page covers and keeps what is older', () => {
    const all = conversation(20);
    const window = older(windowOf(newest(all, 10)), all, 5);
    const sent = all.map((message) => ({ ...message, state: 'delivered' as const }));
    const refreshed = withNewest(window, newest(sent, 10));
    expect(refreshed.messages.slice(0, 5).every(({ state }) => state === 'received')).toBe(true);
    expect(refreshed.messages.slice(5).every(({ state }) => state === 'delivered')).toBe(true);
    expect(refreshed.before).toBe(window.before);
  });

  it('drops a message that the newest page no longer has', () => {
    const all = conversation(20);
    const window = older(windowOf(newest(all, 10)), all, 5);
    const rest = all.filter(({ id }) => id !== 'm15');
    expect(ids(withNewest(window, newest(rest, 10)))).not.toContain('m15');
  });

  it('adds what arrived without losing what is older', () => {
    const all = conversation(22);
    const window = older(windowOf(newest(all.slice(0, 20), 10)), all, 5);
    expect(ids(withNewest(window, newest(all, 10)))).toEqual(all.slice(5).map(({ id }) => id));
  });

  it('starts over when so much arrived that the newest page does not reach it', () => {
    const all = conversation(100);
    const window = windowOf(newest(all.slice(0, 20), 10));
    expect(withNewest(window, newest(all, 10))).toEqual(windowOf(newest(all, 10)));
  });

  it('empties with the conversation', () => {
    const window = windowOf(newest(conversation(5), 10));
    expect(withNewest(window, newest([], 10)).messages).toEqual([]);
  });

  it('refreshes what it holds and ignores what it does not', () => {
    const all = conversation(20);
    const window = windowOf(newest(all, 10));
    const changed = all.map((message) => ({ ...message, state: 'failed' as const }));
    const refreshed = withRefreshed(window, [...changed.slice(3, 4), ...changed.slice(12, 13)]);
    expect(refreshed.messages.filter(({ state }) => state === 'failed').map(({ id }) => id)).toEqual(['m12']);
    expect(ids(withoutMessage(refreshed, 'm12'))).not.toContain('m12');
  });

  it('lets the newest go once older ones fill it, and finds them again', () => {
    const all = conversation(100);
    let window = windowOf(newest(all, 10));
    for (let turn = 0; turn < 8; turn += 1) window = trimmedAtEnd(older(window, all, 10), 40);
    expect(window.messages.length).toBe(40);
    expect(window.after).not.toBeNull();
    while (window.after !== null) window = newer(window, all, 10);
    expect(window.messages.at(-1)?.id).toBe('m99');
  });

  it('never has gaps or repeats, and never outgrows its limit by more than a page, however one scrolls', () => {
    const all = conversation(300);
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { maxLength: 60 }),
        fc.integer({ min: 1, max: 30 }),
        (turns, size) => {
          let window = windowOf(newest(all, size));
          for (const up of turns) {
            if (up && window.before !== null) window = trimmedAtEnd(older(window, all, size), 60);
            if (!up && window.after !== null) window = trimmedAtStart(newer(window, all, size), 60);
            const first = all.findIndex(({ id }) => id === window.messages[0]?.id);
            expect(ids(window)).toEqual(all.slice(first, first + window.messages.length).map(({ id }) => id));
            expect(window.before).toBe(first === 0 ? null : String(first));
            const end = first + window.messages.length;
            expect(window.after).toBe(end === all.length ? null : String(end));
            expect(window.messages.length).toBeLessThan(60 + 2 * size);
          }
        },
      ),
    );
  });
});
