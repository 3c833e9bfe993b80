import type { Browser, BrowserContext, CDPSession, Page } from '@playwright/test';
import type { FromProgram, PageRequest, ToProgram } from './messages.ts';

/** Where windows come from: one Chromium for all the programs of a test's process. */
export type WindowMaker = Pick<Browser, 'newContext'>;

interface OpenPage {
  readonly page: Page;
  readonly devtools: CDPSession;
  readonly heard: Set<string>;
  loaded: boolean;
}

/** The test's end of a program's windows: pages in a context of their own, which the program leads by DevTools protocol. */
export class WindowPages {
  readonly #context: Promise<BrowserContext>;
  readonly #tell: (message: ToProgram) => void;
  readonly #open = new Map<number, OpenPage>();

  constructor(context: Promise<BrowserContext>, tell: (message: ToProgram) => void) {
    this.#context = context;
    this.#tell = tell;
  }

  /** Those that show their page, in the order in which they were opened. */
  get shown(): Page[] {
    return [...this.#open.values()].filter(({ loaded }) => loaded).map(({ page }) => page);
  }

  take(message: Extract<FromProgram, { readonly window: number }>): void {
    const { window } = message;
    const open = this.#open.get(window);
    if (message.kind === 'listen') open?.heard.add(message.method);
    if (message.kind === 'loaded' && open !== undefined) open.loaded = true;
    if (message.kind === 'ask') void this.#answer(message.id, this.#do(window, message.request));
  }

  async close(): Promise<void> {
    await (await this.#context).close();
  }

  async #answer(id: number, work: Promise<unknown>): Promise<void> {
    try {
      this.#tell({ kind: 'answer', id, value: await work });
    } catch (error) {
      this.#tell({ kind: 'answer', id, error: String(error) });
    }
  }

  async #do(window: number, request: PageRequest): Promise<unknown> {
    if (request.do === 'open') return this.#openPage(window, request);
    const open = this.#open.get(window);
    if (open === undefined) throw new Error('This window has no page (any more).');
    if (request.do === 'close') return open.page.close();
    return open.devtools.send(request.method as 'Page.enable', request.params as undefined);
  }

  async #openPage(window: number, size: { width: number; height: number }): Promise<void> {
    const context = await this.#context;
    const page = await context.newPage();
    const [devtools] = await Promise.all([context.newCDPSession(page), page.setViewportSize(size)]);
    const heard = new Set<string>();
    devtools.on('event', ({ method, params }) => {
      if (heard.has(method)) this.#tell({ kind: 'event', window, method, params });
    });
    // The program was asked whether this may be (`Page.windowOpen`); the stand-in has none either way.
    page.on('popup', (popup) => void popup.close());
    page.once('close', () => {
      this.#open.delete(window);
      this.#tell({ kind: 'gone', window });
    });
    this.#open.set(window, { page, devtools, heard, loaded: false });
  }
}
