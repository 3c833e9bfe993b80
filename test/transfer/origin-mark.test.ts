import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as OriginMark from '../../main/transfer/origin-mark.ts';
import { bytesSource } from '../../main/transfer/payload.ts';
import { MemoryRegistry } from './memory-registry.ts';
import { budget, sendMessage } from './transfers.ts';

const marked = vi.hoisted(() => [] as { readonly path: string; readonly content: string }[]);
vi.mock('../../main/transfer/origin-mark.ts', async (original) => {
  const real = await original<typeof OriginMark>();
  return {
    markOrigin: (path: string, platform?: NodeJS.Platform) => {
      marked.push({ path, content: existsSync(path) ? readFileSync(path, 'utf8') : '' });
      return real.markOrigin(path, platform);
    },
  };
});
const { markOrigin } = await import('../../main/transfer/origin-mark.ts');
const { receivePayload } = await import('../../main/transfer/receive.ts');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dockercomms-mark-'));
  marked.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

describe('the mark of a file that came from somebody else', () => {
  it('is the one that Windows looks for', async () => {
    const path = join(folder, 'plan.docm');
    await writeFile(path, 'words');
    await markOrigin(path, 'win32');
    // What is a stream of the file there is a name like any other here.
    if (process.platform !== 'win32') expect(await readdir(folder)).toHaveLength(2);
    expect(readFileSync(`${path}:Zone.Identifier`, 'utf8')).toBe('[ZoneTransfer]\r\nZoneId=3\r\n');
    expect(readFileSync(path, 'utf8')).toBe('words');
  });

  it('is left out where a disk has no room for it, and nothing is lost by that', async () => {
    await expect(markOrigin(join(folder, 'missing/plan.docm'), 'win32')).resolves.toBeUndefined();
  });

  it.each(['linux', 'darwin'] as const)('leaves nothing behind on %s', async (platform) => {
    const path = join(folder, 'plan.docm');
    await writeFile(path, 'words');
    await markOrigin(path, platform);
    expect(await readdir(folder)).toEqual(['plan.docm']);
  });

  it('is on a received file that is whole, before anybody can open it by its name', async () => {
    const registry = new MemoryRegistry();
    const message = await sendMessage(bytesSource('plan.docm', Buffer.from('words')), registry, {});
    const options = { folder, filename: 'plan.docm', parallel: 1, budget: budget() };
    const { path } = await receivePayload(message, registry, options);
    expect(marked).toEqual([{ path: expect.not.stringContaining('plan') as string, content: 'words' }]);
    expect(readFileSync(path, 'utf8')).toBe('words');
  });
});
