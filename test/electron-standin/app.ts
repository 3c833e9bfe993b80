import { tmpdir } from 'node:os';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type BrowserContext } from '@playwright/test';
import { findChromium, launchOptions } from '../browser.ts';
import { webOrigin } from './addresses.ts';
import { journal, Preventable, strict, StrictEmitter } from './strict.ts';

/** `Application`: what starts and ends the program. The browser is started when the program waits to be ready. */
class Application extends StrictEmitter {
  readonly commandLine = strict('app.commandLine', {
    appendSwitch: (name: string, value?: string) => {
      if (this.#context !== null) throw new Error(`--${name} comes too late: the application is ready`);
      journal('switch', { name, value });
    },
  });
  readonly #paths = new Map([['userData', join(tmpdir(), 'standin-user-data')]]);
  #context: Promise<BrowserContext> | null = null;
  #ready = false;
  #quitting = false;

  constructor() {
    super('app', ['second-instance', 'activate', 'window-all-closed', 'before-quit', 'will-quit']);
  }

  enableSandbox(): void {
    if (this.#context !== null) throw new Error('enableSandbox comes too late: the application is ready');
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

  requestSingleInstanceLock(): boolean {
    return true;
  }

  async whenReady(): Promise<void> {
    await this.context();
    this.#ready = true;
  }

  setBadgeCount(count: number): boolean {
    journal('badge', { count });
    return true;
  }

  quit(): void {
    if (this.#quitting) return;
    const event = new Preventable();
    this.emit('before-quit', event);
    if (!event.defaultPrevented) this.exit(0);
  }

  exit(code = 0): void {
    if (this.#quitting) return;
    this.#quitting = true;
    journal('exit', { code });
    void Promise.resolve(this.#context)
      .then((context) => context?.close())
      .finally(() => process.exit(code));
  }

  /** The stand-in's own: the running browser. */
  context(): Promise<BrowserContext> {
    this.#context ??= this.#launch();
    return this.#context;
  }

  /** The stand-in's own: whether `ready` has come. */
  get isReady(): boolean {
    return this.#ready;
  }

  get isQuitting(): boolean {
    return this.#quitting;
  }

  async #launch(): Promise<BrowserContext> {
    const found = await findChromium();
    if (found === null) throw new Error('no Chromium on this machine');
    const profile = join(this.getPath('userData'), 'standin-profile');
    const options = launchOptions(found);
    const context = await chromium.launchPersistentContext(profile, {
      ...options,
      // The test's own process looks at the same pages through this port.
      args: [...(options.args ?? []), '--remote-debugging-port=0'],
    });
    const [port = ''] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n');
    process.send?.({ ready: { devtools: `http://127.0.0.1:${port}`, origin: webOrigin } });
    return context;
  }
}

export const application = new Application();

// Closing the browser from outside, or losing the test, ends the program as closing its last window does.
process.on('disconnect', () => {
  application.quit();
});
