import { DockerCommsError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { parseMessageManifest } from '../../protocol/message.ts';
import type { Account } from '../../store/accounts.ts';
import type { Message, MessageChange } from '../../store/message.ts';
import { receiveToMemory } from '../../transfer/receive.ts';
import type { EngineContext } from '../context.ts';
import type { EngineServices } from '../requests/services.ts';

/**
 * A person wants to see an unverified message all the same: its text is fetched and shown, its file is fetched. It stays
 * marked as what it is. Fails `conflict` when it is none, or when its number belongs to a message that is proven.
 */
export async function releaseMessage(
  { context, downloads, accounts }: EngineServices,
  message: Message,
): Promise<void> {
  if (message.state !== 'unverified') throw notUnverified();
  if (message.kind === 'file') {
    move(context, message, { state: 'waiting', downloadWanted: true, attempts: 0 });
    downloads.pump();
  } else {
    const conversation = context.store.conversations.get(message.conversationId);
    if (conversation === null) throw notUnverified();
    const text = await fetchStoredText(context, accounts.get(conversation.accountId), message);
    move(context, message, { state: 'received', text });
  }
  context.events.messageChanged(message.conversationId, message.id);
}

/** The words of a text message of which only the manifest is here. Fails as the registry does, `protocol`. */
export async function fetchStoredText(
  { store, repositories }: Pick<EngineContext, 'store' | 'repositories'>,
  account: Account,
  { id, repository }: Message,
  signal?: AbortSignal,
): Promise<string> {
  const manifest = store.messages.manifest(id);
  if (manifest === null) throw notUnverified();
  const origin = repositories.for(account, repository ?? account.repository);
  const options = { maxBytes: limits.textBytes, ...(signal && { signal }) };
  return decodeText(await receiveToMemory(parseMessageManifest(manifest), origin, options));
}

/** Fails `protocol` for bytes that are no UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DockerCommsError('protocol', 'The text of this message is not UTF-8.', { cause });
  }
}

function move({ store }: EngineContext, { id }: Message, change: MessageChange): void {
  if (!store.messages.transition(id, ['unverified'], change)) throw notUnverified();
}

function notUnverified(): DockerCommsError {
  return new DockerCommsError('conflict', 'There is nothing here that waits to be shown.');
}
