import { app, type BrowserWindow, dialog, shell } from 'electron';
import type { Logger } from 'pino';
import type { Clock } from '../../base/clock.ts';
import { hostWords } from './locales/en.ts';
import { afterPageEnd } from './page-end.ts';

export interface RecoveryOptions {
  readonly logger: Logger;
  /** Where the log lies, for the person who is asked. */
  readonly logFile: string;
  readonly clock: Clock;
}

export function recoverFromCrashes(window: BrowserWindow, options: RecoveryOptions): void {
  new CrashRecovery(window, options).watch();
}

interface Question {
  readonly message: string;
  readonly detail: string;
  /** In their order; the first one is what Return and Escape choose. */
  readonly choices: readonly Choice[];
}

const { crash: words } = hostWords;
type Choice = keyof typeof words.choices;

/**
 * A window whose page ended, or hangs. Its engine lives on, so a page that is loaded again shows all there was. The log is
 * told what Chromium calls the reason, and nothing of the page.
 */
class CrashRecovery {
  readonly #window: BrowserWindow;
  readonly #options: RecoveryOptions;
  #reloadedAt: number | null = null;
  /** A page that was ended because somebody asked for it is loaded again without another question. */
  #endedByUs = false;
  #question: AbortController | null = null;

  constructor(window: BrowserWindow, options: RecoveryOptions) {
    this.#window = window;
    this.#options = options;
  }

  watch(): void {
    const { webContents } = this.#window;
    webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      this.#options.logger.error({ reason, exitCode }, "the process of the window's page is gone");
      void this.#pageEnded(reason);
    });
    webContents.on('unresponsive', () => {
      this.#options.logger.warn("the window's page does not answer");
      void this.#pageHangs();
    });
    webContents.on('responsive', () => this.#question?.abort());
    webContents.once('destroyed', () => this.#question?.abort());
  }

  async #pageEnded(reason: string): Promise<void> {
    // A page that is gone does not hang any more.
    this.#question?.abort();
    const now = this.#options.clock.now();
    const next = this.#endedByUs ? 'reload' : afterPageEnd(reason, this.#reloadedAt, now);
    this.#endedByUs = false;
    if (next === 'reload') {
      this.#reloadedAt = now;
      this.#reload();
    }
    if (next !== 'ask') return;
    const choice = await this.#ask({
      message: words.stopped,
      detail: words.kept,
      choices: ['reload', 'show-log', 'quit'],
    });
    if (choice === 'reload') this.#reload();
  }

  async #pageHangs(): Promise<void> {
    if (this.#question !== null) return;
    const choice = await this.#ask({
      message: words.hangs,
      detail: `${words.canWait} ${words.kept}`,
      choices: ['wait', 'reload', 'show-log', 'quit'],
    });
    if (choice !== 'reload' || this.#window.isDestroyed()) return;
    this.#endedByUs = true;
    this.#window.webContents.forcefullyCrashRenderer();
  }

  #reload(): void {
    if (!this.#window.isDestroyed()) this.#window.webContents.reload();
  }

  /** What was chosen, or null where the question became pointless. Looking at the log does not answer it. */
  async #ask(question: Question): Promise<Choice | null> {
    const asked = new AbortController();
    this.#question = asked;
    let choice = await this.#show(question, asked.signal);
    while (choice === 'show-log') {
      shell.showItemInFolder(this.#options.logFile);
      choice = await this.#show(question, asked.signal);
    }
    // Another question may have taken its place.
    if (this.#question === asked) this.#question = null;
    if (choice === 'quit') app.quit();
    return choice;
  }

  async #show({ message, detail, choices }: Question, signal: AbortSignal): Promise<Choice | null> {
    if (this.#window.isDestroyed()) return null;
    // The question waits there: it takes the keys from nobody who types elsewhere.
    this.#window.showInactive();
    const { response } = await dialog.showMessageBox(this.#window, {
      type: 'warning',
      message,
      detail: `${detail}\n\n${words.log(this.#options.logFile)}`,
      buttons: choices.map((choice) => words.choices[choice]),
      defaultId: 0,
      cancelId: 0,
      signal,
    });
    return signal.aborted ? null : (choices[response] ?? null);
  }
}

/** Writes down which of Chromium's other processes ended, and how: the graphics process, helpers. They start again by themselves. */
export function logChildProcesses(logger: Logger): void {
  app.on('child-process-gone', (_event, { type, reason, exitCode, serviceName }) => {
    logger.warn({ type, reason, exitCode, serviceName }, "one of Chromium's processes is gone");
  });
}
