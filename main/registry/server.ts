/** The embedded registry as a whole: on loopback always, on the network where its owner says so. */
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { systemClock, type Clock } from '../base/clock.ts';
import { DockerCommsError, toDockerCommsError } from '../base/errors.ts';
import { owner, type Client } from './client.ts';
import { Guests } from './guests.ts';
import { Listener } from './listener.ts';
import { guardLoopback, isLoopbackName } from './loopback-guard.ts';
import { Network } from './network.ts';
import { Registry } from './registry.ts';

export interface RegistryOptions {
  /** Absolute folder with everything the registry keeps; made when missing. */
  readonly folder: string;
  /** A loopback address; 127.0.0.1 when absent. */
  readonly host?: string;
  /** 0 means any free one. */
  readonly port: number;
  /** Hears of every failure on this side (status 500 and up), for the log. */
  readonly onFailure?: (error: DockerCommsError) => void;
  readonly clock?: Clock;
}

export interface RunningRegistry {
  /** `127.0.0.1:port`, as it stands in references. */
  readonly host: string;
  readonly port: number;
  /** The same content for other computers; closed until it is opened. */
  readonly network: Network;
  /** Ends connections and open uploads, and gives the folder free. Running requests get two seconds. */
  close(): Promise<void>;
}

/**
 * Serves `options.folder` as an OCI registry (distribution specification 1.1) on loopback. Throws `invalid` for an
 * address that others could reach, `conflict` when the port or the folder is taken (`detail.port` for the port),
 * `storage` when the folder cannot be used.
 */
export async function startRegistry(options: RegistryOptions): Promise<RunningRegistry> {
  const { folder, clock = systemClock, onFailure = () => undefined } = options;
  const host = options.host ?? '127.0.0.1';
  const shown = host.includes(':') ? `[${host}]` : host;
  if (!isLoopbackName(shown)) {
    throw new DockerCommsError('invalid', 'Without a password, only this computer: 127.0.0.1, for example.');
  }
  const registry = await Registry.open(folder, clock).catch((error: unknown) => {
    throw toDockerCommsError(error);
  });
  try {
    const guests = await Guests.open(join(folder, 'people.json'), clock);
    const network = new Network({ registry, guests, folder, clock, onFailure });
    const listener = new Listener({ registry, onFailure, admit: admitOwner, tls: null });
    const port = await listener.listen(host, options.port);
    let closing: Promise<void> | null = null;
    const close = async () => {
      await Promise.all([network.close(), listener.close()]);
      await registry.close();
    };
    return { host: `${shown}:${port}`, port, network, close: () => (closing ??= close()) };
  } catch (error) {
    await registry.close();
    throw error;
  }
}

/** Whoever runs programs on this computer is its owner here. Throws `DENIED` for web pages. */
function admitOwner(request: IncomingMessage, port: number): Client {
  guardLoopback(request, port);
  return owner;
}
