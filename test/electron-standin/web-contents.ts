import { toApp, toWeb } from './addresses.ts';
import { ipcMain } from './ipc.ts';
import { PageRequests } from './page-requests.ts';
import { PreloadLine } from './preload-line.ts';
import { RemotePage } from './remote-page.ts';
import { defaultSession } from './session.ts';
import { journal, Preventable, strictOptions, StrictEmitter } from './strict.ts';

interface Frame {
  readonly url: string;
  readonly frameTreeNodeId: number;
}

type WindowOpenHandler = (details: { readonly url: string }) => { readonly action: string };

const events = (
  'will-navigate will-frame-navigate will-redirect will-attach-webview did-finish-load destroyed ' +
  'render-process-gone unresponsive responsive select-bluetooth-device context-menu zoom-changed page-title-updated'
).split(' ');

/** A page with its preload, as Electron's `WebContents`. */
export class WebContents extends StrictEmitter {
  readonly #preload: string;
  #page: RemotePage | null = null;
  #line: PreloadLine | null = null;
  #url = '';
  #loading = false;
  #zoomLevel = 0;
  #destroyed = false;
  #crashed = false;
  /** Grows with every page that takes the place of one before: what is heard of earlier ones means nothing. */
  #pageNumber = 0;
  #loadAgain: () => Promise<void> = () => Promise.resolve();
  #windowOpen: WindowOpenHandler = () => ({ action: 'allow' });

  constructor(preload: string) {
    super('webContents', events);
    this.#preload = preload;
  }

  readonly session = defaultSession;

  get mainFrame(): Frame {
    return { url: this.#url, frameTreeNodeId: 1 };
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

  getZoomLevel(): number {
    return this.#zoomLevel;
  }

  setZoomLevel(level: number): void {
    this.#zoomLevel = level;
    journal('zoom', { level });
  }

  startDrag(item: { readonly file: string; readonly icon: { isEmpty(): boolean } }): void {
    strictOptions('startDrag', item, ['file', 'icon']);
    if (item.icon.isEmpty()) throw new Error('startDrag: the icon is empty');
    journal('drag', { file: item.file });
  }

  replaceMisspelling(text: string): void {
    journal('replace-misspelling', { text });
  }

  send(channel: string, ...values: unknown[]): void {
    if (this.#destroyed) throw new TypeError('webContents.send: Object has been destroyed');
    this.#line?.send(channel, values);
  }

  /** Of a page that crashed, which is all that the program has to load again: another one takes its place. */
  reload(): void {
    if (!this.#crashed) throw new Error('The stand-in loads only crashed pages again.');
    const gone = this.#page;
    this.#page = null;
    this.#crashed = false;
    this.#pageNumber += 1;
    void gone
      ?.close()
      .then(this.#loadAgain)
      // The program may end in the middle of it.
      .catch(() => undefined);
  }

  forcefullyCrashRenderer(): void {
    void this.#page?.devtools.send('Page.crash').catch(() => undefined);
  }

  /** The stand-in's own: opens the page at `url` with the preload in its isolated world, and waits until it is loaded. */
  async load(url: string, size: { width: number; height: number }): Promise<void> {
    this.#loading = true;
    this.#loadAgain = () => this.load(url, size);
    const loaded = Promise.withResolvers<undefined>();
    const pageNumber = this.#pageNumber;
    const gone = () => {
      loaded.reject(new Error(`ERR_FAILED (-2) loading '${url}'`));
      if (pageNumber === this.#pageNumber) this.#gone();
    };
    // Whoever waits hears of it below.
    loaded.promise.catch(() => undefined);
    const page = await RemotePage.open(size, gone);
    if (this.#destroyed) await page.close();
    else
      await this.#lead(page, url, () => {
        loaded.resolve(undefined);
      });
    await loaded.promise;
  }

  /** The stand-in's own: the page goes; it hears `pagehide`, and what it says then still arrives. */
  end(): void {
    if (this.#page === null) this.#gone();
    else void this.#page.close().catch(() => undefined);
  }

  async #lead(page: RemotePage, url: string, loaded: () => void): Promise<void> {
    this.#page = page;
    const { devtools } = page;
    const line = new PreloadLine(page, {
      invoked: (channel, values) => this.#invoke(channel, values),
      titled: (title) => this.emit('page-title-updated', new Preventable(), title),
    });
    this.#line = line;
    const requests = new PageRequests(page, (to, isMainFrame) => this.#mayNavigate(to, isMainFrame));
    devtools.on('Page.loadEventFired', () => {
      this.#loading = false;
      page.tellLoaded();
      this.emit('did-finish-load');
      loaded();
    });
    devtools.on('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId === undefined) this.#url = toApp(frame.url);
    });
    devtools.on('Page.windowOpen', (opened) => {
      // Whatever is answered, the test closes the new page: the stand-in has no windows that pages open.
      journal('window-open', this.#windowOpen({ url: opened.url }));
    });
    devtools.on('Runtime.exceptionThrown', ({ exceptionDetails: { exception, text } }) => {
      journal('page-error', { message: exception?.description ?? text });
    });
    devtools.on('Inspector.targetCrashed', () => {
      this.#crashed = true;
      this.emit('render-process-gone', new Preventable(), { reason: 'crashed', exitCode: 11 });
    });
    await Promise.all([devtools.send('Inspector.enable'), devtools.send('Page.enable')]);
    await Promise.all([line.lay(this.#preload), requests.watch()]);
    requests.expect(toWeb(url));
    const { errorText } = await devtools.send('Page.navigate', { url: toWeb(url) });
    if (errorText !== undefined) throw new Error(`${errorText} loading '${url}'`);
  }

  #gone(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.emit('destroyed');
  }

  #invoke(channel: string, values: unknown[]): Promise<unknown> {
    return ipcMain.dispatch(channel, { sender: this, senderFrame: this.mainFrame }, values);
  }

  #mayNavigate(url: string, isMainFrame: boolean): boolean {
    const event = Object.assign(new Preventable(), { url, isMainFrame });
    if (isMainFrame) this.emit('will-navigate', event);
    this.emit('will-frame-navigate', event);
    return !event.defaultPrevented;
  }
}
