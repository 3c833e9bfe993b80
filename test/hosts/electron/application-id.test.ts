import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';

const { app } = vi.hoisted(() => ({ app: { isPackaged: true, setAppUserModelId: vi.fn() } }));
vi.mock('electron', () => ({ app }));
const { nameProgram } = await import('../../../main/hosts/electron/application-id.ts');

beforeEach(() => app.setAppUserModelId.mockReset());

it('is on Windows the one that the installer writes into its shortcuts: by it the settings for notifications hold', async () => {
  const settings = await readFile(join(import.meta.dirname, '../../../electron-builder.yml'), 'utf8');
  nameProgram('win32');
  expect(app.setAppUserModelId).toHaveBeenCalledExactlyOnceWith(/^appId: (.+)$/m.exec(settings)?.[1]);
});

it('is needed nowhere else', () => {
  for (const platform of ['linux', 'darwin'] as const) nameProgram(platform);
  expect(app.setAppUserModelId).not.toHaveBeenCalled();
});
