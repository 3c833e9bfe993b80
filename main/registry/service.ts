import { DockerCommsError, isDockerCommsError } from '../base/errors.ts';
import type { Invitation, InvitedPerson } from './guests.ts';
import type { NetworkOptions, OpenNetwork } from './network.ts';
import { startRegistry, type RunningRegistry } from './server.ts';

/** The embedded registry as a host hands it to the engine: at most one runs, and it is found again at its port. */
export interface RegistryService {
  /**
   * Serves `folder` on loopback, at `port` where that is free, else at any free one. While one runs, gives that one.
   * Throws `conflict` when another program serves this folder, `storage` when it cannot be written.
   */
  start(folder: string, port: number | null): Promise<{ readonly host: string; readonly port: number }>;
  /** Ends it; without one running, nothing. */
  stop(): Promise<void>;
  readonly network: RegistryNetwork;
}

/** The running registry on the network; `conflict` where something would have to change and none runs. */
export interface RegistryNetwork {
  open(options: Omit<NetworkOptions, 'address'>): Promise<OpenNetwork>;
  close(): Promise<void>;
  state(): OpenNetwork | null;
  people(): readonly InvitedPerson[];
  invite(name: string): Promise<Invitation>;
  revoke(name: string): Promise<void>;
  usedBytes(): number;
}

export interface RegistryServiceOptions {
  /** The address on which the network is listened to; null or left out: every one of this computer. */
  readonly networkAddress?: string | null;
}

/** A service with nothing running yet. */
export function embeddedRegistryService({
  networkAddress = null,
}: RegistryServiceOptions = {}): RegistryService {
  let starting: Promise<RunningRegistry> | null = null;
  let running: RunningRegistry | null = null;
  const network = () => {
    if (running === null)
      throw new DockerCommsError('conflict', 'The registry of this computer does not run.');
    return running.network;
  };
  return {
    start(folder, port) {
      const current = (starting ??= startAtOrElsewhere(folder, port).catch((error: unknown) => {
        starting = null;
        throw error;
      }));
      return current.then((started) => {
        if (starting === current) running = started;
        return started;
      });
    },
    async stop() {
      const ending = starting;
      starting = null;
      running = null;
      await (await ending?.catch(() => null))?.close();
    },
    network: {
      open: async (options) => network().open({ ...options, address: networkAddress }),
      close: async () => running?.network.close(),
      state: () => running?.network.state() ?? null,
      people: () => running?.network.people() ?? [],
      invite: async (name) => network().invite(name),
      revoke: async (name) => network().revoke(name),
      usedBytes: () => running?.network.usedBytes ?? 0,
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
