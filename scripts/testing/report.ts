/** What a run of the tests amounts to: pure functions from the runners' own results to counts and lines. */
import { z } from 'zod';
import { failureLines, type Failure } from './failures.ts';

/** One step of the run: a check, the build, a test runner. */
export interface Stage {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'not-run';
  readonly seconds: number;
  /** Why it was not run, or failed without running. */
  readonly note?: string;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A test runner's stage with what it counted; null when it wrote no results. */
export interface RunnerResult {
  readonly stage: Stage;
  readonly counts: Counts | null;
  readonly failures: readonly Failure[];
}

export interface Summary {
  /** Tests that passed, added over the runners. */
  readonly passed: number;
  /** Tests that failed, and stages that failed without a failing test (a type error, a crash). */
  readonly failed: number;
  readonly stages: readonly Stage[];
  readonly notRun: readonly string[];
}

const vitestSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

/** Reads vitest's JSON report. A file that could not be loaded has no tests and counts as one failure. */
export function vitestCounts(report: unknown): Counts {
  const results = vitestSchema.parse(report);
  const unloadable = results.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + unloadable.length,
    skipped: results.numPendingTests,
  };
}

const playwrightSchema = z.object({
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
  errors: z.array(z.unknown()),
});

/** Reads Playwright's JSON report. `flaky` passed at a later attempt; `errors` belong to no test. */
export function playwrightCounts(report: unknown): Counts {
  const { stats, errors } = playwrightSchema.parse(report);
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
  };
}

/** Adds everything up. `stages` are the ones without tests of their own. */
export function summarise(
  stages: readonly Stage[],
  runners: readonly RunnerResult[],
  notRun: readonly string[],
): Summary {
  const all = [...stages, ...runners.map(({ stage }) => stage)];
  const silent = [
    ...stages,
    ...runners.filter(({ counts }) => (counts?.failed ?? 0) === 0).map(({ stage }) => stage),
  ];
  const sum = (key: keyof Counts) => runners.reduce((total, { counts }) => total + (counts?.[key] ?? 0), 0);
  return {
    passed: sum('passed'),
    failed: sum('failed') + silent.filter(({ outcome }) => outcome === 'failed').length,
    stages: all,
    notRun,
  };
}

/** The closing report, line by line. */
export function reportLines(summary: Summary, runners: readonly RunnerResult[]): readonly string[] {
  const words = { passed: 'passed ', failed: 'FAILED ', 'not-run': 'not run' };
  return [
    ...runners.flatMap(({ failures }) => failureLines(failures)),
    ...summary.stages.map(
      ({ name, outcome, seconds, note }) => `${words[outcome]}  ${name} (${note ?? `${seconds} s`})`,
    ),
    ...runners.flatMap(({ stage, counts }) =>
      counts === null
        ? []
        : [`${stage.name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`],
    ),
    ...summary.notRun.map((line) => `not run: ${line}`),
    summary.failed === 0 ? 'Everything that ran passed.' : `${summary.failed} failed.`,
  ];
}
