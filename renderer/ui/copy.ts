import { words } from '../locales/en.ts';
import type { App } from '../state/app.svelte.ts';

/** Puts a text on the clipboard, and says so. A failure becomes a notice. */
export async function copyText(app: App, text: string): Promise<void> {
  const done = await app.attempt(() => navigator.clipboard.writeText(text));
  if (done) app.notices.show(words.common.copied);
}
