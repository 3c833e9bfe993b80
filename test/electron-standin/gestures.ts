/** What a test does to the desktop around the program: each subject adds its own. */
import { attackGestures } from './attacks.ts';
import { windowGestures } from './browser-window.ts';
import { dialogGestures } from './desktop/dialog.ts';
import { dockGestures } from './desktop/dock.ts';
import { menuGestures } from './desktop/menu.ts';
import { notificationGestures } from './desktop/notification.ts';
import { powerGestures } from './desktop/power-monitor.ts';
import { trayGestures } from './desktop/tray.ts';

const gestures = {
  ...attackGestures,
  ...dialogGestures,
  ...dockGestures,
  ...menuGestures,
  ...notificationGestures,
  ...powerGestures,
  ...trayGestures,
  ...windowGestures,
};

/** One or several of them, with what each needs. */
export type Gesture = {
  readonly [Name in keyof typeof gestures]?: Parameters<(typeof gestures)[Name]>[0];
};

export function perform(gesture: Gesture): void {
  const known: Readonly<Record<string, (about: never) => unknown>> = gestures;
  for (const [name, about] of Object.entries(gesture)) {
    const act = known[name];
    if (act === undefined) throw new Error(`The stand-in knows no gesture ${name}`);
    act(about as never);
  }
}
