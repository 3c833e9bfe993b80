import { Notification } from 'electron';
import { hostWords } from './locales/en.ts';
import { isFirstTime } from './once.ts';

/** Held here: a notification that is collected as garbage never tells of its click. */
let shown: Notification | null = null;

/**
 * The window is gone and the program goes on: the first time in this home, whoever closed it is told, without a sound, how to
 * come back and how to quit. `open` shows the window.
 */
export function tellStillRunning(home: string, open: () => void): void {
  if (!Notification.isSupported() || !isFirstTime(home, 'still-running')) return;
  const { title, body } = hostWords.stillRunning;
  shown = new Notification({ title, body, silent: true });
  shown.on('click', open);
  shown.show();
}

/** The program ends: what it said of going on is no longer so. */
export function takeBackStillRunning(): void {
  shown?.close();
  shown = null;
}
