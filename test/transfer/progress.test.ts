import { describe, expect, it } from 'vitest';
import { ProgressMeter, type TransferProgress } from '../../main/transfer/progress.ts';

function meter(bytesTotal: number) {
  const seen: TransferProgress[] = [];
  const time = { now: 0 };
  const clock = { now: () => time.now, after: () => () => undefined };
  const report = (progress: TransferProgress) => seen.push(progress);
  return { seen, time, meter: new ProgressMeter({ bytesTotal, phase: 'uploading', report, clock }) };
}

describe('progress', () => {
  it('is told at once, and then at most ten times a second', () => {
    const { seen, time, meter: progress } = meter(10_000);
    for (; time.now < 1000; time.now += 1) progress.add(1);
    expect(seen[0]).toMatchObject({ bytesDone: 0, bytesPerSecond: null, secondsLeft: null });
    expect(seen.length).toBeLessThanOrEqual(11);
  });

  it('has the rate of the last seconds, not of the whole time', () => {
    const { seen, time, meter: progress } = meter(1_000_000);
    for (let second = 0; second < 20; second += 1) {
      time.now += 1000;
      progress.add(second < 10 ? 10_000 : 1_000);
    }
    expect(seen.at(-1)?.bytesPerSecond).toBeCloseTo(1_000, -1);
    expect(seen.at(-1)?.secondsLeft).toBe(890);
  });

  it('goes on being told, with a rate that can be, where the clock is put back', () => {
    const { seen, time, meter: progress } = meter(1_000_000);
    const second = () => {
      time.now += 1000;
      progress.add(10_000);
    };
    for (let seconds = 0; seconds < 3; seconds += 1) second();
    time.now -= 3_600_000;
    const told = seen.length;
    for (let seconds = 0; seconds < 3; seconds += 1) second();
    expect(seen).toHaveLength(told + 3);
    expect(seen.at(-1)).toMatchObject({ bytesDone: 60_000, bytesPerSecond: 10_000, secondsLeft: 94 });
  });

  it('has no rate while nothing moves', () => {
    const { seen, time, meter: progress } = meter(100);
    time.now += 10_000;
    progress.add(0);
    expect(seen.at(-1)).toMatchObject({ bytesPerSecond: null, secondsLeft: null });
  });

  it('tells a change of phase and the end always', () => {
    const { seen, meter: progress } = meter(100);
    progress.add(40);
    progress.enter('saving');
    progress.enter('saving');
    progress.add(60);
    progress.finish();
    expect(seen.slice(1)).toMatchObject([
      { phase: 'saving', bytesDone: 40 },
      { phase: 'saving', bytesDone: 100 },
    ]);
  });

  it('stays between nothing and everything, even where an upload starts over', () => {
    const { seen, meter: progress } = meter(100);
    progress.add(-50);
    progress.finish();
    progress.add(500);
    progress.finish();
    expect(seen.slice(1).map(({ bytesDone }) => bytesDone)).toEqual([0, 100]);
  });
});
