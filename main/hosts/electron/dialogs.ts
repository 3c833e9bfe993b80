/** Questions that the system asks for us, in dialogues that no page can draw or answer. `parent`: the window they belong to. */
import { basename, join } from 'node:path';
import { app, type BrowserWindow, dialog } from 'electron';
import { hostWords } from './locales/en.ts';

/** The folders or files that the person chose; none when they cancelled. */
export async function choosePaths(
  parent: BrowserWindow | null,
  properties: Electron.OpenDialogOptions['properties'] & object,
): Promise<readonly string[]> {
  const options = { properties };
  const { canceled, filePaths } = await (parent === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(parent, options));
  return canceled ? [] : filePaths;
}

/** Where to save a file of this name; null when the person cancelled. */
export async function chooseSavePath(parent: BrowserWindow | null, name: string): Promise<string | null> {
  const options: Electron.SaveDialogOptions = {
    defaultPath: join(app.getPath('downloads'), name),
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  };
  const { canceled, filePath } = await (parent === null
    ? dialog.showSaveDialog(options)
    : dialog.showSaveDialog(parent, options));
  return canceled || filePath === '' ? null : filePath;
}

const answers = ['cancel', 'show', 'open'] as const;

/**
 * Threat: a window that was taken over asks to open a program that came with a message. The question is the system's and
 * not the window's, and what a careless Enter or Escape means is harmless.
 */
export async function askBeforeRunning(
  parent: BrowserWindow | null,
  path: string,
): Promise<(typeof answers)[number]> {
  const { title, text, cancel, show, open } = hostWords.canRun;
  const options: Electron.MessageBoxOptions = {
    type: 'warning',
    message: title(basename(path)),
    detail: text,
    // In the order of `answers`.
    buttons: [cancel, show, open],
    defaultId: 1,
    cancelId: 0,
    noLink: true,
  };
  const { response } = await (parent === null
    ? dialog.showMessageBox(options)
    : dialog.showMessageBox(parent, options));
  return answers[response] ?? 'cancel';
}
