import { words } from '../locales/en.ts';
import type { App } from '../state/app.svelte.ts';
import type { FileAction } from './file-actions.ts';

/** Does what a button of a file card says. A failure becomes a notice. */
export async function runFileAction(app: App, messageId: string, action: FileAction): Promise<void> {
  const { client } = app;
  switch (action) {
    case 'pause':
      await app.attempt(() => client.call('messages.pause', { messageId }));
      break;
    case 'resume':
      await app.attempt(() => client.call('messages.resume', { messageId }));
      break;
    case 'cancel':
      await app.attempt(() => client.call('messages.cancel', { messageId }));
      break;
    case 'retry':
      await app.attempt(() => client.call('messages.retry', { messageId }));
      break;
    case 'download':
      await app.attempt(() => client.call('messages.download', { messageId }));
      break;
    case 'open':
      await app.attempt(() => client.call('messages.open', { messageId }));
      break;
    case 'show-in-folder':
      await app.attempt(() => client.call('messages.showInFolder', { messageId }));
      break;
    case 'save-as':
      await app.attempt(async () => {
        if (await client.call('messages.saveAs', { messageId })) app.notices.show(words.file.copySaved);
      });
      break;
    case 'save':
      await save(app, messageId);
      break;
  }
}

/** The browser's own way to keep a file. */
async function save(app: App, messageId: string): Promise<void> {
  await app.attempt(async () => {
    const { url } = await app.client.call('messages.downloadLink', { messageId });
    const link = document.createElement('a');
    link.href = url;
    link.download = '';
    link.click();
  });
}
