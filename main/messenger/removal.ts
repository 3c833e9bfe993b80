import { limits } from '../base/limits.ts';
import type { Message } from '../store/message.ts';
import type { EngineContext } from './context.ts';

/** Our own copies up to this size stay after sending, so that what was pasted can still be looked at. */
const keptCopyBytes = limits.automaticDownloadBytes;

/**
 * Removes a conversation with its messages; what is under way for it stops. Our copies of what was to be sent go, and what is
 * here of files that are not whole.
 * Files that were saved stay.
 */
export function removeConversation(context: EngineContext, conversationId: string): Promise<void> {
  return removeConversations(context, [conversationId]);
}

/** The same for several. */
export async function removeConversations(context: EngineContext, ids: readonly string[]): Promise<void> {
  const { store, transfers } = context;
  await removingCopies(context, () => {
    for (const id of ids) {
      store.conversations.remove(id);
      transfers.cancelConversation(id);
    }
  });
}

/**
 * Runs `remove`, which takes messages out of the store, and deletes the copies that only they referred to, and what was
 * downloaded so far for them.
 */
export async function removingCopies(
  {
    store,
    attachments,
    partials,
    logger,
  }: Pick<EngineContext, 'store' | 'attachments' | 'partials' | 'logger'>,
  remove: () => void,
): Promise<void> {
  const before = store.messages.temporarySources();
  remove();
  await partials.tidy();
  const kept = new Set(store.messages.temporarySources());
  for (const path of before.filter((copy) => !kept.has(copy))) {
    // What is gone for the person is gone: a copy that cannot be deleted now is deleted at the next start.
    await attachments.removeCopy(path).catch((error: unknown) => {
      logger.warn({ err: error }, 'a copy of an attachment could not be deleted');
    });
  }
}

/** A large copy of ours has done its work once it was sent. */
export async function tidyCopy(context: EngineContext, { id, file }: Message): Promise<void> {
  if (file?.sourceTemporary !== true || file.bytes <= keptCopyBytes) return;
  await removingCopies(context, () => {
    context.store.messages.update(id, { file: { sourcePath: null, sourceTemporary: false } });
  });
}
