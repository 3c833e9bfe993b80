import { application } from './app.ts';
import { openWindows } from './open-windows.ts';
import { journal, Preventable, strictOptions, StrictEmitter } from './strict.ts';
import { WebContents } from './web-contents.ts';

interface WindowOptions {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly title?: string;
  readonly show?: boolean;
  readonly webPreferences?: Readonly<Record<string, unknown>> & { readonly preload?: string };
}

const knownOptions =
  'width height x y title icon minWidth minHeight show backgroundColor autoHideMenuBar webPreferences'.split(
    ' ',
  );
const knownPreferences =
  'preload sandbox contextIsolation nodeIntegration webviewTag navigateOnDragDrop spellcheck'.split(' ');
/** What a window must be, whatever Electron's defaults are. */
const required = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  webviewTag: false,
} as const;
const events = 'close closed ready-to-show page-title-updated show hide focus'.split(' ');

export class BrowserWindow extends StrictEmitter {
  /** The one that opened first stands for the one with the focus. */
  static getFocusedWindow(): BrowserWindow | null {
    return ([...openWindows][0] as BrowserWindow | undefined) ?? null;
  }

  static getAllWindows(): BrowserWindow[] {
    return [...openWindows] as BrowserWindow[];
  }

  readonly webContents: WebContents;
  readonly #options: WindowOptions;
  #visible: boolean;
  #destroyed = false;
  #closing = false;

  constructor(options: WindowOptions) {
    super('BrowserWindow', events);
    application.requireReady('new BrowserWindow');
    const preferences = options.webPreferences ?? {};
    strictOptions('BrowserWindow', options, knownOptions);
    strictOptions('webPreferences', preferences, knownPreferences);
    for (const [name, value] of Object.entries(required)) {
      if (preferences[name] !== value) throw new Error(`webPreferences.${name} has to be ${value}`);
    }
    this.#options = options;
    this.#visible = options.show ?? true;
    this.webContents = new WebContents(preferences.preload ?? '');
    this.webContents.on('page-title-updated', (_event: Preventable, title: string) => {
      const event = new Preventable();
      this.emit('page-title-updated', event, title);
      if (!event.defaultPrevented) this.setTitle(title);
    });
    application.emit('web-contents-created', new Preventable(), this.webContents);
    openWindows.add(this);
    // Also while it is still loading.
    this.webContents.once('destroyed', () => {
      this.#gone();
    });
    const { x, y, width, height } = options;
    journal('window', { title: options.title, webPreferences: preferences, bounds: { x, y, width, height } });
    application.emit('browser-window-created', new Preventable(), this);
  }

  async loadURL(url: string): Promise<void> {
    this.#requireAlive('loadURL');
    const { width = 800, height = 600 } = this.#options;
    await this.webContents.load(url, { width, height });
    this.emit('ready-to-show');
  }

  show(): void {
    this.#did('show', 'window-shown');
    this.#visible = true;
    this.emit('show');
  }

  setTitle(title: string): void {
    this.#requireAlive('setTitle');
    journal('window-title', { title });
  }

  /** Windows only: what lies over its button in the task bar. */
  setOverlayIcon(overlay: { readonly path: string } | null, description: string): void {
    this.#requireAlive('setOverlayIcon');
    if (process.platform !== 'win32') throw new Error('BrowserWindow.setOverlayIcon is for Windows only');
    // A window that is not shown has no button.
    if (this.#visible) journal('overlay', { picture: overlay?.path ?? null, description });
  }

  showInactive(): void {
    this.#did('showInactive', 'window-shown-inactive');
    this.#visible = true;
    this.emit('show');
  }

  hide(): void {
    this.#did('hide', 'window-hidden');
    this.#visible = false;
    this.emit('hide');
  }

  focus(): void {
    this.#did('focus', 'window-focused');
    this.emit('focus');
  }

  maximize(): void {
    this.#did('maximize', 'window-maximized');
  }

  restore(): void {
    this.#did('restore', 'window-restored');
  }

  /** As its person closes it: whoever listens can prevent it. */
  close(): void {
    this.#requireAlive('close');
    if (this.#closing) return;
    const event = new Preventable();
    this.emit('close', event);
    if (event.defaultPrevented) application.stayOpen();
    else {
      this.#closing = true;
      this.webContents.end();
    }
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#closing = true;
    this.webContents.end();
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  isVisible(): boolean {
    this.#requireAlive('isVisible');
    return this.#visible;
  }

  isMinimized(): boolean {
    this.#requireAlive('isMinimized');
    return false;
  }

  isFullScreen(): boolean {
    this.#requireAlive('isFullScreen');
    return false;
  }

  setFullScreen(on: boolean): void {
    this.#did('setFullScreen', on ? 'window-full-screen' : 'window-not-full-screen');
  }

  isMaximized(): boolean {
    this.#requireAlive('isMaximized');
    return false;
  }

  setBounds(bounds: Readonly<Record<string, number>>): void {
    this.#requireAlive('setBounds');
    journal('window-bounds', { bounds });
  }

  getNormalBounds() {
    this.#requireAlive('getNormalBounds');
    const { width = 800, height = 600 } = this.#options;
    return { x: 10, y: 10, width, height };
  }

  #did(called: string, what: string): void {
    this.#requireAlive(called);
    journal(what, { title: this.#options.title });
  }

  #requireAlive(called: string): void {
    if (this.#destroyed) throw new TypeError(`BrowserWindow.${called}: Object has been destroyed`);
  }

  #gone(): void {
    // A page that is closed from outside is a window that its person closed; there, nobody can prevent it any more.
    if (!this.#closing) this.emit('close', new Preventable());
    this.#destroyed = true;
    openWindows.delete(this);
    this.emit('closed');
    application.windowClosed();
  }
}

export const windowGestures = {
  /** Clicks with the other button where this is in the window that opened first. */
  contextMenu(place: object) {
    BrowserWindow.getFocusedWindow()?.webContents.emit('context-menu', {}, place);
  },
  /** Turns the wheel with Ctrl in the window that opened first. */
  zoomByWheel(direction: 'in' | 'out') {
    BrowserWindow.getFocusedWindow()?.webContents.emit('zoom-changed', {}, direction);
  },
  /** Closes the window that opened as the how manieth of those that are open, from 0, by its button. */
  closeWindow(index: number) {
    [...openWindows][index]?.close();
  },
  /** The pages of all windows hang, or answer again. */
  pages(event: 'unresponsive' | 'responsive') {
    for (const { webContents } of openWindows) webContents.emit(event);
  },
};
