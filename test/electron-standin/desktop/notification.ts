import { journal, strictOptions, StrictEmitter } from '../strict.ts';

interface NotificationOptions {
  readonly title: string;
  readonly body: string;
}

const knownOptions = ['title', 'body', 'silent', 'icon', 'urgency'];
const notifications: Notification[] = [];

export class Notification extends StrictEmitter {
  static isSupported(): boolean {
    return true;
  }

  readonly #options: NotificationOptions;

  constructor(options: NotificationOptions) {
    super('Notification', ['click', 'close', 'show', 'failed']);
    strictOptions('Notification', options, knownOptions);
    this.#options = options;
  }

  show(): void {
    notifications.push(this);
    journal('notification', { ...this.#options });
  }

  close(): void {
    journal('notification-closed', { ...this.#options });
  }
}

export const notificationGestures = {
  /** Clicks the notification that was shown as the how manieth, from 0. */
  clickNotification: (index: number) => notifications[index]?.emit('click'),
};
