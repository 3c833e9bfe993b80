import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageOf } from './desktop/appearance.ts';
import { dockHere } from './desktop/dock.ts';
import type { AppEvent } from './messages.ts';
import { openWindows } from './open-windows.ts';
import { defaultSession } from './session.ts';
import { ownerOf } from './single-instance.ts';
import { journal, Preventable, strict, StrictEmitter, strictOptions } from './strict.ts';
import { tellTest } from './test-line.ts';

const events = (
  'second-instance activate window-all-closed before-quit will-quit quit ' +
  'session-created web-contents-created browser-window-created child-process-gone open-file open-url'
).split(' ');

/** `Application`: what starts and ends the program. */
class Application extends StrictEmitter {
  readonly commandLine = strict('app.commandLine', {
    appendSwitch: (name: string, value?: string) => {
      this.#requireNotReady(`--${name}`);
      journal('switch', { name, value });
    },
  });
  /** What runs here is the built program beside its source. */
  readonly isPackaged = false;
  readonly #paths = new Map([
    ['userData', join(tmpdir(), 'standin-user-data')],
    ['downloads', join(tmpdir(), 'standin-downloads')],
  ]);
  readonly #ready = Promise.withResolvers<undefined>();
  #isReady = false;
  #quitting = false;
  #exiting = false;

  constructor() {
    super('app', events);
    // After the program's own first lines, which say what has to be said before.
    setImmediate(() => {
      for (const event of atStart()) this.tell(event);
      becomePlatform();
      this.#isReady = true;
      this.emit('session-created', defaultSession);
      this.#ready.resolve(undefined);
      tellTest({ kind: 'ready' });
    });
  }

  get dock(): ReturnType<typeof dockHere> {
    return dockHere();
  }

  enableSandbox(): void {
    this.#requireNotReady('enableSandbox');
    journal('sandbox');
  }

  getPath(name: string): string {
    const path = this.#paths.get(name);
    if (path === undefined) throw new Error(`The stand-in knows no path ${name}`);
    return path;
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path);
  }

  /** One for each `userData`; the first one is told of every other start. */
  requestSingleInstanceLock(): boolean {
    const owner = ownerOf(this.getPath('userData'));
    if (owner === null) return true;
    tellTest({ kind: 'second-start', of: owner, argv: process.argv });
    return false;
  }

  whenReady(): Promise<undefined> {
    return this.#ready.promise;
  }

  /** A blank picture stands for that of the file's kind. */
  getFileIcon(path: string): Promise<ReturnType<typeof imageOf>> {
    return Promise.resolve(imageOf(path));
  }

  /** Once it has ended. */
  relaunch(options: { readonly args?: readonly string[]; readonly execPath?: string } = {}): void {
    strictOptions('app.relaunch', options, ['args', 'execPath']);
    journal('relaunch', { ...options });
  }

  /** `STANDIN_LANGUAGES`: what its person reads. */
  getPreferredSystemLanguages(): string[] {
    return (process.env.STANDIN_LANGUAGES ?? 'en-GB').split(',');
  }

  showAboutPanel(): void {
    journal('about');
  }

  /** `STANDIN_OPENED_AT_LOGIN`: the system started the program, and no person. */
  getLoginItemSettings() {
    return { openAtLogin: false, wasOpenedAtLogin: process.env.STANDIN_OPENED_AT_LOGIN === '1' };
  }

  setBadgeCount(count: number): boolean {
    journal('badge', { count });
    return true;
  }

  /** Asks everybody; whoever prevents it (the program, or a window that does not close) keeps it running. */
  quit(): void {
    if (this.#quitting || this.#exiting) return;
    if (!this.#allows('before-quit')) return;
    this.#quitting = true;
    for (const window of openWindows) window.close();
    this.windowClosed();
  }

  /** Ends without asking anybody. */
  exit(code = 0): void {
    if (this.#exiting) return;
    this.#exiting = true;
    this.emit('quit', {}, code);
    // Its windows go with it: the test closes them.
    tellTest({ kind: 'journal', entry: { what: 'exit', code } }, () => process.exit(code));
  }

  /** The stand-in's own: something happens to the application. What macOS hands over is the program's to take. */
  tell({ event, values }: Omit<AppEvent, 'kind'>): void {
    const preventable = new Preventable();
    this.emit(event, preventable, ...values);
    const handed = event === 'open-file' || event === 'open-url';
    if (handed && !preventable.defaultPrevented) journal('not-taken', { event });
  }

  /** The stand-in's own: whether `ready` has come. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** The stand-in's own: throws for what Electron refuses before `ready`. */
  requireReady(called: string): void {
    if (!this.#isReady) throw new Error(`${called} comes too early: the application is not ready`);
  }

  /** The stand-in's own: a window did not let itself be closed, and so nothing ends. */
  stayOpen(): void {
    this.#quitting = false;
  }

  /** The stand-in's own: a window has gone. */
  windowClosed(): void {
    if (openWindows.size > 0 || this.#exiting) return;
    if (this.#quitting) {
      if (this.#allows('will-quit')) this.exit(0);
      else this.#quitting = false;
    } else if (!this.emit('window-all-closed')) this.quit();
  }

  #allows(event: string): boolean {
    const preventable = new Preventable();
    this.emit(event, preventable);
    return !preventable.defaultPrevented;
  }

  #requireNotReady(called: string): void {
    if (this.#isReady) throw new Error(`${called} comes too late: the application is ready`);
  }
}

/** What the system tells as soon as the program's first lines have run, before it is ready. */
function atStart(): readonly Omit<AppEvent, 'kind'>[] {
  return JSON.parse(process.env.STANDIN_AT_START ?? '[]') as Omit<AppEvent, 'kind'>[];
}

/** What the engine is linked with. Optional ones, such as the keyring, are for whoever asks whether they are there. */
const engineAddons = ['@mongodb-js/zstd'];

/**
 * From here on the program is told that it runs on another system. Its native addons have to be this one's all the same: those
 * of the engine, which is imported later, are loaded before. What only that system itself does does not happen.
 */
function becomePlatform(): void {
  const platform = process.env.STANDIN_PLATFORM;
  if (platform === undefined) return;
  const load = createRequire(process.argv[1] ?? '');
  for (const addon of engineAddons) load(addon);
  Object.defineProperty(process, 'platform', { value: platform });
}

export const application = new Application();

/** Milliseconds after which a program that lost its test ends, whatever it still wants to do. */
const longestFarewell = 10_000;

process.on('disconnect', () => {
  application.quit();
  setTimeout(() => process.exit(1), longestFarewell).unref();
});
