import type { Account } from '../../store/accounts.ts';
import type { Message } from '../../store/message.ts';
import type { EngineContext } from '../context.ts';

/**
 * Notes that the author of a message has to be told: that it arrived, or, with a `refusal`, why it is not taken. A message of
 * which no manifest was read is answered by nothing.
 */
export function oweReceipt(
  { store }: Pick<EngineContext, 'store'>,
  account: Account,
  message: Pick<Message, 'id' | 'author' | 'digest' | 'repository' | 'trust'>,
  refusal: string | null = null,
): void {
  if (message.digest === null) return;
  store.receipts.owe({
    accountId: account.id,
    messageId: message.id,
    repository: message.repository ?? account.repository,
    forDigest: message.digest,
    recipient: message.author,
    status: refusal === null ? 'accepted' : 'rejected',
    reason: refusal,
    verified: message.trust === 'signed',
  });
}
