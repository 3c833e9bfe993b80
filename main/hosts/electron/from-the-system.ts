import { app } from 'electron';
import { type Brought, broughtBy } from '../brought.ts';

/**
 * Tells of files and links that macOS brings as events, from now on and at once: they may come before the program is ready.
 * (Linux and Windows bring them on the command line.)
 */
export function followTheSystem(bring: (brought: Brought) => void): void {
  app.on('open-file', (event, path) => {
    event.preventDefault();
    bring({ link: null, files: [path] });
  });
  app.on('open-url', (event, link) => {
    event.preventDefault();
    bring(broughtBy(link, [], ''));
  });
}

/**
 * Makes this program the one that opens our links. On Linux its desktop entry says so when it is installed; run from
 * source, it is not this program that would have to be started.
 */
export function claimLinks(): void {
  if (!app.isPackaged || process.platform === 'linux') return;
  // What follows `--` is no switch, whatever a page makes of a link.
  app.setAsDefaultProtocolClient('dockercomms', process.execPath, ['--']);
}
