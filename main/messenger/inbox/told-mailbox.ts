import type { ReceivedMessage } from '../../protocol/message.ts';
import type { Account } from '../../store/accounts.ts';
import type { EngineContext } from '../context.ts';
import { toldMailbox } from '../routing.ts';

/** Notes where the author of a message says that answers go. Only for what that author is proven to have signed. */
export function noteToldMailbox(
  { store, events, localNetwork }: Pick<EngineContext, 'store' | 'events' | 'localNetwork'>,
  account: Account,
  { sender, mailbox }: Pick<ReceivedMessage, 'sender' | 'mailbox'>,
): void {
  if (mailbox === undefined || sender === account.identity) return;
  const person = store.people.findByIdentity(sender);
  const told = person && toldMailbox(account, person, mailbox, localNetwork);
  if (person === null || told === null) return;
  if ('proposedMailbox' in told && told.proposedMailbox === person.proposedMailbox) return;
  store.people.update(person.id, told);
  events.emit({ type: 'people.changed' });
}
