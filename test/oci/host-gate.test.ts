import { describe, expect, it } from 'vitest';
import { HostGate, type Passage } from '../../main/oci/host-gate.ts';
import { SteppedClock } from '../messenger/stepped-clock.ts';

function gateFor(limit = 2) {
  const clock = new SteppedClock();
  const gate = new HostGate({ host: 'registry.example', clock, limit });
  const entered: string[] = [];
  const enter = async (name: string, signal?: AbortSignal): Promise<Passage> => {
    const passage = await gate.enter(signal);
    entered.push(name);
    return passage;
  };
  return { clock, gate, entered, enter };
}

/** Lets promises that are settled tell so. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the gate of a host', () => {
  it('lets at most so many in at once, in the order in which they came', async () => {
    const { entered, enter } = gateFor(2);
    const first = await enter('a');
    await enter('b');
    const rest = ['c', 'd', 'e'].map((name) => enter(name));
    await settled();
    expect(entered).toEqual(['a', 'b']);
    first.leave();
    first.leave();
    (await rest[0])?.leave();
    await settled();
    expect(entered).toEqual(['a', 'b', 'c', 'd']);
  });

  it.each([
    ['after failures', (passage: Passage) => passage.failed(), 3_000],
    ['because it was asked to', (passage: Passage) => passage.answered(429, '20'), 22_000],
  ])('rests %s no longer than it meant to where the clock is put back', async (_why, happens, longest) => {
    const { clock, gate, enter } = gateFor(3);
    for (const passage of [await enter('a'), await enter('b'), await enter('c')]) {
      happens(passage);
      passage.leave();
    }
    clock.putBack(7_200_000);
    const late = enter('late');
    await settled();
    clock.pass(longest);
    await expect(late).resolves.toBeDefined();
    expect(gate.isIdle).toBe(false);
    (await late).leave();
    expect(gate.isIdle).toBe(true);
  });

  it('can be left while waiting, and who left holds no place', async () => {
    const { entered, enter } = gateFor(1);
    const first = await enter('a');
    const stop = new AbortController();
    const second = enter('b', stop.signal);
    const third = enter('c');
    stop.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    first.leave();
    await third;
    expect(entered).toEqual(['a', 'c']);
    await expect(enter('d', stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it.each([
    ['seconds', '7'],
    ['a date', new Date(new SteppedClock().now() + 7_000).toUTCString()],
  ])('holds everybody back when one was told to come back later, in %s', async (_name, retryAfter) => {
    const { clock, entered, enter } = gateFor();
    const told = await enter('told');
    told.answered(503, retryAfter);
    told.leave();
    void enter('other');
    await settled();
    clock.pass(6_999);
    await settled();
    expect(entered).toEqual(['told']);
    clock.pass(702);
    await settled();
    expect(entered).toEqual(['told', 'other']);
    expect(clock.next).toBeNull();
  });

  it('refuses at once what would have to wait for longer than a held request should', async () => {
    const { clock, enter } = gateFor(1);
    const told = await enter('told');
    const waiting = enter('waiting');
    told.answered(429, '120');
    const refusal = { code: 'rate-limited', detail: { retryAfterMs: expect.any(Number) as number } };
    await expect(waiting).rejects.toMatchObject(refusal);
    told.leave();
    await expect(enter('late')).rejects.toMatchObject(refusal);
    clock.pass(132_000);
    await expect(enter('in time')).resolves.toBeDefined();
  });

  it('asks again after an hour, whatever the host wants', async () => {
    const { clock, enter } = gateFor();
    (await enter('told')).answered(429, '999999999');
    clock.pass(66 * 60_000);
    await expect(enter('other')).resolves.toBeDefined();
  });

  it('rests after 429 without a time, ever longer, and is as before once something went well', async () => {
    const { clock, enter } = gateFor();
    const rests: number[] = [];
    for (const status of [429, 429, 429, 429, 200, 429]) {
      const entering = enter('x');
      rests.push(clock.next ?? 0);
      clock.pass(clock.next ?? 0);
      const passage = await entering;
      passage.answered(status, undefined);
      passage.leave();
    }
    const last = enter('x');
    rests.push(clock.next ?? 0);
    clock.pass(rests.at(-1) ?? 0);
    await last;
    const [none, ...grown] = rests;
    expect(none).toBe(0);
    expect(grown.map((rest) => rest > 0)).toEqual([true, true, true, true, false, true]);
    expect(Math.max(...grown)).toBeLessThanOrEqual(3_000);
    expect(grown[2]).toBeGreaterThan(grown[0] ?? 0);
    expect(grown[5]).toBeLessThanOrEqual(375);
  });

  it('rests when several failed in a row, and a burst that began together counts as one', async () => {
    const { clock, enter } = gateFor(8);
    const burst = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => enter(name)));
    burst[0]?.failed();
    burst[1]?.answered(500, undefined);
    void enter('g');
    expect(clock.next).toBeNull();
    for (const passage of burst.slice(2)) passage.failed();
    for (const passage of burst) passage.leave();
    const next = enter('h');
    expect(clock.next).toBeLessThanOrEqual(375);
    clock.pass(375);
    await next;
  });

  it('does not rest for failures with answers between them', async () => {
    const { clock, enter } = gateFor();
    for (let time = 0; time < 20; time += 1) {
      const passage = await enter('x');
      if (time % 3 === 2) passage.answered(404, undefined);
      else passage.failed();
      passage.leave();
    }
    expect(clock.next).toBeNull();
  });

  it('keeps no timer for nobody', async () => {
    const { clock, enter } = gateFor();
    (await enter('told')).answered(503, '5');
    expect(clock.next).toBeNull();
    const stop = new AbortController();
    const waiting = enter('waiting', stop.signal);
    expect(clock.next).toBeGreaterThanOrEqual(5_000);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect(clock.next).toBeNull();
  });
});
