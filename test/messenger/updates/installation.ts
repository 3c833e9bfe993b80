import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Settings } from '../../../preload/contract/settings.ts';
import type { HostAbilities } from '../../../main/messenger/engine.ts';
import type { UpdateOrigin } from '../../../main/messenger/updates/origin.ts';
import { Updates } from '../../../main/messenger/updates/updates.ts';
import { workbench } from '../workbench.ts';

/** Milliseconds that a check or a download on this computer may take while many tests run. */
const patience = 60_000;

/** A program of version 1.0.0 that is installed, and what its window would see. */
export async function installation(updates: UpdateOrigin, abilities: Partial<HostAbilities> = {}) {
  const bench = await workbench();
  const host: HostAbilities = { ...bench.context.host, ...abilities };
  const context = { ...bench.context, updates, host, version: '1.0.0' };
  const program = new Updates(context);
  const settled = async () => {
    await vi.waitFor(
      () => {
        const { kind } = program.status().step;
        if (kind === 'checking' || kind === 'downloading') throw new Error(kind);
      },
      { timeout: patience, interval: 10 },
    );
    return program.status();
  };
  return {
    ...bench,
    context,
    program,
    settled,
    folder: join(context.home, 'updates'),
    files: () => readdir(join(context.home, 'updates')).catch(() => []),
    check: () => {
      program.check();
      return settled();
    },
    download: () => {
      program.download();
      return settled();
    },
    choose: (mode: Settings['updates']['mode']) => context.settings.update({ updates: { mode } }),
    /** The same home, after the program was exchanged. */
    startedAs: (version: string) => new Updates({ ...context, version }),
  };
}
