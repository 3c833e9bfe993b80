/**
 * `npm test`: everything a newcomer can run, in the order in which mistakes are cheapest to find, and a closing report
 * that also names what was not run. `npm run test:e2e [-- PLAYWRIGHT ARGUMENTS]` builds and runs the scenarios alone.
 *
 * REQUIRE_REAL_PARTS=1 (continuous integration): a missing docker-registry or Chromium is a failure.
 * REQUIRE_ELECTRON=1: so is a missing Electron binary.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import pLimit from 'p-limit';
import { playwrightFailures, vitestFailures, type Failure } from './failures.ts';
import { findRealParts, type RealPart } from './real-parts.ts';
import {
  playwrightCounts,
  reportLines,
  summarise,
  vitestCounts,
  type Counts,
  type RunnerResult,
  type Stage,
} from './report.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, '.cache/test-report');
const reports = { vitest: join(folder, 'vitest.json'), playwright: join(folder, 'playwright.json') };
/** Tests that miss a real part append `NAME: WHY` (test/not-run.ts). */
const notRunFile = join(root, 'test-results/not-run.txt');

const environment = {
  ...process.env,
  PATH: [join(root, 'node_modules/.bin'), process.env.PATH ?? ''].join(delimiter),
  PLAYWRIGHT_JSON_OUTPUT_NAME: reports.playwright,
};
const inOurPlace = {
  cwd: root,
  env: environment,
  // npm and npx are scripts on Windows, which only its shell starts. The words are all ours.
  shell: process.platform === 'win32',
};

/** The longest first, which the others then run beside. Each uses one core. */
const checks = ['check:lint', 'check:types', 'check:svelte', 'check:format'];
/** Checks at once: a core each of the smallest computers that this is run on. */
const checksAtOnce = 2;

/** Runs it all (or, with `scenarios` first, the scenarios) and gives the exit code. */
export async function runTests(arguments_: readonly string[]): Promise<number> {
  const [mode = 'all', ...playwrightArguments] = arguments_;
  prepare();
  const parts = await findRealParts();
  const stages = mode === 'all' ? await runChecks() : [];
  const build = npmRun('build');
  stages.push(build);
  const runners = mode === 'all' ? [runVitest()] : [];
  // Playwright empties its folder, so what the units said is read before.
  const said = notRunLines();
  runners.push(runScenarios(build, parts, playwrightArguments));
  stages.push(...missingParts(parts));
  const summary = summarise(stages, runners, notRun(parts, [...said, ...notRunLines()]));
  writeFileSync(join(folder, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  console.log(['\n━━ Report', ...reportLines(summary, runners)].join('\n'));
  return summary.failed === 0 ? 0 : 1;
}

function prepare(): void {
  rmSync(folder, { recursive: true, force: true });
  rmSync(notRunFile, { force: true });
  mkdirSync(folder, { recursive: true });
}

/** Runs one command with its output on ours. */
function run(name: string, command: string, ...arguments_: readonly string[]): Stage {
  console.log(`\n━━ ${name}`);
  const started = Date.now();
  const { status, error } = spawnSync(command, arguments_, {
    ...inOurPlace,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error !== undefined) console.error(error.message);
  return stage(name, status, started);
}

function stage(name: string, status: number | null, started: number): Stage {
  const seconds = Math.round((Date.now() - started) / 1000);
  return { name, outcome: status === 0 ? 'passed' : 'failed', seconds };
}

/** Side by side; what each says is shown whole at its end. */
async function runChecks(): Promise<Stage[]> {
  console.log(`\n━━ ${checks.join(', ')}, ${checksAtOnce} at a time`);
  return pLimit(checksAtOnce).map(checks, runCheck);
}

async function runCheck(name: string): Promise<Stage> {
  const started = Date.now();
  const child = spawn('npm', ['run', '--silent', name], { ...inOurPlace, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve(null);
    });
    child.once('close', resolve);
  });
  const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const done = stage(name, await ended, started);
  console.log(`\n━━ ${name}: ${done.outcome}`);
  process.stdout.write(said);
  process.stderr.write(complained);
  return done;
}

function npmRun(script: string): Stage {
  return run(script, 'npm', 'run', '--silent', script);
}

function runVitest(): RunnerResult {
  const reporter = process.env.CI === undefined ? 'default' : 'verbose';
  const output = `--outputFile.json=${reports.vitest}`;
  const stage = run('vitest', 'npx', 'vitest', 'run', `--reporter=${reporter}`, '--reporter=json', output);
  return { stage, ...results(reports.vitest, vitestCounts, vitestFailures) };
}

function runScenarios(build: Stage, parts: readonly RealPart[], extra: readonly string[]): RunnerResult {
  const stage = scenariosNotStarted(build, parts);
  if (stage !== null) return { stage, counts: null, failures: [] };
  return {
    stage: run('scenarios', 'npx', 'playwright', 'test', '--reporter=list,json', ...extra),
    ...results(reports.playwright, playwrightCounts, playwrightFailures),
  };
}

function scenariosNotStarted(build: Stage, parts: readonly RealPart[]): Stage | null {
  const stage = { name: 'scenarios', seconds: 0 };
  if (build.outcome === 'failed') return { ...stage, outcome: 'failed', note: 'the build failed' };
  const chromium = parts.find(({ name }) => name === 'chromium');
  return chromium?.present === true ? null : { ...stage, outcome: 'not-run', note: 'no Chromium' };
}

function results(
  file: string,
  count: (report: unknown) => Counts,
  fail: (report: unknown) => readonly Failure[],
): Pick<RunnerResult, 'counts' | 'failures'> {
  if (!existsSync(file)) return { counts: null, failures: [] };
  const report: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return { counts: count(report), failures: fail(report) };
}

function missingParts(parts: readonly RealPart[]): readonly Stage[] {
  return parts
    .filter(({ present, required }) => required && !present)
    .map(({ name }) => ({ name, outcome: 'failed', seconds: 0, note: 'required, but not on this computer' }));
}

function notRunLines(): readonly string[] {
  if (!existsSync(notRunFile)) return [];
  return readFileSync(notRunFile, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** One line for each missing part, then what tests said about others. */
function notRun(parts: readonly RealPart[], said: readonly string[]): readonly string[] {
  const missing = parts.filter(({ present }) => !present);
  const others = said.filter((line) => !missing.some(({ name }) => line.startsWith(`${name}:`)));
  return [...missing.map(({ name, advice }) => `no ${name} (${advice})`), ...new Set(others)];
}
