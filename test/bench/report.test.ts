import { describe, expect, it } from 'vitest';
import type { CaseResult } from './case-input.ts';
import { medianGoals, type CaseName, type Results } from './report.ts';

const names: readonly CaseName[] = [
  'plain PUT',
  'send zstd',
  'send gzip',
  'plain GET + fsync',
  'receive zstd',
  'receive gzip',
];

function round(seconds: Partial<Record<CaseName, number>>, megabytes = 100): Results {
  const result = (name: CaseName): CaseResult => ({
    seconds: seconds[name] ?? 1,
    cpuSeconds: 1,
    peakResidentBytes: megabytes * 1e6,
    loopDelay: { p50: 1, p99: 2, max: 3 },
  });
  return Object.fromEntries(names.map((name) => [name, result(name)])) as Results;
}

describe('the goals of the bench', () => {
  it('are judged by the median over the rounds, not by the worst or the last', () => {
    const rounds = [round({ 'send zstd': 0.8 }), round({ 'send zstd': 2 }), round({ 'send zstd': 1 })];
    expect(medianGoals(rounds)[0]).toMatchObject({ value: 1, holds: true });
  });

  it('take the mean of the two middle rounds of an even number', () => {
    const rounds = [2, 4, 1, 10].map((seconds) => round({ 'receive zstd': seconds }));
    expect(medianGoals(rounds)[2]).toMatchObject({ value: 3, holds: false });
  });

  it('compare each round with the plain transfer of that round', () => {
    const slowDisk = round(Object.fromEntries(names.map((name) => [name, 5])));
    expect(medianGoals([slowDisk, round({})]).map(({ holds }) => holds)).not.toContain(false);
  });

  it('miss exactly at a limit that has to stay under', () => {
    expect(medianGoals([round({}, 300)])[4]).toMatchObject({ value: 300, holds: false });
  });
});
