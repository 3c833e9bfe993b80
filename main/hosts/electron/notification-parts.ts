/** How Electron is told what the engine wants to be known. Pure, but for the calls that answer a notification. */
import type { NotificationConstructorOptions } from 'electron';
import type { ConversationView } from '../../../preload/contract/conversations.ts';
import type { NotificationView } from '../../../preload/contract/events.ts';
import type { Engine } from '../../messenger/engine.ts';
import { hostWords } from './locales/en.ts';

/** Systems whose notifications can be answered in place. */
const answering: readonly NodeJS.Platform[] = ['darwin', 'win32'];

export function notificationOptions(
  { title, body, answers }: NotificationView,
  platform: NodeJS.Platform,
): NotificationConstructorOptions {
  const inPlace = answers !== null && answering.includes(platform);
  return {
    title,
    body: platform === 'linux' ? escapeMarkup(body) : body,
    ...(inPlace && {
      hasReply: true,
      replyPlaceholder: hostWords.notification.reply,
      actions: [{ type: 'button', text: hostWords.notification.markRead }],
    }),
  };
}

/**
 * Threat: on Linux the body is markup (Desktop Notifications Specification, section 5), with links, and pictures that some
 * daemons fetch; what somebody else wrote must be shown as what it is.
 */
function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export async function markRead(engine: Engine, conversationId: string): Promise<void> {
  await engine.call('conversations.markRead', { conversationId });
}

/** Sends what was typed into a notification. False where that failed: then it is in the draft, and nothing is lost. */
export async function reply(engine: Engine, conversationId: string, text: string): Promise<boolean> {
  const sent = await engine.call('messages.send', { conversationId, text });
  if (sent.ok) await markRead(engine, conversationId);
  else await addToDraft(engine, conversationId, text);
  return sent.ok;
}

async function addToDraft(engine: Engine, conversationId: string, text: string): Promise<void> {
  const found = await engine.call('conversations.get', { conversationId });
  if (!found.ok) return;
  const { draft, draftAnswers } = found.value as ConversationView;
  await engine.call('conversations.saveDraft', {
    conversationId,
    text: draft === '' ? text : `${draft}\n${text}`,
    inReplyTo: draftAnswers?.messageId ?? null,
  });
}
