import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRegistry } from '../../main/registry/server.ts';
import { registryContract } from './contract.ts';

registryContract('the embedded registry', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dockercomms-embedded-'));
  const registry = await startRegistry({ folder, port: 0 });
  return {
    host: registry.host,
    referrers: true,
    deletesTags: true,
    stop: async () => {
      await registry.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
});
