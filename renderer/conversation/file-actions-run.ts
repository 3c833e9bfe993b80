import { words } from '../locales/en.ts';
import type { App } from '../state/app.svelte.ts';
import type { FileAction, SharedAction } from './file-actions.ts';

/** Does what a button of a file card says. A failure becomes a notice. */
export async function runFileAction(app: App, messageId: string, action: FileAction): Promise<void> {
  const { client } = app;
  switch (action) {
    case 'pause':
    case 'resume':
    case 'cancel':
    case 'retry':
    case 'download':
      await runSharedAction(app, [messageId], action);
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

/** Does the same with each of several files. One that fails stops none of the others; the first failure becomes a notice. */
export async function runSharedAction(
  app: Pick<App, 'client' | 'attempt'>,
  messageIds: readonly string[],
  action: SharedAction,
): Promise<void> {
  await app.attempt(async () => {
    const failures: unknown[] = [];
    for (const messageId of messageIds) {
      await app.client
        .call(`messages.${action}`, { messageId })
        .catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  });
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
