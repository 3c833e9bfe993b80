import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRegistry, type RegistryOptions, type RunningRegistry } from '../../main/registry/server.ts';
import { HttpClient } from './http-client.ts';

export interface Started {
  readonly folder: string;
  readonly registry: RunningRegistry;
  readonly client: HttpClient;
  /** Ends it and starts it again over the same folder, at another port. */
  readonly restarted: () => Promise<Started>;
  /** Ends it and removes the folder. */
  readonly close: () => Promise<void>;
}

export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'dockercomms-registry-'));
}

/** The embedded registry over a folder of its own, or over `options.folder`. */
export async function started(options: Partial<RegistryOptions> = {}): Promise<Started> {
  const folder = options.folder ?? (await temporaryFolder());
  const registry = await startRegistry({ port: 0, ...options, folder });
  const client = new HttpClient(`http://${registry.host}`);
  const end = async (): Promise<void> => {
    await client.close();
    await registry.close();
  };
  return {
    ...{ folder, registry, client },
    async restarted() {
      await end();
      return started({ ...options, folder });
    },
    async close() {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
