import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { WorkPump } from '../../main/messenger/work-pump.ts';
import { SteppedClock } from './stepped-clock.ts';

function pumpOf(startDue: (pump: WorkPump) => number | null) {
  const clock = new SteppedClock();
  const logged: string[] = [];
  const logger = { error: (_facts: object, message: string) => logged.push(message) };
  const pump: WorkPump = new WorkPump({ clock, logger, startDue: () => startDue(pump) });
  return { pump, clock, logged };
}

test('what cannot even be looked for does not end the process and is looked for again after a rest', () => {
  let asked = 0;
  const { pump, clock, logged } = pumpOf(() => {
    asked += 1;
    throw new Error('database is locked');
  });
  pump.start();
  pump.pump();
  expect(asked).toBe(1);
  clock.pass(5_000);
  expect(asked).toBe(2);
  expect(logged).toHaveLength(2);
});

test('work that fails is not begun again at every turn', async () => {
  let begun = 0;
  const { pump, clock } = pumpOf((self) => {
    self.run(async () => {
      begun += 1;
      await Promise.resolve();
      throw new Error('disk full');
    });
    return null;
  });
  pump.start();
  await nextTurn();
  await nextTurn();
  expect(begun).toBe(1);
  clock.pass(5_000);
  await nextTurn();
  expect(begun).toBe(2);
});

test('each piece of work that is done gives the next its turn', async () => {
  const waiting = ['a', 'b', 'c'];
  const done: string[] = [];
  let busy = false;
  const { pump } = pumpOf((self) => {
    const next = busy ? undefined : waiting.shift();
    if (next === undefined) return null;
    busy = true;
    self.run(async () => {
      await nextTurn();
      done.push(next);
      busy = false;
    });
    return null;
  });
  pump.start();
  await pump.idle();
  expect(done).toEqual(['a', 'b', 'c']);
});

test('nothing is begun before the start, after the stop, or by a timer that was left', () => {
  let asked = 0;
  const { pump, clock } = pumpOf(() => {
    asked += 1;
    return clock.now() + 1_000;
  });
  pump.pump();
  expect(asked).toBe(0);
  pump.start();
  clock.pass(1_000);
  expect(asked).toBe(2);
  pump.stop();
  clock.pass(10_000);
  pump.pump();
  expect(asked).toBe(2);
});
