import { powerMonitor } from 'electron';
import type { Engine } from '../../messenger/engine.ts';

/** A sleeping computer has no network; one that wakes up looks for messages at once instead of when a timer says so. */
export function followPower(engines: readonly Engine[]): void {
  powerMonitor.on('suspend', () => {
    for (const engine of engines) engine.pause();
  });
  powerMonitor.on('resume', () => {
    for (const engine of engines) engine.wake();
  });
}
