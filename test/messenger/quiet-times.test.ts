import { describe, expect, test } from 'vitest';
import { endOfRest, mutedUntil, pausedUntil, QuietTimes } from '../../main/messenger/quiet-times.ts';
import { aliceId } from './household.ts';
import { workbench } from './workbench.ts';

const hour = 3_600_000;

/** By this computer's calendar. */
const at = (day: number, hours: number, minutes = 0) => new Date(2026, 10, day, hours, minutes).getTime();

describe('a rest', () => {
  test.each([
    ['hour', at(24, 22, 30), at(24, 23, 30)],
    ['eight-hours', at(24, 22, 30), at(25, 6, 30)],
    ['until-tomorrow', at(24, 15), at(25, 8)],
    ['until-tomorrow', at(24, 23, 59), at(25, 8)],
    // Who is still up at two has not slept yet.
    ['until-tomorrow', at(25, 2), at(25, 8)],
    ['until-tomorrow', at(25, 5), at(26, 8)],
    ['until-tomorrow', at(30, 12), new Date(2026, 11, 1, 8).getTime()],
  ] as const)('%s from %i ends at %i', (length, now, end) => {
    expect(endOfRest(length, now)).toBe(end);
  });
});

async function arrangement() {
  const { context, clock, account, events } = await workbench();
  const { store } = context;
  const person = store.people.ensure(aliceId, 1);
  const { id } = store.conversations.ensure(account.id, person.id, 1);
  const told: string[] = [];
  const open = () => {
    const quiet = new QuietTimes({ context, onMuted: () => told.push('muted') });
    quiet.whenPauseChanges(() => told.push(pausedUntil(context) === null ? 'goes on' : 'paused'));
    quiet.start();
    return quiet;
  };
  const muted = () => {
    const { muted: is, mutedUntil: until } = store.conversations.get(id) ?? {};
    return is === true ? (until ?? 'for-ever') : null;
  };
  return { context, clock, store, id, told, open, muted, events };
}

test('a conversation is muted for an hour, which ends by itself and is told', async () => {
  const { clock, id, told, open, muted } = await arrangement();
  const quiet = open();
  quiet.muteConversation(id, 'hour');
  expect(muted()).toBe(clock.now() + hour);
  expect(told).toEqual(['muted']);
  clock.pass(hour - 1);
  expect(muted()).not.toBeNull();
  clock.pass(200);
  expect(muted()).toBeNull();
  expect(told).toEqual(['muted', 'muted']);
});

test('for ever is until a person ends it, and a length takes its place', async () => {
  const { clock, id, open, muted } = await arrangement();
  const quiet = open();
  quiet.muteConversation(id, 'for-ever');
  clock.pass(1000 * hour);
  expect(muted()).toBe('for-ever');
  quiet.muteConversation(id, 'eight-hours');
  expect(muted()).toBe(clock.now() + 8 * hour);
  quiet.muteConversation(id, null);
  expect(muted()).toBeNull();
  expect(clock.next).toBeNull();
});

test('each ends in its turn: the mute of one, of all, and the pause', async () => {
  const { context, clock, id, told, open, muted } = await arrangement();
  const quiet = open();
  quiet.mute('eight-hours');
  quiet.pause('hour');
  clock.pass(hour / 2);
  quiet.muteConversation(id, 'hour');
  const state = () => [pausedUntil(context) !== null, muted() !== null, mutedUntil(context) !== null];
  expect(state()).toEqual([true, true, true]);
  clock.pass(hour / 2 + 200);
  expect(state()).toEqual([false, true, true]);
  clock.pass(hour / 2);
  expect(state()).toEqual([false, false, true]);
  clock.pass(8 * hour);
  expect(state()).toEqual([false, false, false]);
  expect(told).toEqual(['paused', 'muted', 'goes on', 'muted']);
});

test('what is over by the hour holds nobody, although a sleeping computer rang no bell', async () => {
  const { context, clock, open } = await arrangement();
  const quiet = open();
  quiet.pause('hour');
  quiet.stop();
  clock.pass(2 * hour);
  expect(pausedUntil(context)).toBeNull();
  quiet.start();
  expect(context.settings.get().syncing.pausedUntil).toBeNull();
});

test('a rest outlives a restart, and one that ended meanwhile is over', async () => {
  const { context, clock, id, open, muted } = await arrangement();
  const before = open();
  before.mute('eight-hours');
  before.muteConversation(id, 'hour');
  before.stop();
  clock.pass(2 * hour);
  open();
  expect(mutedUntil(context)).toBe(clock.now() + 6 * hour);
  expect(muted()).toBeNull();
});
