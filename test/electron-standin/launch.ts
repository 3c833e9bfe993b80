import { fork, type ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { standinRegister } from './bundle.ts';
import type { Gesture } from './gestures.ts';
import type { AppEvent, FromProgram, JournalEntry, ToProgram } from './messages.ts';
import { WindowPages, type WindowMaker } from './window-pages.ts';

const root = join(import.meta.dirname, '../..');

export interface StandinOptions {
  /** Where its windows are shown. */
  readonly browser: WindowMaker;
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  /** More of the command line, such as `--demo`. */
  readonly args?: readonly string[];
  /** What the system tells before the program is ready, such as `open-url`. */
  readonly atStart?: readonly Omit<AppEvent, 'kind'>[];
  /** What the program is told that it runs on; left out: what it runs on. */
  readonly platform?: NodeJS.Platform;
  /** The folder with `dist`; left out: this repository. */
  readonly root?: string;
}

/** The built Electron program, running on the stand-in. */
export interface Standin {
  /** Its windows that show their page, in the order in which they opened. */
  pages(): Page[];
  /** Waits until that many windows show their page. */
  windows(count: number): Promise<Page[]>;
  readonly journal: readonly JournalEntry[];
  /** Waits for an entry that was written or will be. */
  wrote(what: string, facts?: Readonly<Record<string, unknown>>): Promise<JournalEntry>;
  perform(gesture: Gesture): void;
  /** Emits an event of `app`, such as `activate`; `values` come behind the event object. */
  emit(event: string, ...values: readonly unknown[]): void;
  /** Resolves with the exit code. */
  readonly ended: Promise<number>;
  /** Quits as a person does, and waits for the end. */
  close(): Promise<void>;
  /** Ends the process without asking it. */
  kill(): Promise<void>;
}

/** Starts `dist/main/electron.js`. Needs `npm run build`. */
export async function launchStandin(options: StandinOptions): Promise<Standin> {
  const register = await standinRegister();
  const program = join(options.root ?? root, 'dist/main/electron.js');
  const child = fork(program, ['--home', options.home, ...(options.args ?? [])], {
    execArgv: ['--import', register],
    // What Windows calls a pipe is a file of a strange name elsewhere.
    cwd: dirname(options.home),
    env: { ...process.env, ...surroundings(options), ...options.env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // Made while the program starts, as Electron's own Chromium is.
  const context = options.browser.newContext();
  // Whoever opens a window in it hears of a failure.
  context.catch(() => undefined);
  const tell = (message: ToProgram) => {
    // A program that is ending may be gone before anybody is told of it.
    if (child.connected) child.send(message, () => undefined);
  };
  const running = new RunningStandin(child, new WindowPages(context, tell), tell);
  await running.ready;
  return running;
}

function surroundings({ atStart, platform }: StandinOptions): Readonly<Record<string, string>> {
  return {
    ...(atStart && { STANDIN_AT_START: JSON.stringify(atStart) }),
    ...(platform && { STANDIN_PLATFORM: platform }),
  };
}

/** By the number of their process. */
const runningStandins = new Map<number, Standin>();

class RunningStandin implements Standin {
  readonly journal: JournalEntry[] = [];
  /** Rejects when the program ends before it is ready. */
  readonly ready: Promise<undefined>;
  readonly ended: Promise<number>;
  readonly #child: ChildProcess;
  readonly #pages: WindowPages;
  readonly #tell: (message: ToProgram) => void;
  readonly #ready = Promise.withResolvers<undefined>();
  #watchers: (() => void)[] = [];
  #hasEnded = false;

  constructor(child: ChildProcess, pages: WindowPages, tell: (message: ToProgram) => void) {
    this.#child = child;
    this.#pages = pages;
    this.#tell = tell;
    this.ready = this.#ready.promise;
    const { pid = 0 } = child;
    runningStandins.set(pid, this);
    child.on('message', (message: FromProgram) => {
      this.#take(message);
    });
    this.ended = new Promise((resolve) => {
      child.once('exit', (code) => {
        this.#ready.reject(new Error(`the program ended with ${code} before it was ready`));
        this.#hasEnded = true;
        runningStandins.delete(pid);
        this.#wake();
        const end = () => {
          resolve(code ?? -1);
        };
        // A browser that has gone has closed them already.
        void pages.close().then(end, end);
      });
    });
  }

  pages(): Page[] {
    return this.#pages.shown;
  }

  async windows(count: number): Promise<Page[]> {
    await this.#until(() => this.pages().length >= count);
    return this.pages();
  }

  async wrote(what: string, facts: Readonly<Record<string, unknown>> = {}): Promise<JournalEntry> {
    const fits = (entry: JournalEntry) =>
      entry.what === what && Object.entries(facts).every(([name, value]) => entry[name] === value);
    return this.#until(() => this.journal.find(fits));
  }

  perform(gesture: Gesture): void {
    this.#tell({ kind: 'gesture', gesture });
  }

  emit(event: string, ...values: readonly unknown[]): void {
    this.#tell({ kind: 'emit', event, values });
  }

  async close(): Promise<void> {
    this.#tell({ kind: 'quit' });
    await this.ended;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  #take(message: FromProgram): void {
    if (message.kind === 'ready') this.#ready.resolve(undefined);
    else if (message.kind === 'journal') this.journal.push(message.entry);
    else if (message.kind === 'second-start')
      runningStandins.get(message.of)?.emit('second-instance', message.argv);
    else this.#pages.take(message);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#watchers.splice(0)) wake();
  }

  /** Looks again after everything that the program says. */
  async #until<T>(look: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined && found !== false) return found;
      if (this.#hasEnded) throw new Error('the program ended before what was waited for');
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }
}
