import type { App } from '../state/app.svelte.ts';
import type { PaletteAction, PaletteItem } from './palette-groups.ts';

/** Goes where a line of the palette leads, or does what it says. A failure becomes a notice. */
export async function runPaletteItem(app: App, item: PaletteItem): Promise<void> {
  switch (item.kind) {
    case 'conversation':
      app.openConversation(item.conversation.id);
      app.focusComposer();
      break;
    case 'message':
      app.openConversation(item.hit.conversationId, item.hit.messageId);
      break;
    case 'person':
      await startWith(app, item.person.identity);
      break;
    case 'write-to':
      await startWith(app, item.identity);
      break;
    case 'invitation':
      app.invitation = item.link;
      app.dialog = 'new-conversation';
      break;
    case 'action':
      await act(app, item.action);
      break;
  }
}

async function startWith(app: App, identity: string): Promise<void> {
  const account = app.accounts[0];
  if (account === undefined) return;
  await app.attempt(() => app.startConversation({ accountId: account.id, identity }));
  app.focusComposer();
}

async function act(app: App, action: PaletteAction): Promise<void> {
  switch (action) {
    case 'new-conversation':
    case 'add-account':
      app.dialog = action;
      break;
    case 'invite':
      app.invite();
      break;
    case 'settings':
      app.settingsOpen = true;
      break;
    case 'sync':
      await app.attempt(() => app.client.call('accounts.sync', {}));
      break;
    case 'pause':
    case 'go-on':
      await app.pause(action === 'pause' ? 'hour' : null);
      break;
    case 'mute':
    case 'unmute':
      await app.mute(action === 'mute' ? 'hour' : null);
      break;
    case 'light':
    case 'dark':
    case 'system':
      await app.attempt(() => app.changeSettings({ appearance: { theme: action } }));
      break;
  }
}
