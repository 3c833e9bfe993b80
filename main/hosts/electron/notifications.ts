import { Notification } from 'electron';
import type { Engine } from '../../messenger/engine.ts';
import type { NotificationView, Place } from '../../../preload/contract/events.ts';
import { markRead, notificationOptions, reply } from './notification-parts.ts';

/**
 * Shows what the engine decided to tell, and takes back what it takes back. A click leads to the message; where the system can,
 * a notification is answered in place. Whether it is shown while somebody wants no disturbance is the system's decision, so each is an ordinary one.
 * Ended by the function that it gives, which takes back what is still shown: nobody would hear of a click on it.
 */
export function showNotifications(engine: Engine, goTo: (place: Place) => void): () => void {
  if (!Notification.isSupported()) return () => undefined;
  // Held here: a notification that is collected as garbage never tells of its click.
  const shown = new Map<string, Notification>();
  const unsubscribe = engine.subscribe((event) => {
    if (event.type === 'notification.show') show(shown, event.notification, engine, goTo);
    if (event.type === 'notification.hide') withdraw(shown, event.key);
  });
  return () => {
    unsubscribe();
    for (const key of [...shown.keys()]) withdraw(shown, key);
  };
}

function show(
  shown: Map<string, Notification>,
  view: NotificationView,
  engine: Engine,
  goTo: (place: Place) => void,
): void {
  const { key, to, answers } = view;
  withdraw(shown, key);
  const options = notificationOptions(view, process.platform);
  const notification = new Notification(options);
  shown.set(key, notification);
  notification.on('click', () => {
    goTo(to);
  });
  // Systems tell of a close also when it only moved into their list of earlier ones, where it has to be taken back from.
  notification.on('close', ({ reason }) => {
    if (reason === 'userCanceled' && shown.get(key) === notification) shown.delete(key);
  });
  if (answers !== null && options.hasReply === true) {
    notification.on('reply', ({ reply: text }) => {
      void reply(engine, answers, text).then((sent) => (sent ? undefined : goTo(to)));
    });
    // The only one that is offered.
    notification.on('action', () => void markRead(engine, answers));
  }
  notification.show();
}

function withdraw(shown: Map<string, Notification>, key: string): void {
  const notification = shown.get(key);
  shown.delete(key);
  notification?.close();
}
