import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

vi.mock('electron', () => ({ app: { isPackaged: true } }));
const { renewAutostart, systemAutostart } = await import('../../../main/hosts/electron/autostart.ts');

describe.runIf(process.platform === 'linux')('starting with the desktop', () => {
  let folder: string;
  const entry = () => readFileSync(join(folder, 'autostart/dockercomms.desktop'), 'utf8');
  const runs = (appImage: string) => {
    vi.stubEnv('APPIMAGE', appImage);
    // Where it is mounted: this very program lies in it.
    vi.stubEnv('APPDIR', join(process.execPath, '..'));
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dockercomms-autostart-'));
    vi.stubEnv('XDG_CONFIG_HOME', folder);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it('follows an AppImage to where its newer version lies', async () => {
    runs('/apps/DockerComms-0.1.0.AppImage');
    await systemAutostart()?.set(true);
    runs('/apps/DockerComms-0.2.0.AppImage');
    await renewAutostart();
    expect(entry()).toContain('"/apps/DockerComms-0.2.0.AppImage" "--hidden"');
  });

  it('begins for nobody who did not choose it', async () => {
    runs('/apps/DockerComms-0.2.0.AppImage');
    await renewAutostart();
    expect(readdirSync(folder)).toEqual([]);
  });
});
