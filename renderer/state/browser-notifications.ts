import type { EngineEvent, NotificationView, Place } from '../../preload/contract/events.ts';

/** The part of the browser's `Notification` that is used. */
export interface ShownNotification {
  addEventListener(type: 'click' | 'close', listener: () => void): void;
  close(): void;
}

/** The browser's `Notification`, as a page finds it. */
export interface NotificationApi {
  readonly permission: NotificationPermission;
  requestPermission(): Promise<NotificationPermission>;
  /** `tag` is the same for every window of this host, so that a browser with several shows one. */
  new (title: string, options: { readonly body: string; readonly tag: string }): ShownNotification;
}

export interface BrowserNotificationsOptions {
  /** Null where the browser has none. */
  readonly api: NotificationApi | null;
  /** Brings the window to the front, at this place. */
  readonly goTo: (place: Place) => void;
}

/**
 * Shows in the browser what the engine decided to tell: where there is no desktop program, the page is the only one who can.
 * It cannot be answered in place, and lasts as long as the window.
 */
export class BrowserNotifications {
  readonly #options: BrowserNotificationsOptions;
  readonly #shown = new Map<string, ShownNotification>();

  constructor(options: BrowserNotificationsOptions) {
    this.#options = options;
  }

  /** Null: this browser has none. */
  get permission(): NotificationPermission | null {
    return this.#options.api?.permission ?? null;
  }

  /** Asks the person, as browsers demand: only after a click. */
  async ask(): Promise<void> {
    await this.#options.api?.requestPermission();
  }

  follow(event: EngineEvent): void {
    if (event.type === 'notification.show') this.#show(event.notification);
    if (event.type === 'notification.hide') this.#hide(event.key);
  }

  #show({ key, title, body, to }: NotificationView): void {
    const { api, goTo } = this.#options;
    if (api?.permission !== 'granted') return;
    const notification = new api(title, { body, tag: key });
    this.#shown.set(key, notification);
    notification.addEventListener('click', () => {
      this.#hide(key);
      goTo(to);
    });
    notification.addEventListener('close', () => {
      if (this.#shown.get(key) === notification) this.#shown.delete(key);
    });
  }

  #hide(key: string): void {
    this.#shown.get(key)?.close();
    this.#shown.delete(key);
  }
}
