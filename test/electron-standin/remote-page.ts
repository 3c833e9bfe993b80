import { EventEmitter } from 'node:events';
import type { CDPSession } from '@playwright/test';
import { askTest, hearTest, tellTest } from './test-line.ts';

/** Chromium's DevTools protocol, as Playwright types it: only the types are Playwright's, the program loads none of it. */
type Devtools = Pick<CDPSession, 'send' | 'on'>;

const open = new Map<number, { readonly events: EventEmitter; readonly gone: () => void }>();
let nextWindow = 0;

hearTest((message) => {
  if (message.kind === 'event') open.get(message.window)?.events.emit(message.method, message.params);
  if (message.kind !== 'gone') return;
  const page = open.get(message.window);
  open.delete(message.window);
  page?.gone();
});

/** A page in the browser of the test. */
export class RemotePage {
  readonly devtools: Devtools;
  readonly #window: number;

  /** An empty page; `gone` is called once, when it was closed by whomever. */
  static async open(size: { width: number; height: number }, gone: () => void): Promise<RemotePage> {
    const page = new RemotePage(nextWindow++, gone);
    await askTest(page.#window, { do: 'open', ...size });
    return page;
  }

  private constructor(window: number, gone: () => void) {
    const events = new EventEmitter();
    this.#window = window;
    open.set(window, { events, gone });
    this.devtools = {
      send: (method: string, params: unknown) => askTest(window, { do: 'command', method, params }),
      on: (method: string, listener: (params: unknown) => void) => {
        if (events.listenerCount(method) === 0) tellTest({ kind: 'listen', window, method });
        events.on(method, listener);
      },
    } as unknown as Devtools;
  }

  /** The window shows its page now. */
  tellLoaded(): void {
    tellTest({ kind: 'loaded', window: this.#window });
  }

  /** The page goes; it hears `pagehide`, and what it says then still arrives. */
  async close(): Promise<void> {
    await askTest(this.#window, { do: 'close' });
  }
}
