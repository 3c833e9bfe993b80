import type { ConversationView } from '../../preload/contract/conversations.ts';
import type { App } from '../state/app.svelte.ts';
import { copyText } from '../ui/copy.ts';

/** Puts a link that leads others to this person on the clipboard. A failure becomes a notice. */
export async function copyLink(app: App, { id }: ConversationView): Promise<void> {
  await app.attempt(async () => {
    const { link } = await app.client.call('links.ofConversation', { conversationId: id });
    await copyText(app, link);
  });
}
