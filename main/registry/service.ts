import { startRegistry, type RunningRegistry } from './server.ts';
import { isDockerCommsError } from '../base/errors.ts';

/** The embedded registry as a host hands it to the engine: at most one runs, and it is found again at its port. */
export interface RegistryService {
  /**
   * Serves `folder` on loopback, at `port` where that is free, else at any free one. While one runs, gives that one.
   * Throws `conflict` when another program serves this folder, `storage` when it cannot be written.
   */
  start(folder: string, port: number | null): Promise<{ readonly host: string; readonly port: number }>;
  /** Ends it; without one running, nothing. */
  stop(): Promise<void>;
}

/** A service with nothing running yet. */
export function embeddedRegistryService(): RegistryService {
  let running: Promise<RunningRegistry> | null = null;
  return {
    start(folder, port) {
      running ??= startAtOrElsewhere(folder, port).catch((error: unknown) => {
        running = null;
        throw error;
      });
      return running;
    },
    async stop() {
      const ending = running;
      running = null;
      await (await ending?.catch(() => null))?.close();
    },
  };
}

async function startAtOrElsewhere(folder: string, port: number | null): Promise<RunningRegistry> {
  if (port === null) return startRegistry({ folder, port: 0 });
  try {
    return await startRegistry({ folder, port });
  } catch (error) {
    if (isDockerCommsError(error, 'conflict') && error.detail.port === port) {
      return startRegistry({ folder, port: 0 });
    }
    throw error;
  }
}
