import { app, BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron';
import type { Place } from '../../../preload/contract/events.ts';
import { hostWords } from './locales/en.ts';
import { zoomBy, zoomReset } from './zoom.ts';

type Item = MenuItemConstructorOptions;

const { menu: words } = hostWords;
const separator: Item = { type: 'separator' };

/** The application's menu. What it does in the window, the window does: `goTo` leads it there. */
export function setApplicationMenu(goTo: (place: Place) => void): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(applicationMenu(process.platform, goTo)));
}

/** As each system has it: macOS keeps the program's own menu first, elsewhere it is spread over File and Help. */
export function applicationMenu(platform: NodeJS.Platform, goTo: (place: Place) => void): Item[] {
  const mac = platform === 'darwin';
  const settings: Item = {
    label: words.settings,
    accelerator: 'CmdOrCtrl+,',
    click: () => goTo({ kind: 'settings' }),
  };
  return [
    ...(mac ? [programMenu(settings)] : []),
    fileMenu(goTo, mac ? [] : [settings, separator], mac),
    editMenu(goTo),
    viewMenu(),
    windowMenu(mac),
    ...(mac ? [] : [{ role: 'help' as const, label: words.help, submenu: [about()] }]),
  ];
}

function about(): Item {
  return { label: words.about, click: () => app.showAboutPanel() };
}

function programMenu(settings: Item): Item {
  return {
    role: 'appMenu',
    label: hostWords.product,
    submenu: [
      ...[about(), separator, settings, separator],
      ...[{ role: 'services' as const, label: words.services }, separator],
      { role: 'hide', label: words.hide },
      { role: 'hideOthers', label: words.hideOthers },
      { role: 'unhide', label: words.showAll },
      separator,
      { role: 'quit', label: words.quit },
    ],
  };
}

function fileMenu(goTo: (place: Place) => void, more: readonly Item[], mac: boolean): Item {
  return {
    label: words.file,
    submenu: [
      {
        label: words.newConversation,
        accelerator: 'CmdOrCtrl+N',
        click: () => goTo({ kind: 'new-conversation' }),
      },
      { label: words.attach, accelerator: 'CmdOrCtrl+O', click: () => goTo({ kind: 'attach' }) },
      ...[separator, ...more],
      { role: 'close', label: words.close },
      ...(mac ? [] : [{ role: 'quit' as const, label: words.quit }]),
    ],
  };
}

function editMenu(goTo: (place: Place) => void): Item {
  return {
    label: words.edit,
    submenu: [
      { role: 'undo', label: words.undo },
      { role: 'redo', label: words.redo },
      separator,
      { role: 'cut', label: words.cut },
      { role: 'copy', label: words.copy },
      { role: 'paste', label: words.paste },
      { role: 'pasteAndMatchStyle', label: words.pastePlain },
      { role: 'selectAll', label: words.selectAll },
      separator,
      { label: words.search, accelerator: 'CmdOrCtrl+K', click: () => goTo({ kind: 'search' }) },
    ],
  };
}

function viewMenu(): Item {
  return {
    label: words.view,
    submenu: [
      { label: words.zoomIn, accelerator: 'CmdOrCtrl+Plus', click: () => zoomFocused(1) },
      // Where + is typed with Shift, or has a key of its own besides.
      { ...hidden(words.zoomIn), accelerator: 'CmdOrCtrl+=', click: () => zoomFocused(1) },
      { ...hidden(words.zoomIn), accelerator: 'CmdOrCtrl+numadd', click: () => zoomFocused(1) },
      { label: words.zoomOut, accelerator: 'CmdOrCtrl+-', click: () => zoomFocused(-1) },
      { ...hidden(words.zoomOut), accelerator: 'CmdOrCtrl+numsub', click: () => zoomFocused(-1) },
      { label: words.actualSize, accelerator: 'CmdOrCtrl+0', click: () => zoomFocused(0) },
      separator,
      { role: 'togglefullscreen', label: words.fullScreen },
    ],
  };
}

function hidden(label: string): Item {
  return { label, visible: false, acceleratorWorksWhenHidden: true };
}

function zoomFocused(direction: 1 | 0 | -1): void {
  const contents = BrowserWindow.getFocusedWindow()?.webContents;
  if (contents === undefined) return;
  if (direction === 0) zoomReset(contents);
  else zoomBy(contents, direction);
}

function windowMenu(mac: boolean): Item {
  return {
    role: 'windowMenu',
    label: words.window,
    submenu: [
      { role: 'minimize', label: words.minimize },
      ...(mac ? [{ role: 'front' as const, label: words.front }] : []),
    ],
  };
}
