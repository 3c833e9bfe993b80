/**
 * Threat: the window is led elsewhere (a dropped file, a link, a script), and the foreign page inherits the preload and
 * with it the bridge. The rule: the window shows its own page for its whole life, opens no others, embeds nothing.
 */
import type { WebContents } from 'electron';

export function stayHere(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
