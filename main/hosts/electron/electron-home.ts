import { join } from 'node:path';
import { type BrowserWindow, safeStorage } from 'electron';
import type { Logger } from 'pino';
import { systemClock } from '../../base/clock.ts';
import type { EmbeddedRegistryService, Engine } from '../../messenger/engine.ts';
import type { BroughtThings } from '../brought.ts';
import { openHome } from '../compose.ts';
import { safeStorageSlot } from '../../vault/safe-storage-slot.ts';
import { offerHandover } from '../handover.ts';
import { logCrashes, logFile, openLog } from '../log.ts';
import type { Product } from '../product.ts';
import type { EngineEvent, Place } from '../../../preload/contract/events.ts';
import { electronAbilities } from './abilities.ts';
import { sendEvent, type WindowBridge } from './bridge.ts';
import { closeWindow } from './close-window.ts';
import { logChildProcesses, recoverFromCrashes } from './crash-recovery.ts';
import { showNotifications } from './notifications.ts';
import { electronUpdates } from './updating.ts';
import { bringForward, createWindow, loadWindow } from './window.ts';

export interface ElectronHomeOptions {
  readonly folder: string;
  readonly name: string | null;
  readonly product: Product;
  readonly bridge: WindowBridge;
  readonly checksSpelling: boolean;
  /** What comes from outside waits in it for the window. */
  readonly brought: BroughtThings;
  readonly embeddedRegistry?: EmbeddedRegistryService | null;
  readonly downloads?: string | undefined;
}

/** A home with its engine and its window. The window can go and come back; the engine stays. */
export class ElectronHome {
  readonly engine: Engine;
  readonly #options: ElectronHomeOptions;
  readonly #current: { window: BrowserWindow | null };
  readonly #logger: Logger;
  readonly #endNotifications: () => void;
  #endHandover: () => Promise<void> = () => Promise.resolve();

  /** Opens the home. Throws what `openHome` throws. */
  static async open(options: ElectronHomeOptions): Promise<ElectronHome> {
    const current: { window: BrowserWindow | null } = { window: null };
    const { folder, embeddedRegistry, downloads, brought, checksSpelling } = options;
    const window = () => current.window;
    const logger = openLog(folder);
    const { updates, updating } = await electronUpdates(options.product.updates);
    logCrashes(logger);
    logChildProcesses(logger);
    const engine = await openHome({
      home: folder,
      host: { ...electronAbilities({ window, brought, checksSpelling }), ...updating },
      updates,
      logger,
      keySlots: [safeStorageSlot(safeStorage)],
      embeddedRegistry,
      downloads,
    });
    const home = new ElectronHome(engine, options, current, logger);
    home.#endHandover = await offerHandover(folder, (things) => {
      if (brought.add(things)) home.tellBrought();
      else home.show();
      return { host: 'electron' };
    });
    return home;
  }

  private constructor(
    engine: Engine,
    options: ElectronHomeOptions,
    current: { window: BrowserWindow | null },
    logger: Logger,
  ) {
    this.#logger = logger;
    this.engine = engine;
    this.#options = options;
    this.#current = current;
    this.#endNotifications = showNotifications(engine, (place) => {
      this.goTo(place);
    });
  }

  /** Shows the window, opening it again where it was closed. */
  show(): BrowserWindow {
    const window = this.#current.window;
    if (window === null) return this.#openWindow();
    bringForward(window);
    return window;
  }

  /** Shows the window and leads it to a place. */
  goTo(place: Place): void {
    this.#tell({ type: 'navigate', to: place });
  }

  /** Shows the window, which then asks for what was brought. */
  tellBrought(): void {
    this.#tell({ type: 'brought.changed' });
  }

  #tell(event: EngineEvent): void {
    const { webContents } = this.show();
    if (webContents.isLoading()) webContents.once('did-finish-load', () => sendEvent(webContents, event));
    else sendEvent(webContents, event);
  }

  /** The window goes first: what was written or changed in its last moment still finds the engine. */
  async close(): Promise<void> {
    await this.#endHandover();
    if (this.#current.window !== null) await closeWindow(this.#current.window);
    this.#endNotifications();
    await this.engine.close();
  }

  #openWindow(): BrowserWindow {
    const { bridge, folder, name, product, checksSpelling } = this.#options;
    const icon = join(product.assets, 'icons/linux/256x256.png');
    const { preload } = product;
    const window = createWindow({ home: folder, name, icon, preload, checksSpelling });
    this.#current.window = window;
    bridge.bind(window.webContents, this.engine);
    recoverFromCrashes(window, { logger: this.#logger, logFile: logFile(folder), clock: systemClock });
    // Nobody looks through a window that is gone, or shows nothing: they are to be notified again.
    const nobodyLooks = () => void this.engine.call('app.lookingAt', { conversationId: null });
    window.webContents.on('render-process-gone', nobodyLooks);
    window.on('closed', () => {
      this.#current.window = null;
      nobodyLooks();
    });
    loadWindow(window).catch((error: unknown) => {
      // Closed before it had loaded is no trouble; a window that stays empty is.
      if (!window.isDestroyed()) this.#logger.error({ err: error }, 'the window could not be loaded');
    });
    return window;
  }
}
