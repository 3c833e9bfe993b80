import { application } from './app.ts';
import { journal, Preventable, strictOptions, StrictEmitter } from './strict.ts';
import { WebContents } from './web-contents.ts';

interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
  readonly title?: string;
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

const open = new Set<BrowserWindow>();

export class BrowserWindow extends StrictEmitter {
  readonly webContents: WebContents;
  readonly #options: WindowOptions;
  #closing = false;

  constructor(options: WindowOptions) {
    super('BrowserWindow', [
      'close',
      'closed',
      'ready-to-show',
      'page-title-updated',
      'show',
      'hide',
      'focus',
    ]);
    const preferences = options.webPreferences ?? {};
    strictOptions('BrowserWindow', options, knownOptions);
    strictOptions('webPreferences', preferences, knownPreferences);
    for (const [name, value] of Object.entries(required)) {
      if (preferences[name] !== value) throw new Error(`webPreferences.${name} has to be ${value}`);
    }
    this.#options = options;
    this.webContents = new WebContents(preferences.preload ?? '');
    open.add(this);
    // Also while it is still loading.
    this.webContents.once('destroyed', () => {
      this.#closed();
    });
    journal('window', { title: options.title });
  }

  async loadURL(url: string): Promise<void> {
    const { width = 800, height = 600 } = this.#options;
    await this.webContents.load(await application.context(), url, { width, height });
    this.emit('ready-to-show');
  }

  show(): void {
    journal('window-shown', { title: this.#options.title });
  }

  focus(): void {
    journal('window-focused', { title: this.#options.title });
  }

  maximize(): void {
    journal('window-maximized', { title: this.#options.title });
  }

  restore(): void {
    journal('window-restored', { title: this.#options.title });
  }

  close(): void {
    this.#announceClose();
    this.webContents.end();
  }

  destroy(): void {
    this.webContents.end();
  }

  isDestroyed(): boolean {
    return !open.has(this);
  }

  isMinimized(): boolean {
    return false;
  }

  isMaximized(): boolean {
    return false;
  }

  getNormalBounds() {
    const { width = 800, height = 600 } = this.#options;
    return { x: 10, y: 10, width, height };
  }

  #announceClose(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.emit('close', new Preventable());
  }

  #closed(): void {
    open.delete(this);
    // A page that is closed from outside is a window that its person closed.
    this.#announceClose();
    this.emit('closed');
    if (open.size === 0 && !application.isQuitting) application.emit('window-all-closed');
  }
}
