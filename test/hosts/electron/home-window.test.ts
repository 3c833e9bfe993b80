import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ScriptedEngine } from '../scripted-engine.ts';

/** A window that is told what happens to it, and never emits `show`: macOS does so only while nothing covers the window. */
class Window extends EventEmitter {
  static readonly made: Window[] = [];
  readonly done: string[] = [];
  readonly webContents = Object.assign(new EventEmitter(), {
    isLoading: () => this.isLoading,
    isDestroyed: () => false,
    setZoomLevel: () => undefined,
    getZoomLevel: () => 0,
    send: (_channel: string, event: { readonly type: string }) => void this.done.push(event.type),
  });
  isLoading = true;
  #loaded = Promise.withResolvers<undefined>();

  constructor() {
    super();
    Window.made.push(this);
  }

  loadURL = () => this.#loaded.promise;
  isDestroyed = () => false;
  isMinimized = () => false;
  isMaximized = () => false;
  isFullScreen = () => false;
  getNormalBounds = () => ({ x: 0, y: 0, width: 900, height: 700 });
  maximize = () => void this.done.push('maximize');
  show = () => void this.done.push('show');
  focus = () => void this.done.push('focus');

  load(): void {
    this.isLoading = false;
    this.webContents.emit('did-finish-load');
    this.#loaded.resolve(undefined);
  }

  fail(): void {
    this.isLoading = false;
    this.#loaded.reject(new Error('ERR_FAILED'));
  }

  /** As its person closes it. */
  close(): void {
    this.emit('close');
    this.webContents.emit('destroyed');
    this.emit('closed');
  }
}

vi.mock('electron', () => ({
  ...{ BrowserWindow: Window, app: {}, clipboard: {}, dialog: {}, Menu: {}, shell: {} },
  ipcMain: { handle: () => undefined },
  nativeTheme: { themeSource: 'system' },
  screen: {
    getPrimaryDisplay: () => ({ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } }),
    getAllDisplays: () => [],
  },
}));
const { WindowBridge } = await import('../../../main/hosts/electron/bridge.ts');
const { HomeWindow } = await import('../../../main/hosts/electron/home-window.ts');
type Options = ConstructorParameters<typeof HomeWindow>[0];

describe('the window of a home', () => {
  let folder: string;
  let home: InstanceType<typeof HomeWindow>;
  const logger = { error: vi.fn() };
  const place = () => join(folder, 'window.json');
  const made = () => Window.made.at(-1) ?? expect.unreachable();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dockercomms-window-'));
    Window.made.length = 0;
    home = new HomeWindow({
      ...{ folder, name: null, checksSpelling: false, bridge: new WindowBridge(), logger: logger as unknown },
      product: { assets: '/assets', preload: '/preload.cjs' },
    } as Options);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is seen when it is drawn and somebody wants it, whichever comes first', async () => {
    home.load();
    made().emit('ready-to-show');
    await setImmediate();
    expect(made().done).toEqual([]);
    home.show();
    await setImmediate();
    expect(made().done).toEqual(['show']);

    made().close();
    home.show();
    await setImmediate();
    expect(made().done).toEqual([]);
    made().emit('ready-to-show');
    await setImmediate();
    expect(made().done).toEqual(['show']);
    expect(Window.made).toHaveLength(2);
  });

  it('is seen first as it was left', async () => {
    const left = { width: 900, height: 700, maximized: true };
    await writeFile(place(), JSON.stringify(left));
    home.load();
    made().load();
    made().emit('ready-to-show');
    home.show();
    await setImmediate();
    expect(made().done).toEqual(['maximize', 'show']);
  });

  it('comes forward when it is wanted again, also where another one covers it', async () => {
    home.load();
    made().load();
    made().emit('ready-to-show');
    home.show();
    await setImmediate();
    home.show();
    expect(made().done).toEqual(['show', 'show', 'focus']);
  });

  it('is shown to whoever wants it again although it has loaded and draws nothing', async () => {
    home.show();
    home.show();
    await setImmediate();
    expect(made().done).toEqual([]);
    made().load();
    home.show();
    expect(made().done).toEqual(['show', 'focus']);
  });

  it('that cannot be loaded is shown empty, and comes forward like any other', async () => {
    home.show();
    made().fail();
    await setImmediate();
    home.show();
    expect(made().done).toEqual(['show', 'show', 'focus']);
    expect(logger.error).toHaveBeenCalledOnce();
  });

  it('that nobody has seen leaves the place of the last one as it was', async () => {
    const left = JSON.stringify({ width: 900, height: 700, maximized: true, zoom: 2 });
    await writeFile(place(), left);
    home.load();
    made().load();
    made().close();
    expect(await readFile(place(), 'utf8')).toBe(left);
  });

  it('that somebody has seen leaves its place', async () => {
    home.load();
    made().emit('ready-to-show');
    home.show();
    await setImmediate();
    expect(existsSync(place())).toBe(false);
    made().close();
    expect(existsSync(place())).toBe(true);
  });

  it('tells its page as soon as that has loaded', () => {
    home.load();
    home.tell({ type: 'brought.changed' });
    expect(made().done).toEqual([]);
    made().load();
    expect(made().done).toEqual(['brought.changed']);
  });

  it('that is gone before there is an engine is looked through by nobody, and hears nothing', async () => {
    const engine = new ScriptedEngine();
    home.load();
    made().close();
    expect(home.current).toBeNull();
    home.answerFrom(engine);
    await setImmediate();
    expect(engine.calls).toEqual([{ method: 'app.lookingAt', input: { conversationId: null } }]);
  });
});
