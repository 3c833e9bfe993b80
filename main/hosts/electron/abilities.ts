import { join } from 'node:path';
import { app, type BrowserWindow, nativeImage, session, shell } from 'electron';
import type { BroughtShelf, HostAbilities } from '../../messenger/engine.ts';
import { canRun, requireWebPage } from '../openable.ts';
import { product } from '../product.ts';
import { systemAutostart } from './autostart.ts';
import { askBeforeRunning, choosePaths, chooseSavePath } from './dialogs.ts';
import { openPath } from './open-path.ts';

export interface AbilityOptions {
  /** The one that dialogues belong to; it may not be there yet. */
  readonly window: () => BrowserWindow | null;
  readonly brought: BroughtShelf;
  readonly checksSpelling: boolean;
}

/** What the engine may ask of Electron. */
export function electronAbilities({ window, brought, checksSpelling }: AbilityOptions): HostAbilities {
  return {
    kind: 'electron',
    ...{ brought, checksSpelling },
    autostart: systemAutostart(),
    openFile: (path) => openFile(path, window()),
    showInFolder(path) {
      shell.showItemInFolder(path);
      return Promise.resolve();
    },
    async openPage(page) {
      requireWebPage(page);
      await shell.openExternal(page.href);
    },
    chooseSavePath: (name) => chooseSavePath(window(), name),
    async startDrag(path) {
      const icon = await dragIcon(path);
      window()?.webContents.startDrag({ file: path, icon });
    },
    chooseFolder: async () => (await choosePaths(window(), ['openDirectory', 'createDirectory']))[0] ?? null,
    chooseFiles: (what) =>
      choosePaths(window(), [what === 'files' ? 'openFile' : 'openDirectory', 'multiSelections']),
    // Reads settings, and connects nowhere: the network stays closed to Chromium (`no-network.ts`).
    resolveProxy: (origin) => session.defaultSession.resolveProxy(origin.href),
  };
}

async function openFile(path: string, parent: BrowserWindow | null): Promise<void> {
  if (await canRun(path)) {
    const answer = await askBeforeRunning(parent, path);
    if (answer === 'show') shell.showItemInFolder(path);
    if (answer !== 'open') return;
  }
  await openPath(path, 'This computer has no program that opens this file.');
}

/** The icon that the system has for such a file; a drag without a picture is refused. */
async function dragIcon(path: string): Promise<Electron.NativeImage> {
  const icon = await app.getFileIcon(path, { size: 'normal' }).catch(() => null);
  if (icon !== null && !icon.isEmpty()) return icon;
  return nativeImage.createFromPath(join(product().assets, 'tray', 'trayOnLight@2x.png'));
}
