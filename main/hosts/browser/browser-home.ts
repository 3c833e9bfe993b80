import { isDockerCommsError } from '../../base/errors.ts';
import type { EmbeddedRegistryService, Engine, HostAbilities } from '../../messenger/engine.ts';
import { openHome } from '../compose.ts';
import { askOwner, noHandover, offerHandover, type Shown } from '../handover.ts';
import { logCrashes, openLog } from '../log.ts';
import { product } from '../product.ts';
import { HomeFolders } from './home-folders.ts';
import { startBrowserServer, type BrowserServer } from './server.ts';
import { openFile, showInFolder } from './system-programs.ts';

export interface BrowserHomeOptions {
  readonly home: string;
  readonly port: number;
  /** Whether the browser is on this computer, with a screen: then files can be opened where they are. */
  readonly browserIsHere: boolean;
  readonly embeddedRegistry?: EmbeddedRegistryService | null;
  readonly downloads?: string | undefined;
}

/** A home that is open in browsers. */
export interface BrowserHome {
  readonly engine: Engine;
  freshAddress(): string;
  close(): Promise<void>;
}

/**
 * Opens a home for browsers. When another host owns it, that one is asked to show itself, and what it did comes back.
 * Throws what opening the home throws.
 */
export async function openBrowserHome(
  options: BrowserHomeOptions,
): Promise<{ readonly opened: BrowserHome } | { readonly shown: Shown }> {
  const { home, port } = options;
  const logger = openLog(home);
  const server = await startBrowserServer({ port, home, logger, windowFolder: product().windowFolder });
  try {
    const { embeddedRegistry, downloads } = options;
    const host = abilities(server, options.browserIsHere);
    const engine = await openHome({ home, host, logger, embeddedRegistry, downloads });
    server.serve(engine);
    logCrashes(logger);
    const shown = (): Shown => ({ host: 'browser', address: server.freshAddress() });
    const endHandover = await offerHandover(home, shown, (error) => {
      logger.warn({ err: error }, noHandover);
    });
    return { opened: new OpenBrowserHome(engine, server, endHandover) };
  } catch (error) {
    await server.close();
    const shown = isDockerCommsError(error, 'conflict') ? await askOwner(home) : null;
    if (shown !== null) return { shown };
    throw error;
  }
}

function abilities(server: BrowserServer, browserIsHere: boolean): HostAbilities {
  return {
    kind: 'browser',
    folders: new HomeFolders(),
    downloadLink: (file) => Promise.resolve(server.downloadPath(file)),
    ...(browserIsHere ? { openFile, showInFolder } : {}),
  };
}

class OpenBrowserHome implements BrowserHome {
  readonly engine: Engine;
  readonly #server: BrowserServer;
  readonly #endHandover: () => Promise<void>;

  constructor(engine: Engine, server: BrowserServer, endHandover: () => Promise<void>) {
    this.engine = engine;
    this.#server = server;
    this.#endHandover = endHandover;
  }

  freshAddress(): string {
    return this.#server.freshAddress();
  }

  async close(): Promise<void> {
    await this.#endHandover();
    await this.#server.close();
    await this.engine.close();
  }
}
