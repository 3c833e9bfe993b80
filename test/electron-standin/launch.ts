import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import type { Gesture } from './desktop.ts';
import type { JournalEntry } from './strict.ts';

const root = join(import.meta.dirname, '../..');

export interface StandinOptions {
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  /** More of the command line, such as `--demo`. */
  readonly args?: readonly string[];
  /** The folder with `dist`; left out: this repository. */
  readonly root?: string;
}

/** The built Electron program, running on the stand-in. */
export interface Standin {
  /** Its windows, in the order in which they opened. */
  pages(): Page[];
  /** Waits until that many windows show their page. */
  windows(count: number): Promise<Page[]>;
  readonly journal: readonly JournalEntry[];
  /** Waits for an entry that was written or will be. */
  wrote(what: string, facts?: Readonly<Record<string, unknown>>): Promise<JournalEntry>;
  perform(gesture: Gesture): void;
  /** Emits an event of `app`, such as `second-instance`. */
  emit(event: string): void;
  /** Resolves with the exit code. */
  readonly ended: Promise<number>;
  /** Quits as a person does, and waits for the end. */
  close(): Promise<void>;
  /** Ends the process without asking it. */
  kill(): Promise<void>;
}

interface Ready {
  readonly devtools: string;
  readonly origin: string;
}

/** Starts `dist/main/electron.js`. Needs `npm run build` and a Chromium. */
export async function launchStandin(options: StandinOptions): Promise<Standin> {
  const program = join(options.root ?? root, 'dist/main/electron.js');
  const child = fork(program, ['--home', options.home, ...(options.args ?? [])], {
    execArgv: ['--import', join(import.meta.dirname, 'register.ts')],
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const running = new RunningStandin(child);
  await running.connect();
  return running;
}

class RunningStandin implements Standin {
  readonly journal: JournalEntry[] = [];
  readonly ended: Promise<number>;
  readonly #child: ChildProcess;
  readonly #ready: Promise<Ready>;
  #watchers: (() => void)[] = [];
  #browser: Browser | null = null;
  #origin = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    const ready = Promise.withResolvers<Ready>();
    this.#ready = ready.promise;
    child.on('message', (message: { readonly journal?: JournalEntry; readonly ready?: Ready }) => {
      if (message.ready !== undefined) ready.resolve(message.ready);
      if (message.journal !== undefined) this.#write(message.journal);
    });
    this.ended = new Promise((resolve) => {
      child.once('exit', (code) => {
        ready.reject(new Error(`the program ended with ${code} before it was ready`));
        resolve(code ?? -1);
      });
    });
  }

  async connect(): Promise<void> {
    const { devtools, origin } = await this.#ready;
    this.#origin = origin;
    this.#browser = await chromium.connectOverCDP(devtools);
  }

  pages(): Page[] {
    const pages = this.#browser?.contexts().flatMap((context) => context.pages()) ?? [];
    return pages.filter((page) => page.url().startsWith(`${this.#origin}/`));
  }

  async windows(count: number): Promise<Page[]> {
    // Pages come one by one; there is no single event for "has its address".
    while (this.pages().length < count) await new Promise((resolve) => setTimeout(resolve, 20));
    return this.pages();
  }

  async wrote(what: string, facts: Readonly<Record<string, unknown>> = {}): Promise<JournalEntry> {
    const fits = (entry: JournalEntry) =>
      entry.what === what && Object.entries(facts).every(([name, value]) => entry[name] === value);
    for (;;) {
      const entry = this.journal.find(fits);
      if (entry !== undefined) return entry;
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  perform(gesture: Gesture): void {
    this.#child.send({ gesture });
  }

  emit(event: string): void {
    this.#child.send({ emit: event });
  }

  async close(): Promise<void> {
    if (this.#child.connected) this.#child.send({ quit: true });
    await this.ended;
    await this.#browser?.close();
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
    await this.#browser?.close();
  }

  #write(entry: JournalEntry): void {
    this.journal.push(entry);
    for (const wake of this.#watchers.splice(0)) wake();
  }
}
