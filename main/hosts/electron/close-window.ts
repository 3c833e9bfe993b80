import type { BrowserWindow } from 'electron';

/** Milliseconds that a page gets to say its last words: a few small calls need far less, and a longer wait looks like a hang. */
const patienceMilliseconds = 2_000;

/**
 * Closes a window as a person does and resolves when it is gone. What its page asked for until then has reached the
 * engine: the calls of a page come in order, and before the news of its end. A page that hangs is ended.
 */
export function closeWindow(window: BrowserWindow): Promise<void> {
  return new Promise((resolve) => {
    const end = setTimeout(() => {
      window.destroy();
    }, patienceMilliseconds);
    window.once('closed', () => {
      clearTimeout(end);
      resolve();
    });
    window.close();
  });
}
