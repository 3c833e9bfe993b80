import { beforeEach, expect, it, vi } from 'vitest';
import { hostWords } from '../../../main/hosts/electron/locales/en.ts';

const { shell, dialog, startDrag } = vi.hoisted(() => ({
  shell: { openPath: vi.fn(), showItemInFolder: vi.fn() },
  dialog: { showMessageBox: vi.fn(), showOpenDialog: vi.fn() },
  startDrag: vi.fn(),
}));
const picture = (empty: boolean) => ({ isEmpty: () => empty });
vi.mock('electron', () => ({
  shell,
  dialog,
  app: { isPackaged: false, getFileIcon: () => Promise.resolve(picture(true)) },
  nativeImage: { createFromPath: (path: string) => ({ ...picture(false), path }) },
  session: {},
  screen: {},
  clipboard: {},
  Menu: {},
  BrowserWindow: {},
}));
const { electronAbilities } = await import('../../../main/hosts/electron/abilities.ts');

const window = { webContents: { startDrag } };
const host = electronAbilities({
  window: () => window as never,
  brought: { takeFiles: () => [], takeLink: () => null },
  checksSpelling: false,
});
const { cancel, show, open } = hostWords.canRun;
const buttons = [cancel, show, open];

beforeEach(() => {
  vi.resetAllMocks();
  shell.openPath.mockResolvedValue('');
});

it('opens a document at once', async () => {
  await host.openFile?.('/in/plan.pdf');
  expect(dialog.showMessageBox).not.toHaveBeenCalled();
  expect(shell.openPath).toHaveBeenCalledWith('/in/plan.pdf');
});

it.each(['setup.exe', 'run.sh', 'page.html', 'macro.docm', 'trick.exe. .'])(
  'asks before it opens %s, and Enter and Escape are harmless',
  async (name) => {
    dialog.showMessageBox.mockResolvedValue({ response: 0 });
    await host.openFile?.(`/in/${name}`);
    const [parent, options] = dialog.showMessageBox.mock.calls[0] as [object, Electron.MessageBoxOptions];
    expect(parent).toBe(window);
    expect(options.buttons).toEqual(buttons);
    expect([options.defaultId, options.cancelId]).toEqual([1, 0]);
    expect(shell.openPath).not.toHaveBeenCalled();
    expect(shell.showItemInFolder).not.toHaveBeenCalled();
  },
);

it('does what was answered', async () => {
  dialog.showMessageBox.mockResolvedValue({ response: 1 });
  await host.openFile?.('/in/setup.exe');
  expect(shell.showItemInFolder).toHaveBeenCalledWith('/in/setup.exe');
  expect(shell.openPath).not.toHaveBeenCalled();
  dialog.showMessageBox.mockResolvedValue({ response: 2 });
  await host.openFile?.('/in/setup.exe');
  expect(shell.openPath).toHaveBeenCalledWith('/in/setup.exe');
  // An answer that nobody gave is none.
  dialog.showMessageBox.mockResolvedValue({ response: 9 });
  await host.openFile?.('/in/other.exe');
  expect(shell.openPath).toHaveBeenCalledTimes(1);
});

it('says that a file has no program, with what the system said, where it was not opened', async () => {
  shell.openPath.mockResolvedValue('no application is registered');
  const refused = { code: 'unsupported', detail: { problem: 'no application is registered' } };
  await expect(host.openFile?.('/in/plan.xyz')).rejects.toMatchObject(refused);
});

it('drags with a picture, also where the system has none for such a file', async () => {
  await host.startDrag?.('/in/plan.pdf');
  const [item] = startDrag.mock.calls[0] as [Electron.Item];
  expect(item.file).toBe('/in/plan.pdf');
  expect((item.icon as Electron.NativeImage).isEmpty()).toBe(false);
});
