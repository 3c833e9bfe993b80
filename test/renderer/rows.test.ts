import { describe, expect, it } from 'vitest';
import { stateOfRow } from '../../renderer/conversation/row-state.ts';
import { groupGapMilliseconds, rowOfMessage, rowsOf } from '../../renderer/state/rows.ts';
import { file, text, type MessageOptions } from './preview/messages.ts';

const bob = 'bob@example.com';
const me = 'alice@example.com';
const at = (minutes: number, day = 1) => Date.UTC(2026, 10, day, 12, minutes);
const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
const from = (author: string, minutes: number, day = 1): MessageOptions => ({
  from: author,
  own: author === me,
  at: at(minutes, day),
});

describe('messages as rows', () => {
  it('groups neighbours of one author who wrote within five minutes', () => {
    const rows = rowsOf([text('a', from(bob, 0)), text('b', from(bob, 4)), text('c', from(bob, 30))], {
      dayOf,
    });
    expect(rows.map(({ first, last }) => [first, last])).toEqual([
      [true, false],
      [false, true],
      [true, true],
    ]);
    expect(groupGapMilliseconds).toBe(5 * 60_000);
  });

  it('never groups two authors, even when both write to me', () => {
    const rows = rowsOf([text('a', from(bob, 0)), text('b', from('mallory@example.com', 0))], { dayOf });
    expect(rows.every(({ first, last }) => first && last)).toBe(true);
  });

  it('puts a date above the first message of every day, and starts a group there', () => {
    const rows = rowsOf([text('a', from(bob, 59)), text('b', from(bob, 0, 2))], { dayOf });
    expect(rows.map(({ day }) => day)).toEqual([at(59), at(0, 2)]);
    const nearMidnight = rowsOf(
      [
        text('a', { from: bob, at: Date.UTC(2026, 10, 1, 23, 59) }),
        text('b', { from: bob, at: Date.UTC(2026, 10, 2, 0, 1) }),
      ],
      { dayOf },
    );
    expect(nearMidnight.map(({ first, last }) => first && last)).toEqual([true, true]);
  });

  it('draws what was sent together as one', () => {
    const batch = (index: number) => ({ id: 'together', index, count: 3 });
    const rows = rowsOf(
      [
        text('look', { ...from(me, 0), batch: batch(0) }),
        file('a.png', { ...from(me, 0), bytes: 1, batch: batch(1) }),
        file('b.png', { ...from(me, 0), bytes: 1, batch: batch(2) }),
        text('alone', from(me, 1)),
      ],
      { dayOf },
    );
    expect(rows.map(({ messages }) => messages.length)).toEqual([3, 1]);
    expect(rowOfMessage(rows, rows[0]?.messages[2]?.id ?? '')).toBe(0);
  });

  it('does not let somebody else put a file into my batch by claiming its id', () => {
    const batch = { id: 'together', index: 0, count: 2 };
    const rows = rowsOf(
      [text('mine', { ...from(me, 0), batch }), file('evil.sh', { ...from(bob, 0), bytes: 1, batch })],
      { dayOf },
    );
    expect(rows.length).toBe(2);
  });

  it('separates what was not read, in the middle of a group too', () => {
    const messages = [text('a', from(bob, 0)), text('b', from(bob, 1))];
    const rows = rowsOf(messages, { dayOf, firstUnreadId: messages[1]?.id ?? null });
    expect(rows.map(({ first, last, firstUnread }) => [first, last, firstUnread])).toEqual([
      [true, true, false],
      [true, true, true],
    ]);
  });

  it('knows where no message is', () => {
    expect(rowOfMessage(rowsOf([]), 'm')).toBe(-1);
  });
});

describe('the one state under a row', () => {
  const row = (...states: Parameters<typeof text>[1]['state'][]) =>
    stateOfRow(
      states.map((state) => text('x', { ...from(me, 0), ...(state === undefined ? {} : { state }) })),
    );

  it('is the one that needs a person most', () => {
    expect(row('delivered', 'failed', 'uploading').state).toBe('failed');
    expect(row('delivered', 'uploading').state).toBe('uploading');
  });

  it('is delivered only when everything is', () => {
    expect(row('delivered', 'delivered-unconfirmed').state).toBe('delivered-unconfirmed');
    expect(row('delivered', 'sent').state).toBe('sent');
  });

  it('is said in the middle of a group while it is not settled', () => {
    expect(row('queued').unfinished).toBe(true);
    expect(row('waiting').worthSaying).toBe(true);
    expect(row('received').worthSaying).toBe(false);
  });
});
