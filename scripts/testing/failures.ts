/** What went wrong, by name and with the first lines of why, for whoever sees only the end of a long log. */
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';

/** A test that failed, or that passed at a later attempt only. */
export interface Failure {
  readonly title: string;
  readonly outcome: 'failed' | 'flaky';
  /** The first lines of its first error. */
  readonly why: string;
}

/** Lines of an error that are shown: the assertion, both values, and the wait's last look. */
const shownLines = 12;
/** Characters of one such line: a terminal's few lines, where a page's whole text may stand in it. */
const shownLineLength = 400;

const vitestSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

/** The failed tests of vitest's JSON report, and the files that could not be loaded. */
export function vitestFailures(report: unknown): readonly Failure[] {
  return vitestSchema.parse(report).testResults.flatMap(({ name, status, message, assertionResults }) => {
    if (status === 'failed' && assertionResults.length === 0) return [failure(name, 'failed', message)];
    return assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => failure(test.fullName, 'failed', test.failureMessages?.[0] ?? ''));
  });
}

const testSchema = z.object({
  projectName: z.string(),
  status: z.string(),
  results: z.array(z.object({ errors: z.array(z.object({ message: z.string().default('') })) })),
});
const specSchema = z.object({ title: z.string(), file: z.string(), tests: z.array(testSchema) });
const suiteSchema = z.object({
  specs: z.array(specSchema),
  get suites() {
    return z.array(suiteSchema).optional();
  },
});
const playwrightSchema = z.object({
  suites: z.array(suiteSchema),
  errors: z.array(z.object({ message: z.string().default('') })),
});

/** The tests of Playwright's JSON report that failed, those that passed at a later attempt, and errors of no test. */
export function playwrightFailures(report: unknown): readonly Failure[] {
  const { suites, errors } = playwrightSchema.parse(report);
  return [
    ...errors.map(({ message }) => failure('outside any scenario', 'failed', message)),
    ...suites.flatMap(specsOf).flatMap(({ title, file, tests }) =>
      tests.flatMap(({ projectName, status, results }) => {
        if (status !== 'unexpected' && status !== 'flaky') return [];
        const message = results.flatMap((result) => result.errors)[0]?.message ?? '';
        return [
          failure(`[${projectName}] ${file}: ${title}`, status === 'flaky' ? 'flaky' : 'failed', message),
        ];
      }),
    ),
  ];
}

function specsOf({
  specs,
  suites = [],
}: z.output<typeof suiteSchema>): readonly z.output<typeof specSchema>[] {
  return [...specs, ...suites.flatMap(specsOf)];
}

function failure(title: string, outcome: Failure['outcome'], message: string): Failure {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const why = lines.slice(0, shownLines).map((line) => line.slice(0, shownLineLength));
  return { title, outcome, why: why.join('\n') };
}

/** Each of them with its reason, for the closing report. */
export function failureLines(failures: readonly Failure[]): readonly string[] {
  const words = { failed: 'FAILED', flaky: 'passed only when it was tried again' };
  return failures.flatMap(({ title, outcome, why }) => [
    `${words[outcome]}: ${title}`,
    ...why.split('\n').map((line) => `    ${line}`),
  ]);
}
