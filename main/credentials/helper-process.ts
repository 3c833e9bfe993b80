import { spawn, type ChildProcess } from 'node:child_process';
import { join, parse } from 'node:path';
import { DockerCommsError, systemErrorCode } from '../base/errors.ts';
import type { Environment } from './config-places.ts';

export interface HelperRun {
  /** What a person calls the helper: `pass`. */
  readonly helper: string;
  /** Absolute path. */
  readonly program: string;
  readonly action: 'get' | 'list';
  /** For its standard input. */
  readonly input: string;
  readonly environment: Environment;
  /** Milliseconds until it and all that it started are ended. */
  readonly timeoutMs: number;
  /** Bytes of output after which it is ended. */
  readonly outputLimit: number;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
}

export interface HelperExit {
  /** Null when a signal ended it. */
  readonly status: number | null;
  /** May hold secrets, whatever the status is. */
  readonly output: string;
}

export type RunHelper = (run: HelperRun) => Promise<HelperExit>;

/** What a program wrote before it ended is in the pipe already; this is only for reading it. */
const drainMilliseconds = 500;

/**
 * Runs a helper without a shell and waits for its end. Its standard error goes nowhere: helpers write there what they
 * were doing, secrets included. Fails `auth` after the time-out, `too-large`, `cancelled`, or `unsupported` (the
 * program could not be started); then nothing of it is left running.
 */
export async function runHelper(run: HelperRun): Promise<HelperExit> {
  if (run.signal?.aborted === true) throw cancelled();
  const child = start(run);
  const exit = exitOf(child, run);
  // A helper that needs no input may be gone before it is written.
  child.stdin?.on('error', () => undefined).end(run.input);
  const limits = stopAfter(run);
  try {
    return await Promise.race([exit, limits.stopped]);
  } catch (error) {
    endProcessTree(child);
    throw error;
  } finally {
    limits.clear();
    child.stdout?.destroy();
  }
}

function start(run: HelperRun): ChildProcess {
  try {
    return spawn(run.program, [run.action], {
      env: childEnvironment(run.environment),
      // Not where we happen to be: a name without a folder must not find a file there.
      cwd: parse(run.program).root,
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
      // A process group of its own, so that its children can be ended with it.
      detached: process.platform !== 'win32',
    });
  } catch (error) {
    throw notStarted(run, error);
  }
}

async function exitOf(child: ChildProcess, run: HelperRun): Promise<HelperExit> {
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) => reject(notStarted(run, error)));
    child.once('exit', resolve);
  });
  const [status, output] = await Promise.all([ended, outputOf(child, run)]);
  return { status, output };
}

function outputOf(child: ChildProcess, run: HelperRun): Promise<string> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    child.stdout?.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > run.outputLimit) reject(tooMuch(run));
      else pieces.push(piece);
    });
    const done = (): void => resolve(Buffer.concat(pieces).toString('utf8'));
    child.stdout?.once('error', done);
    child.stdout?.once('close', done);
    // Something that the helper left running may keep the pipe open for ever.
    child.once('exit', () => setTimeout(done, drainMilliseconds).unref());
  });
}

/** A promise that only ever rejects: when the time is up, or when the signal says so. */
function stopAfter({ helper, timeoutMs, signal }: HelperRun) {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(timedOut(helper, timeoutMs)), timeoutMs);
  const aborted = (): void => reject(cancelled());
  signal?.addEventListener('abort', aborted, { once: true });
  return {
    stopped: promise,
    clear: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    },
  };
}

/** Ends the helper and what it started, at once: it had its time, and what hangs does not listen to requests. */
function endProcessTree(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (process.platform === 'win32') {
    const taskkill = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32\\taskkill.exe');
    spawn(taskkill, ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).once(
      'error',
      () => child.kill('SIGKILL'),
    );
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // It ended by itself just now.
    if (systemErrorCode(error) !== 'ESRCH') throw error;
  }
}

/** Helpers live off their surroundings (HOME, PATH, the session's bus, a cloud's variables), but ours are not theirs. */
const ours = /^(?:DOCKERCOMMS_|ELECTRON_|NODE_)/i;

function childEnvironment(environment: Environment): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !ours.test(name)));
}

function notStarted({ helper }: HelperRun, error: unknown): DockerCommsError {
  const system = systemErrorCode(error);
  return new DockerCommsError('unsupported', `The credential helper ${helper} could not be started.`, {
    detail: { helper, reason: 'helper-not-started', ...(system !== undefined && { system }) },
  });
}

function timedOut(helper: string, timeoutMs: number): DockerCommsError {
  return new DockerCommsError(
    'auth',
    `The credential helper ${helper} did not answer. It may be waiting for you to unlock a keyring.`,
    { detail: { helper, reason: 'helper-timed-out', milliseconds: timeoutMs } },
  );
}

function tooMuch({ helper, outputLimit }: HelperRun): DockerCommsError {
  return new DockerCommsError('too-large', `The credential helper ${helper} answers more than a login.`, {
    detail: { helper, limit: outputLimit },
  });
}

function cancelled(): DockerCommsError {
  return new DockerCommsError('cancelled', 'Cancelled.');
}
