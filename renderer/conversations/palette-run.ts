import type { App } from '../state/app.svelte.ts';
import type { PaletteAction, PaletteItem } from './palette-groups.ts';

/** Goes where a line of the palette leads, or does what it says. A failure becomes a notice. */
export async function runPaletteItem(app: App, item: PaletteItem): Promise<void> {
  switch (item.kind) {
    case 'conversation':
    case 'person':
    case 'write-to':
      await openAddressee(app, item);
      break;
    case 'message':
      app.where.openConversation(item.hit.conversationId, item.hit.messageId);
      break;
    case 'invitation':
      await app.introductions.openLink(item.link);
      break;
    case 'action':
      await act(app, item.action);
      break;
  }
}

export type Addressee = Extract<PaletteItem, { kind: 'conversation' | 'person' | 'write-to' }>;

/** Shows the conversation with somebody, which is begun where there is none. False when that failed, with a notice. */
export async function openAddressee(app: App, item: Addressee): Promise<boolean> {
  if (item.kind === 'conversation') app.where.openConversation(item.conversation.id);
  else {
    const identity = item.kind === 'person' ? item.person.identity : item.identity;
    const account = app.accounts[0];
    if (account === undefined) return false;
    if (!(await app.attempt(() => app.introductions.startConversation({ accountId: account.id, identity }))))
      return false;
  }
  app.where.focusComposer();
  return true;
}

async function act(app: App, action: PaletteAction): Promise<void> {
  switch (action) {
    case 'new-conversation':
    case 'add-account':
      app.where.dialog = action;
      break;
    case 'invite':
      app.introductions.invite();
      break;
    case 'settings':
      app.where.settingsOpen = true;
      break;
    case 'sync':
      await app.attempt(() => app.client.call('accounts.sync', {}));
      break;
    case 'pause':
    case 'go-on':
      await app.quiet.pause(action === 'pause' ? 'hour' : null);
      break;
    case 'mute':
    case 'unmute':
      await app.quiet.mute(action === 'mute' ? 'hour' : null);
      break;
    case 'light':
    case 'dark':
    case 'system':
      await app.attempt(() => app.changeSettings({ appearance: { theme: action } }));
      break;
  }
}
