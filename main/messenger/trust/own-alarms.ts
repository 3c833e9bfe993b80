import { DockerCommsError } from '../../base/errors.ts';
import type { OwnKeyReason } from '../../base/reasons.ts';
import type { Account } from '../../store/accounts.ts';

/** What is wrong with the keys of one's own accounts: one is lost or counts no longer, or somebody else uses the name. */
export class OwnAlarms {
  readonly #byAccount = new Map<string, OwnKeyReason>();

  /** As far as was noticed since the start; null: nothing. */
  of(accountId: string): OwnKeyReason | null {
    return this.#byAccount.get(accountId) ?? null;
  }

  /** Null ends it. True when that is news. */
  note(accountId: string, reason: OwnKeyReason | null): boolean {
    if (this.of(accountId) === reason) return false;
    if (reason === null) this.#byAccount.delete(accountId);
    else this.#byAccount.set(accountId, reason);
    return true;
  }
}

/** What whoever needs the profile is told meanwhile. */
export function notMine({ identity }: Account, reason: Exclude<OwnKeyReason, 'key-lost'>): DockerCommsError {
  return new DockerCommsError(
    'conflict',
    reason === 'device-removed'
      ? `Another device of ${identity} has removed this one. Remove the account here, and add this device anew.`
      : `Somebody else has published keys under the name ${identity} in this mailbox. Settings → Accounts shows what you can do about it.`,
    { detail: { reason } },
  );
}
