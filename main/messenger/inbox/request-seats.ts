import { limits } from '../../base/limits.ts';
import { inboxPrefix } from '../../protocol/tags.ts';
import type { Account } from '../../store/accounts.ts';
import { decidedByPerson, recordedReason } from '../../store/refused-tags.ts';
import type { EngineContext } from '../context.ts';

type Parts = Pick<EngineContext, 'store'>;

/**
 * The seats among the requests of one account, for one listing. Names cost nothing: without a limit whoever may write to a
 * mailbox could fill a window, a database and the time that judging takes. Who was ever talked to needs no seat.
 */
export class RequestSeats {
  readonly #parts: Parts;
  readonly #account: Account;
  readonly #taken: Set<string>;

  constructor(parts: Parts, account: Account) {
    this.#parts = parts;
    this.#account = account;
    this.#taken = new Set(parts.store.conversations.requests(account.id).map(({ identity }) => identity));
  }

  /** Whether what `sender` writes is looked at; a stranger takes a seat by that. */
  admits(sender: string): boolean {
    if (this.#taken.has(sender) || this.#isKnown(sender)) return true;
    if (this.#taken.size >= limits.openRequests) return false;
    this.#taken.add(sender);
    return true;
  }

  #isKnown(identity: string): boolean {
    const { store } = this.#parts;
    if (identity === this.#account.identity) return true;
    const person = store.people.findByIdentity(identity);
    return person !== null && store.conversations.find(this.#account.id, person.id) !== null;
  }
}

/** People whose requests wait until others are answered. */
export function waitingRequests({ store }: Parts, { repository, identity }: Account): number {
  return store.inbox.crowdedSenders(repository, inboxPrefix(identity));
}

/** Who waited longest comes next, where requests were answered or deleted. */
export function fillSeats({ store }: Parts, { id, repository, identity }: Account): void {
  const seats = Math.max(0, limits.openRequests - store.conversations.requests(id).length);
  store.inbox.reopenCrowded(repository, inboxPrefix(identity), { accountId: id, seats });
}

/** Turns away everybody who waits. */
export function emptyWaitingRoom({ store }: Parts, { repository, identity }: Account): void {
  const reason = recordedReason(decidedByPerson, 'It was deleted with all requests.');
  store.inbox.rejectCrowded(repository, inboxPrefix(identity), reason);
}
