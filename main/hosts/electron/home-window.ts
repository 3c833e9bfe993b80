import { join } from 'node:path';
import type { BrowserWindow } from 'electron';
import type { Logger } from 'pino';
import { systemClock } from '../../base/clock.ts';
import type { Engine } from '../../messenger/engine.ts';
import type { EngineEvent } from '../../../preload/contract/events.ts';
import { logFile } from '../log.ts';
import type { Product } from '../product.ts';
import { sendEvent, type WindowBridge } from './bridge.ts';
import { closeWindow } from './close-window.ts';
import { recoverFromCrashes } from './crash-recovery.ts';
import { bringForward, createWindow, loadWindow } from './window.ts';

export interface HomeWindowOptions {
  readonly folder: string;
  /** Whose it is, where there are several. */
  readonly name: string | null;
  readonly product: Product;
  readonly bridge: WindowBridge;
  readonly checksSpelling: boolean;
  readonly logger: Logger;
}

/** Whether somebody has asked to see a window, and whether they do. */
type Sight = 'unwanted' | 'wanted' | 'seen';

/**
 * The window of a home, which can go and come back. Its page may load before there is an engine, so that neither waits for the
 * other: what the page asks meanwhile waits. Nobody sees it before `show`, so that a home that cannot be opened shows none.
 */
export class HomeWindow {
  readonly #options: HomeWindowOptions;
  readonly #engine = Promise.withResolvers<Engine>();
  readonly #wanted = Promise.withResolvers<undefined>();
  #current: BrowserWindow | null = null;
  #sight: Sight = 'unwanted';

  constructor(options: HomeWindowOptions) {
    this.#options = options;
  }

  get current(): BrowserWindow | null {
    return this.#current;
  }

  /** From now on the window is answered. */
  answerFrom(engine: Engine): void {
    this.#engine.resolve(engine);
  }

  /** Makes the window, unseen, and loads its page. */
  load(): BrowserWindow {
    const { bridge, folder, name, product, checksSpelling, logger } = this.#options;
    const icon = join(product.assets, 'icons/linux/256x256.png');
    const { preload } = product;
    const mayShow = this.#wanted.promise;
    const shown = () => {
      if (this.#current === window) this.#sight = 'seen';
    };
    const window = createWindow({ home: folder, name, icon, preload, checksSpelling, mayShow, shown });
    this.#current = window;
    this.#sight = 'unwanted';
    bridge.bind(window.webContents, this.#engine.promise);
    recoverFromCrashes(window, { logger, logFile: logFile(folder), clock: systemClock });
    window.webContents.on('render-process-gone', () => {
      this.#nobodyLooks();
    });
    window.on('closed', () => {
      this.#current = null;
      this.#nobodyLooks();
    });
    loadWindow(window, mayShow).catch((error: unknown) => {
      shown();
      // Closed before it had loaded is no trouble; a window that stays empty is.
      if (!window.isDestroyed()) logger.error({ err: error }, 'the window could not be loaded');
    });
    return window;
  }

  /**
   * Shows the window, opening it again where it was closed. One that is still loading shows itself when it is drawn; one that has
   * loaded and draws nothing is shown to whoever asks again.
   */
  show(): BrowserWindow {
    this.#wanted.resolve(undefined);
    const window = this.#current ?? this.load();
    const hangs = this.#sight === 'wanted' && !window.webContents.isLoading();
    if (this.#sight === 'seen' || hangs) {
      bringForward(window);
      this.#sight = 'seen';
    } else this.#sight = 'wanted';
    return window;
  }

  /** Shows the window and tells its page. */
  tell(event: EngineEvent): void {
    const { webContents } = this.show();
    if (webContents.isLoading()) webContents.once('did-finish-load', () => sendEvent(webContents, event));
    else sendEvent(webContents, event);
  }

  /** Resolves when it is gone, and its last words have reached the engine. */
  async close(): Promise<void> {
    if (this.#current !== null) await closeWindow(this.#current);
  }

  /** Nobody looks through a window that is gone, or shows nothing: they are to be notified again. */
  #nobodyLooks(): void {
    void this.#engine.promise.then((engine) => engine.call('app.lookingAt', { conversationId: null }));
  }
}
