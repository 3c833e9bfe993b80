import { journal, strictOptions, StrictEmitter } from '../strict.ts';

interface NotificationOptions {
  readonly title: string;
  readonly body: string;
  readonly hasReply?: boolean;
  readonly actions?: readonly { readonly type: string; readonly text: string }[];
}

const knownOptions = ['title', 'body', 'silent', 'icon', 'urgency'];
/** What can be answered in place, on systems that let people do so; elsewhere Electron ignores it, and here it is an error. */
const answeringOptions = ['hasReply', 'replyPlaceholder', 'actions'];
const canBeAnswered = () => ['darwin', 'win32'].includes(process.platform);
const notifications: Notification[] = [];

export class Notification extends StrictEmitter {
  static isSupported(): boolean {
    return true;
  }

  readonly #options: NotificationOptions;

  constructor(options: NotificationOptions) {
    super('Notification', [
      'click',
      'close',
      'show',
      'failed',
      ...(canBeAnswered() ? ['reply', 'action'] : []),
    ]);
    strictOptions('Notification', options, [...knownOptions, ...(canBeAnswered() ? answeringOptions : [])]);
    this.#options = options;
  }

  show(): void {
    notifications.push(this);
    journal('notification', { ...this.#options });
  }

  /** Tells of it, as of one that its person closes. */
  close(): void {
    journal('notification-closed', { ...this.#options });
    this.emit('close', {});
  }

  /** The stand-in's own: what its person writes into it. */
  reply(text: string): void {
    if (this.#options.hasReply !== true) throw new Error('This notification has no field to write into.');
    this.emit('reply', { reply: text });
  }

  /** The stand-in's own: presses one of its buttons. */
  press(label: string): void {
    const actionIndex = (this.#options.actions ?? []).findIndex(({ text }) => text === label);
    if (actionIndex < 0) throw new Error(`This notification has no button ${label}.`);
    this.emit('action', { actionIndex, selectionIndex: -1 });
  }
}

export const notificationGestures = {
  /** Clicks the notification that was shown as the how manieth, from 0. */
  clickNotification: (index: number) => notifications[index]?.emit('click'),
  /** Writes into the one that was shown last. */
  replyInNotification: (text: string) => notifications.at(-1)?.reply(text),
  /** Presses a button of the one that was shown last. */
  pressInNotification: (label: string) => notifications.at(-1)?.press(label),
};
