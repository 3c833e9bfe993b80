import { type BrowserWindow, dialog, session, shell } from 'electron';
import { DockerCommsError } from '../../base/errors.ts';
import type { BroughtShelf, HostAbilities } from '../../messenger/engine.ts';
import { requireOpenable, requireWebPage } from '../openable.ts';

/** What the engine may ask of Electron. `window` gives the one that dialogues belong to; it may not be there yet. */
export function electronAbilities(window: () => BrowserWindow | null, brought: BroughtShelf): HostAbilities {
  return {
    kind: 'electron',
    brought,
    openFile,
    showInFolder(path) {
      shell.showItemInFolder(path);
      return Promise.resolve();
    },
    async openPage(page) {
      requireWebPage(page);
      await shell.openExternal(page.href);
    },
    async chooseFolder() {
      const options: Electron.OpenDialogOptions = { properties: ['openDirectory', 'createDirectory'] };
      const parent = window();
      const { canceled, filePaths } = await (parent === null
        ? dialog.showOpenDialog(options)
        : dialog.showOpenDialog(parent, options));
      return canceled ? null : (filePaths[0] ?? null);
    },
    // Reads settings, and connects nowhere: the network stays closed to Chromium (`no-network.ts`).
    resolveProxy: (origin) => session.defaultSession.resolveProxy(origin.href),
  };
}

async function openFile(path: string): Promise<void> {
  requireOpenable(path);
  const problem = await shell.openPath(path);
  if (problem === '') return;
  throw new DockerCommsError('unsupported', 'This computer has no program that opens this file.', {
    detail: { problem },
  });
}
