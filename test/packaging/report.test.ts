import { describe, expect, test } from 'vitest';
import {
  playwrightCounts,
  reportLines,
  summarise,
  vitestCounts,
  type RunnerResult,
  type Stage,
} from '../../scripts/testing/report.ts';

const passed: Stage = { name: 'lint', outcome: 'passed', seconds: 1 };
const failed: Stage = { name: 'types', outcome: 'failed', seconds: 1 };

function runner(outcome: Stage['outcome'], counts: RunnerResult['counts']): RunnerResult {
  return { stage: { name: 'vitest', outcome, seconds: 1 }, counts, failures: [] };
}

describe('the closing report of the tests', () => {
  test('counts the tests of all runners', () => {
    const summary = summarise(
      [passed],
      [
        runner('passed', { passed: 3, failed: 0, skipped: 0 }),
        runner('passed', { passed: 4, failed: 0, skipped: 1 }),
      ],
      [],
    );
    expect(summary).toMatchObject({ passed: 7, failed: 0 });
  });

  test('a stage that fails without a failing test is one failure', () => {
    expect(summarise([failed], [runner('failed', { passed: 3, failed: 0, skipped: 0 })], []).failed).toBe(2);
    expect(summarise([], [runner('failed', null)], []).failed).toBe(1);
  });

  test('a stage with failing tests counts those, not itself as well', () => {
    expect(summarise([], [runner('failed', { passed: 3, failed: 2, skipped: 0 })], []).failed).toBe(2);
  });

  test('what was not run is neither passed nor failed, and is named', () => {
    const runners = [runner('not-run', null)];
    const summary = summarise([], runners, ['no Electron binary']);
    expect(summary).toMatchObject({ passed: 0, failed: 0 });
    expect(reportLines(summary, runners)).toContain('not run: no Electron binary');
  });

  test('a test file that cannot be loaded is a failure', () => {
    const file = (status: string, assertionResults: unknown[]) => ({ status, assertionResults });
    const report = {
      numPassedTests: 1,
      numFailedTests: 0,
      numPendingTests: 0,
      testResults: [file('passed', [{}]), file('failed', [])],
    };
    expect(vitestCounts(report)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  test('a scenario that passes at a later attempt has passed; an error outside of scenarios is a failure', () => {
    const report = { stats: { expected: 2, unexpected: 1, flaky: 1, skipped: 0 }, errors: [{}] };
    expect(playwrightCounts(report)).toEqual({ passed: 3, failed: 2, skipped: 0 });
  });
});
