import { readFileSync } from 'node:fs';
import type { BrowserContext, CDPSession, Page, Request, Route } from '@playwright/test';
import { toApp, toWeb } from './addresses.ts';
import { ipcMain } from './ipc.ts';
import { mainWorld, preloadWorld } from './page-worlds.ts';
import { defaultSession } from './session.ts';
import { journal, Preventable, StrictEmitter } from './strict.ts';

const worldName = 'preload';

interface Frame {
  readonly url: string;
  readonly frameTreeNodeId: number;
}

type WindowOpenHandler = (details: { readonly url: string }) => { readonly action: string };

/** A page with its preload, as Electron's `WebContents`. */
export class WebContents extends StrictEmitter {
  readonly #preload: string;
  #page: Page | null = null;
  #devtools: CDPSession | null = null;
  #preloadContext = 0;
  #loading = false;
  /** Where the program itself leads the page next: asks no rule. Whatever the page wants, also while it loads, does. */
  #ownAddress: string | null = null;
  #destroyed = false;
  #windowOpen: WindowOpenHandler = () => ({ action: 'allow' });

  constructor(preload: string) {
    super('webContents', [
      'will-navigate',
      'will-frame-navigate',
      'will-redirect',
      'will-attach-webview',
      'did-finish-load',
      'destroyed',
    ]);
    this.#preload = readFileSync(preload, 'utf8');
  }

  get mainFrame(): Frame {
    return { url: toApp(this.#page?.url() ?? 'about:blank'), frameTreeNodeId: 1 };
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  isLoading(): boolean {
    return this.#loading;
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#windowOpen = handler;
  }

  setWebRTCIPHandlingPolicy(policy: string): void {
    journal('webrtc-policy', { policy });
  }

  send(channel: string, ...values: unknown[]): void {
    structuredClone(values);
    void this.#inPreload(`standin.event(${JSON.stringify(channel)}, ${JSON.stringify(values)})`);
  }

  /** The stand-in's own: opens the page at `url` with the preload in its isolated world. */
  async load(
    context: BrowserContext,
    url: string,
    viewport: { width: number; height: number },
  ): Promise<void> {
    this.#loading = true;
    const page = await context.newPage();
    if (this.#destroyed) {
      await page.close();
      throw new Error('The window was closed before it could load.');
    }
    this.#page = page;
    await page.setViewportSize(viewport);
    page.on('popup', (popup) => void this.#refusePopup(popup));
    page.on('close', () => {
      this.#gone();
    });
    await page.route('**/*', (route) => this.#route(route));
    await page.routeWebSocket(/.*/, (socket) => {
      void defaultSession.mayRequest(socket.url());
      void socket.close();
    });
    await this.#injectPreload(page, await context.newCDPSession(page));
    this.#ownAddress = toWeb(url);
    await page.goto(this.#ownAddress);
    this.#loading = false;
    this.emit('did-finish-load');
  }

  /** The stand-in's own: the page goes; it hears `pagehide`, and what it says then still arrives. */
  end(): void {
    if (this.#page === null) this.#gone();
    else void this.#page.close();
  }

  #gone(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.emit('destroyed');
  }

  async #injectPreload(page: Page, devtools: CDPSession): Promise<void> {
    this.#devtools = devtools;
    devtools.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === worldName) this.#preloadContext = context.id;
    });
    devtools.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === 'standinHost') void this.#take(JSON.parse(payload) as PageMessage);
    });
    page.on('pageerror', (error) => {
      journal('page-error', { message: error.message });
    });
    await devtools.send('Page.enable');
    await devtools.send('Runtime.enable');
    await devtools.send('Runtime.addBinding', { name: 'standinHost', executionContextName: worldName });
    await devtools.send('Page.addScriptToEvaluateOnNewDocument', { source: `(${mainWorld.toString()})()` });
    await devtools.send('Page.addScriptToEvaluateOnNewDocument', {
      worldName,
      source: `(${preloadWorld.toString()})();(function(require,module,exports){${this.#preload}\n})(standinRequire,{exports:{}},{});`,
    });
  }

  async #take(message: PageMessage): Promise<void> {
    const outcome = await (message.kind === 'paths' ? this.#paths(message) : this.#invoke(message)).then(
      (value) => [value ?? null, null],
      // Electron's own words around what a handler threw.
      (error: unknown) => [null, `Error invoking remote method: ${String(error)}`],
    );
    const [value, error] = outcome.map((part) => JSON.stringify(part));
    await this.#inPreload(`standin.answer(${message.id}, ${value ?? 'null'}, ${error ?? 'null'})`);
  }

  async #invoke({ channel, values }: InvokeMessage): Promise<unknown> {
    const event = { sender: this, senderFrame: this.mainFrame };
    return structuredClone(await ipcMain.dispatch(channel, event, decode(values) as unknown[]));
  }

  /** The path behind each File: '' for one that a script made. */
  async #paths({ place, count }: PathsMessage): Promise<string[]> {
    const found: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const answer = await this.#devtools?.send('Runtime.evaluate', {
        contextId: this.#preloadContext,
        expression: `standin.files[${place}][${index}]`,
      });
      const { objectId = '' } = answer?.result ?? {};
      const info = await this.#devtools?.send('DOM.getFileInfo', { objectId }).catch(() => null);
      found.push(info?.path ?? '');
    }
    return found;
  }

  async #inPreload(expression: string): Promise<void> {
    if (this.#destroyed) return;
    await this.#devtools
      ?.send('Runtime.evaluate', { contextId: this.#preloadContext, expression })
      .catch(() => undefined);
  }

  async #route(route: Route): Promise<void> {
    const request = route.request();
    const url = toApp(request.url());
    if (request.isNavigationRequest() && !this.#isOwn(request) && !this.#mayNavigate(url)) {
      journal('navigation-prevented', { url });
      await route.abort('aborted');
    } else if (!defaultSession.mayRequest(url)) await route.abort('blockedbyclient');
    else await fulfill(route, url);
  }

  /** The program's own navigation, once. */
  #isOwn(request: Request): boolean {
    const own = request.url() === this.#ownAddress;
    if (own) this.#ownAddress = null;
    return own;
  }

  #mayNavigate(url: string): boolean {
    const event = Object.assign(new Preventable(), { url });
    this.emit('will-navigate', event);
    this.emit('will-frame-navigate', event);
    return !event.defaultPrevented;
  }

  async #refusePopup(popup: Page): Promise<void> {
    const { action } = this.#windowOpen({ url: popup.url() });
    journal('window-open', { action });
    if (action === 'deny') await popup.close();
  }
}

interface InvokeMessage {
  readonly id: number;
  readonly kind: 'invoke';
  readonly channel: string;
  readonly values: unknown;
}
interface PathsMessage {
  readonly id: number;
  readonly kind: 'paths';
  readonly place: number;
  readonly count: number;
}
type PageMessage = InvokeMessage | PathsMessage;

async function fulfill(route: Route, url: string): Promise<void> {
  const response = await defaultSession.protocol.respond(url);
  if (response === null) {
    // Let through by the program, but nothing serves it here: a hole in its rules.
    journal('request-escaped', { url });
    await route.abort('failed');
    return;
  }
  const headers = Object.fromEntries(response.headers);
  await route.fulfill({ status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) });
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== 'object' || value === null) return value;
  if ('$bytes' in value && typeof value.$bytes === 'string')
    return new Uint8Array(Buffer.from(value.$bytes, 'base64'));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decode(inner)]));
}
