import { join } from 'node:path';
import { Menu, nativeImage, nativeTheme, Tray } from 'electron';

export interface TrayOptions {
  readonly assets: string;
  readonly open: () => void;
  readonly quit: () => void;
}

/** Whether the tray can be relied on as a way back. On Linux it may not be shown at all, and nothing says so. */
export const trayIsReliable = process.platform === 'win32' || process.platform === 'darwin';

/** The icon in the tray (macOS: the menu bar). The caller keeps it: collected as garbage, it disappears. */
export function createTray({ assets, open, quit }: TrayOptions): Tray {
  const tray = new Tray(trayImage(assets));
  tray.setToolTip('DockerComms');
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: 'Open DockerComms', click: open },
      { type: 'separator' },
      { label: 'Quit', click: quit },
    ]),
  );
  tray.on('click', open);
  nativeTheme.on('updated', () => {
    tray.setImage(trayImage(assets));
  });
  return tray;
}

function trayImage(assets: string): Electron.NativeImage {
  const ground = nativeTheme.shouldUseDarkColors ? 'OnDark' : 'OnLight';
  const file =
    process.platform === 'darwin'
      ? 'trayTemplate.png'
      : `tray${ground}.${process.platform === 'win32' ? 'ico' : 'png'}`;
  return nativeImage.createFromPath(join(assets, 'tray', file));
}
