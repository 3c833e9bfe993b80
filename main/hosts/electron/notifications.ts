import { Notification } from 'electron';
import type { Engine } from '../../messenger/engine.ts';
import type { NotificationView, Place } from '../../../preload/contract/events.ts';

/**
 * Shows what the engine decided to tell: one notification for each conversation, the newest replaces the one before, and
 * what was read is withdrawn. A click leads to the message.
 */
export function showNotifications(engine: Engine, goTo: (place: Place) => void): void {
  if (!Notification.isSupported()) return;
  // Held here: a notification that is collected as garbage never tells of its click.
  const shown = new Map<string, Notification>();
  engine.subscribe((event) => {
    if (event.type === 'notification.show') show(shown, event.notification, goTo);
    if (event.type === 'notification.hide') withdraw(shown, event.conversationId);
  });
}

function show(shown: Map<string, Notification>, view: NotificationView, goTo: (place: Place) => void): void {
  const { conversationId, messageId, title, body } = view;
  withdraw(shown, conversationId);
  const notification = new Notification({ title, body });
  shown.set(conversationId, notification);
  notification.on('click', () => {
    goTo({ kind: 'conversation', conversationId, messageId });
  });
  notification.on('close', () => {
    if (shown.get(conversationId) === notification) shown.delete(conversationId);
  });
  notification.show();
}

function withdraw(shown: Map<string, Notification>, conversationId: string): void {
  const notification = shown.get(conversationId);
  shown.delete(conversationId);
  notification?.close();
}
