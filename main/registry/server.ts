import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DockerCommsError, systemErrorCode, toDockerCommsError } from '../base/errors.ts';

export interface RegistryOptions {
  /** Absolute folder with everything the registry keeps; made when missing. */
  readonly folder: string;
  /** A loopback address; 127.0.0.1 when absent. */
  readonly host?: string;
  /** 0 means any free one. */
  readonly port: number;
}

export interface RunningRegistry {
  /** `127.0.0.1:port`, as it stands in references. */
  readonly host: string;
  readonly port: number;
  /** Ends uploads and connections, and gives the folder free. */
  close(): Promise<void>;
}

/** Serves `options.folder` as an OCI registry (distribution specification 1.1) on loopback. */
export async function startRegistry(options: RegistryOptions): Promise<RunningRegistry> {
  const host = options.host ?? '127.0.0.1';
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  const port = await listen(server, host, options.port);
  return { host: `${host}:${port}`, port, close: () => closeServer(server) };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const taken = systemErrorCode(error) === 'EADDRINUSE';
      reject(
        taken
          ? new DockerCommsError('conflict', 'This port is in use.', { cause: error, detail: { port } })
          : toDockerCommsError(error),
      );
    });
    server.listen({ host, port, exclusive: true }, () => resolve((server.address() as AddressInfo).port));
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
