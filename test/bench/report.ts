import { MiB } from '../../main/base/limits.ts';
import type { CaseResult } from './case-input.ts';

export type CaseName =
  'plain PUT' | 'send zstd' | 'send gzip' | 'plain GET + fsync' | 'receive zstd' | 'receive gzip';
export type Results = Readonly<Record<CaseName, CaseResult>>;

export interface Goal {
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
  printGoals(medianGoals([results]));
}

/** Prints the goals over all rounds; nothing where there was only one, which was printed already. */
export function printMedians(rounds: readonly Results[]): void {
  if (rounds.length < 2) return;
  console.log(`\nMedian of ${rounds.length} rounds\n`);
  printGoals(medianGoals(rounds));
}

/** The goals with the median of what each round measured: one slow disk or one lucky round decides nothing. */
export function medianGoals(rounds: readonly Results[]): Goal[] {
  return goalTable.map(({ measure, ...goal }) => judged(goal, median(rounds.map(measure))));
}

/** Prints each goal with what was measured, and whether it holds. */
export function printGoals(judgedGoals: readonly Goal[]): void {
  for (const { text, value, holds } of judgedGoals) {
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

export interface GoalRule {
  readonly text: string;
  readonly holds: (value: number) => boolean;
}

const goalTable: readonly (GoalRule & { readonly measure: (results: Results) => number })[] = [
  {
    text: 'zstd send, times the speed of plain PUT (goal: 1.0 or more)',
    measure: (results) => results['plain PUT'].seconds / results['send zstd'].seconds,
    holds: (value) => value >= 1,
  },
  {
    text: 'gzip send, times the speed of plain PUT (goal: 0.5 or more)',
    measure: (results) => results['plain PUT'].seconds / results['send gzip'].seconds,
    holds: (value) => value >= 0.5,
  },
  {
    text: 'zstd receive, times the duration of plain GET (goal: 1.5 or less)',
    measure: (results) => results['receive zstd'].seconds / results['plain GET + fsync'].seconds,
    holds: (value) => value <= 1.5,
  },
  {
    text: 'gzip receive, times the duration of plain GET (goal: 1.5 or less)',
    measure: (results) => results['receive gzip'].seconds / results['plain GET + fsync'].seconds,
    holds: (value) => value <= 1.5,
  },
  {
    text: 'largest peak memory, MB (goal: under 300)',
    measure: (results) => Math.max(...ours(results).map((result) => result.peakResidentBytes)) / 1e6,
    holds: (value) => value < 300,
  },
  {
    text: 'slowest event loop, p99 in ms (goal: under 20)',
    measure: (results) => Math.max(...ours(results).map((result) => result.loopDelay.p99)),
    holds: (value) => value < 20,
  },
];

function ours(results: Results): CaseResult[] {
  return (['send zstd', 'send gzip', 'receive zstd', 'receive gzip'] as const).map((name) => results[name]);
}

/** What was measured, and whether the goal holds. */
export function judged({ text, holds }: GoalRule, value: number): Goal {
  return { text, value, holds: holds(value) };
}

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = Math.floor(sorted.length / 2);
  const lower = Math.ceil(sorted.length / 2) - 1;
  return ((sorted[lower] ?? Number.NaN) + (sorted[upper] ?? Number.NaN)) / 2;
}

function rounded(value: number): number {
  return Number(value.toFixed(1));
}
