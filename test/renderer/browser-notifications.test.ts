import { expect, test } from 'vitest';
import type { NotificationView, Place } from '../../preload/contract/events.ts';
import {
  BrowserNotifications,
  type NotificationApi,
  type ShownNotification,
} from '../../renderer/state/browser-notifications.ts';

const view: NotificationView = {
  key: 'talk-bob',
  title: 'Bob',
  body: 'Hello',
  to: { kind: 'conversation', conversationId: 'talk-bob', messageId: 'm1' },
  answers: 'talk-bob',
};

/** A browser that gives this answer when it is asked for permission. */
function browser(permission: NotificationPermission, answer: NotificationPermission = permission) {
  const open: (ShownNotification & {
    readonly title: string;
    readonly tag: string;
    readonly click: () => void;
  })[] = [];
  class Shown implements ShownNotification {
    static permission = permission;
    static requestPermission(): Promise<NotificationPermission> {
      Shown.permission = answer;
      return Promise.resolve(answer);
    }
    readonly #listeners: { readonly type: string; readonly listener: () => void }[] = [];
    readonly title: string;
    readonly tag: string;

    constructor(title: string, { tag }: { readonly body: string; readonly tag: string }) {
      this.title = title;
      this.tag = tag;
      open.push(this);
    }

    addEventListener(type: 'click' | 'close', listener: () => void): void {
      this.#listeners.push({ type, listener });
    }

    click(): void {
      this.#emit('click');
    }

    close(): void {
      open.splice(open.indexOf(this), 1);
      this.#emit('close');
    }

    #emit(type: string): void {
      for (const one of this.#listeners) if (one.type === type) one.listener();
    }
  }
  const places: Place[] = [];
  const api: NotificationApi = Shown;
  return {
    open,
    places,
    notifications: new BrowserNotifications({ api, goTo: (place) => places.push(place) }),
  };
}

test('is shown where the browser allows it, leads to its place, and goes when the engine takes it back', () => {
  const { open, places, notifications } = browser('granted');
  notifications.follow({ type: 'notification.show', notification: view });
  notifications.follow({
    type: 'notification.show',
    notification: { ...view, key: 'talk-carol', title: 'Carol' },
  });
  expect(open).toMatchObject([{ title: 'Bob', tag: 'talk-bob' }, { title: 'Carol' }]);
  notifications.follow({ type: 'notification.hide', key: 'talk-carol' });
  expect(open).toHaveLength(1);
  open[0]?.click();
  expect(places).toEqual([view.to]);
  expect(open).toEqual([]);
});

test('nothing is shown before a person allowed it', async () => {
  const { open, notifications } = browser('default', 'granted');
  notifications.follow({ type: 'notification.show', notification: view });
  expect([open.length, notifications.permission]).toEqual([0, 'default']);
  await notifications.ask();
  notifications.follow({ type: 'notification.show', notification: view });
  expect([open.length, notifications.permission]).toEqual([1, 'granted']);
});

test('a browser without any has none', () => {
  const notifications = new BrowserNotifications({ api: null, goTo: () => undefined });
  notifications.follow({ type: 'notification.show', notification: view });
  expect(notifications.permission).toBeNull();
});
