/** Requests about accounts: an identity and its mailbox. */
import { z } from 'zod';
import { limits } from '../../main/base/limits.ts';
import type { OwnKeyReason } from '../../main/base/reasons.ts';
import type { ConnectionState } from './connection.ts';
import { loginChoiceSchema, type AccountLogin } from './login.ts';
import { id, identity, nothing, repository, request } from './request.ts';

export interface AccountView {
  readonly id: string;
  readonly identity: string;
  /** `host[:port]/path`: the mailbox. */
  readonly repository: string;
  readonly kind: 'this-computer' | 'registry';
  /** Which login was chosen; a password never leaves the main process. */
  readonly login: AccountLogin;
  /** What others write to, the likeliest first; empty where nobody on another computer can. */
  readonly addresses: readonly string[];
  /** SHA-256 of the one certificate that is accepted from its host; null: the usual rules. */
  readonly acceptedCertificate: string | null;
  readonly connection: ConnectionState;
  /** True where what travels to another computer is not encrypted, because a person chose so. */
  readonly unencrypted: boolean;
  /** People whose requests are not shown before others were answered or deleted. */
  readonly waitingRequests: number;
  /** Devices that another one of this account has added, and nobody here has looked at. */
  readonly newDevices: number;
  /** What is wrong with its own keys, as far as was noticed since the start: it signs nothing, or somebody else uses its name. */
  readonly keyAlarm: OwnKeyReason | null;
}

export const accountsRequests = {
  'accounts.list': request(nothing).returns<readonly AccountView[]>(),
  /** `this-computer` uses (and starts, and keeps) the embedded registry; `registry` one that is already there. */
  'accounts.create': request(
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('this-computer'), identity }),
      z.strictObject({
        kind: z.literal('registry'),
        identity,
        repository,
        /** Left out: the one that is saved for this host, if there is one. */
        login: loginChoiceSchema.optional(),
      }),
    ]),
  ).returns<AccountView>(),
  /**
   * Becomes another device of somebody, with the text of a file that `identity.addDevice` gave. Fails `invalid` for another
   * file, `auth` (`wrong-passphrase`), `conflict` for an identity that is here already.
   */
  'accounts.join': request(
    z.strictObject({
      file: z.string().max(limits.deviceFileBytes),
      passphrase: z.string().max(limits.longestPassphraseCharacters),
      login: loginChoiceSchema.optional(),
    }),
  ).returns<AccountView>(),
  'accounts.update': request(
    z.strictObject({
      accountId: id,
      repository: repository.optional(),
      login: loginChoiceSchema.optional(),
    }),
  ).returns<AccountView>(),
  /** Forgets the account, its conversations and its login here; nothing is deleted on the registry. */
  'accounts.remove': request(z.strictObject({ accountId: id })).returns<null>(),
  /** Looks for new messages now. */
  'accounts.sync': request(z.strictObject({ accountId: id.optional() })).returns<null>(),
};
