import { MiB } from '../../main/base/limits.ts';
import type { CaseResult } from './case-input.ts';

export type CaseName =
  'plain PUT' | 'send zstd' | 'send gzip' | 'plain GET + fsync' | 'receive zstd' | 'receive gzip';
type Results = Readonly<Record<CaseName, CaseResult>>;

interface Goal {
  readonly text: string;
  readonly value: number;
  readonly holds: boolean;
}

/** Prints one round: what each case took, and the goals with what was measured. */
export function printReport(registry: string, bytes: number, results: Results): void {
  console.log(`\n${bytes / MiB} MiB, half of it compressible, through ${registry}\n`);
  console.table(
    Object.fromEntries(Object.entries(results).map(([name, result]) => [name, row(result, bytes)])),
  );
  for (const { text, value, holds } of goals(results)) {
    console.log(`${holds ? 'holds ' : 'MISSED'}  ${text}: ${value.toFixed(2)}`);
  }
}

function row({ seconds, cpuSeconds, peakResidentBytes, loopDelay }: CaseResult, bytes: number) {
  return {
    seconds: rounded(seconds),
    'MiB/s': Math.round(bytes / MiB / seconds),
    'CPU s': rounded(cpuSeconds),
    'peak RSS MB': Math.round(peakResidentBytes / 1e6),
    'loop p50 ms': rounded(loopDelay.p50),
    'loop p99 ms': rounded(loopDelay.p99),
    'loop max ms': rounded(loopDelay.max),
  };
}

function goals(results: Results): Goal[] {
  const plainPut = results['plain PUT'].seconds;
  const plainGet = results['plain GET + fsync'].seconds;
  const ours = (['send zstd', 'send gzip', 'receive zstd', 'receive gzip'] as const).map(
    (name) => results[name],
  );
  const largest = Math.max(...ours.map((result) => result.peakResidentBytes)) / 1e6;
  const slowest = Math.max(...ours.map((result) => result.loopDelay.p99));
  return [
    atLeast(
      'zstd send, times the speed of plain PUT (goal: 1.0 or more)',
      plainPut / results['send zstd'].seconds,
      1,
    ),
    atLeast(
      'gzip send, times the speed of plain PUT (goal: 0.5 or more)',
      plainPut / results['send gzip'].seconds,
      0.5,
    ),
    atMost(
      'zstd receive, times the duration of plain GET (goal: 1.5 or less)',
      results['receive zstd'].seconds / plainGet,
      1.5,
    ),
    atMost(
      'gzip receive, times the duration of plain GET (goal: 1.5 or less)',
      results['receive gzip'].seconds / plainGet,
      1.5,
    ),
    atMost('largest peak memory, MB (goal: under 300)', largest, 300),
    atMost('slowest event loop, p99 in ms (goal: under 20)', slowest, 20),
  ];
}

function atLeast(text: string, value: number, goal: number): Goal {
  return { text, value, holds: value >= goal };
}

function atMost(text: string, value: number, goal: number): Goal {
  return { text, value, holds: value <= goal };
}

function rounded(value: number): number {
  return Number(value.toFixed(1));
}
