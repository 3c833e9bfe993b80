import { safeStorage } from 'electron';
import type { Logger } from 'pino';
import type { EmbeddedRegistryService, Engine } from '../../messenger/engine.ts';
import type { Brought, BroughtThings } from '../brought.ts';
import { openHome } from '../compose.ts';
import { safeStorageSlot } from '../../vault/safe-storage-slot.ts';
import { noHandover, offerHandover, type Shown } from '../handover.ts';
import type { Product } from '../product.ts';
import type { Place } from '../../../preload/contract/events.ts';
import { electronAbilities } from './abilities.ts';
import type { HomeWindow } from './home-window.ts';
import { showNotifications } from './notifications.ts';
import type { StartAgain } from './start-again.ts';
import { electronUpdates } from './updating.ts';

export interface ElectronHomeOptions {
  readonly folder: string;
  readonly product: Product;
  readonly logger: Logger;
  readonly window: HomeWindow;
  readonly checksSpelling: boolean;
  /** What comes from outside waits in it for the window. */
  readonly brought: BroughtThings;
  /** What comes once the home is closing is for the next start. */
  readonly startAgain: StartAgain;
  readonly embeddedRegistry?: EmbeddedRegistryService | null;
  readonly downloads?: string | undefined;
}

/** A home with its engine and its window. The window can go and come back; the engine stays. */
export class ElectronHome {
  readonly engine: Engine;
  readonly #window: HomeWindow;
  readonly #endNotifications: () => void;
  #endHandover: () => Promise<void> = () => Promise.resolve();
  #isClosing = false;

  /** Opens the home, and lets the engine answer the window. Throws what `openHome` throws. */
  static async open(options: ElectronHomeOptions): Promise<ElectronHome> {
    const { folder, logger, window, embeddedRegistry, downloads, brought, checksSpelling, startAgain } =
      options;
    const { updates, updating } = await electronUpdates(options.product.updates, startAgain);
    const engine = await openHome({
      home: folder,
      host: { ...electronAbilities({ window: () => window.current, brought, checksSpelling }), ...updating },
      updates,
      logger,
      keySlots: [safeStorageSlot(safeStorage)],
      embeddedRegistry,
      downloads,
      opensWindow: window.current !== null,
    });
    const home = new ElectronHome(engine, window);
    const shown = (things: Brought): Shown => {
      if (home.#isClosing) startAgain.want(things);
      else if (brought.add(things)) home.tellBrought();
      else home.show();
      return { host: 'electron' };
    };
    home.#endHandover = await offerHandover(folder, shown, (error) => {
      logger.warn({ err: error }, noHandover);
    });
    // Last: what the window does not find when it asks what was brought, it is told from now on.
    window.answerFrom(engine);
    return home;
  }

  private constructor(engine: Engine, window: HomeWindow) {
    this.engine = engine;
    this.#window = window;
    this.#endNotifications = showNotifications(engine, (place) => {
      this.goTo(place);
    });
  }

  /** Shows the window, opening it again where it was closed. */
  show(): void {
    this.#window.show();
  }

  /** Shows the window and leads it to a place. */
  goTo(place: Place): void {
    this.#window.tell({ type: 'navigate', to: place });
  }

  /** Shows the window, which then asks for what was brought. */
  tellBrought(): void {
    this.#window.tell({ type: 'brought.changed' });
  }

  /** The window goes first: what was written or changed in its last moment still finds the engine. */
  async close(): Promise<void> {
    this.#isClosing = true;
    // Whoever is connected already may still ask.
    await this.#endHandover();
    await this.#window.close();
    this.#endNotifications();
    await this.engine.close();
  }
}
