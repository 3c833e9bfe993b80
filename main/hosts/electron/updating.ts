import { app, shell } from 'electron';
import type { HostAbilities } from '../../messenger/engine.ts';
import type { UpdateOrigin } from '../../messenger/updates/origin.ts';
import type { BuiltInUpdates } from '../product.ts';
import { replaceProgram } from '../replace-program.ts';
import { readManagedFile, updateOrigin } from '../update-origin.ts';
import { installedAs, ownProgram } from './installed-as.ts';
import type { StartAgain } from './start-again.ts';
import { openPath } from './open-path.ts';

export interface ElectronUpdates {
  readonly updates: UpdateOrigin;
  readonly updating: Pick<HostAbilities, 'restart' | 'replaceProgram' | 'openInstaller'>;
}

/** Where this program is updated from, and what Electron does for it. */
export async function electronUpdates(
  built: BuiltInUpdates | null,
  startAgain: StartAgain,
): Promise<ElectronUpdates> {
  const { env: environment } = process;
  const target = installedAs();
  const updates = updateOrigin(built, { environment, managed: await readManagedFile(), target });
  if (target?.kind !== 'appimage') return { updates, updating: { openInstaller } };
  return {
    updates,
    updating: {
      restart: () => {
        startAgain.want();
        app.quit();
        return Promise.resolve();
      },
      replaceProgram: (path) => replaceProgram(ownProgram(), path),
    },
  };
}

/** Ours, and verified right before: not what `requireOpenable` keeps from being opened. */
async function openInstaller(path: string): Promise<void> {
  try {
    await openPath(path, 'The installer could not be opened. It is shown in its folder.');
  } catch (error) {
    shell.showItemInFolder(path);
    throw error;
  }
}
