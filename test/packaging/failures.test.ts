import { describe, expect, it } from 'vitest';
import { failureLines, playwrightFailures, vitestFailures } from '../../scripts/testing/failures.ts';

describe('what failed, for whoever sees only the end of a log', () => {
  it('names failed units with why, and files that could not be loaded', () => {
    const report = {
      testResults: [
        {
          name: 'test/a.test.ts',
          status: 'failed',
          assertionResults: [
            {
              fullName: 'a tag is short',
              status: 'failed',
              failureMessages: ['\u001B[31mexpected 1\u001B[39m'],
            },
            { fullName: 'a tag is long', status: 'passed', failureMessages: [] },
          ],
        },
        { name: 'test/b.test.ts', status: 'failed', message: 'no such file', assertionResults: [] },
      ],
    };
    expect(failureLines(vitestFailures(report))).toEqual([
      'FAILED: a tag is short',
      '    expected 1',
      'FAILED: test/b.test.ts',
      '    no such file',
    ]);
  });

  it('names failed scenarios with their setting, also inside groups, and those that passed when tried again', () => {
    const test = (projectName: string, status: string, ...messages: string[]) => ({
      projectName,
      status,
      results: messages.map((message) => ({ errors: message === '' ? [] : [{ message }] })),
    });
    const spec = (title: string, ...tests: object[]) => ({ title, file: 'a.spec.ts', tests });
    const report = {
      errors: [{ message: 'the build is missing' }],
      suites: [
        {
          specs: [
            spec('she writes', test('browser', 'expected', ''), test('standin', 'flaky', 'too late', '')),
          ],
          suites: [{ specs: [spec('he reads', test('browser', 'unexpected', 'line\n\nline'))] }],
        },
      ],
    };
    expect(failureLines(playwrightFailures(report))).toEqual([
      'FAILED: outside any scenario',
      '    the build is missing',
      'passed only when it was tried again: [standin] a.spec.ts: she writes',
      '    too late',
      'FAILED: [browser] a.spec.ts: he reads',
      '    line',
      '    line',
    ]);
  });
});
