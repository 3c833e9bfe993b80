/** Requests about one's own keys, and invitations. */
import { z } from 'zod';
import type { OwnKeyReason } from '../../main/base/reasons.ts';
import type { ConversationView } from './conversations.ts';
import { fieldLimits } from './field-limits.ts';
import type { CertifierView } from './people.ts';
import { id, newPassphrase, request } from './request.ts';

/** What an invitation says, before anybody follows it. */
export interface InviteView {
  readonly identity: string;
  readonly repository: string;
  readonly host: string;
  /** The account that would be used; null: none of this home can reach that registry yet. */
  readonly accountId: string | null;
  /** SHA-256, lower-case hex, of the certificate of its registry that only the invitation vouches for; null: the usual rules. */
  readonly certificate: string | null;
}

/** My own keys, as far as they are shown. */
export interface IdentityView {
  /** SHA-256 of this device's public key, lower-case hex. */
  readonly fingerprint: string;
  readonly devices: readonly {
    readonly fingerprint: string;
    readonly addedAt: number;
    readonly thisDevice: boolean;
    /** Added by another device, and not looked at yet (`identity.acknowledgeDevices`). */
    readonly isNew: boolean;
  }[];
  /** Whether others can see it: published in the mailbox. */
  readonly published: boolean;
  /** When the proof runs out, if it is not renewed; null while it is not published. */
  readonly expiresAt: number | null;
  /** As the account's `keyAlarm`. */
  readonly alarm: OwnKeyReason | null;
  /** Whether this identity was published from here before, so that `identity.restore` can put it back. */
  readonly restorable: boolean;
  /** Who signed in for this device's key; null: nobody. */
  readonly certifiedBy: CertifierView | null;
}

/** A file for another device of one's own. */
export interface DeviceFileView {
  readonly name: string;
  /** Sealed: of use only with the passphrase. */
  readonly text: string;
}

export const identityRequests = {
  /** My own keys. */
  'identity.get': request(z.strictObject({ accountId: id })).returns<IdentityView>(),
  /**
   * Puts one's own keys back in the mailbox, over what somebody else published under this name. Fails `conflict` when it is not
   * `restorable`.
   */
  'identity.restore': request(z.strictObject({ accountId: id })).returns<IdentityView>(),
  /**
   * The key of this account is lost: a new one signs from now on, and whoever knows the old one is warned. Fails `conflict`
   * while the key is there, and as the registry does; then nothing was changed here.
   */
  'identity.beginAnew': request(z.strictObject({ accountId: id })).returns<IdentityView>(),
  /**
   * Makes a device of this identity and a file with which another computer becomes it, sealed with a passphrase: `text`, to be
   * saved as `name`. Fails `unsupported` for an account that lives on this computer, and as the registry does.
   */
  'identity.addDevice': request(
    z.strictObject({ accountId: id, passphrase: newPassphrase }),
  ).returns<DeviceFileView>(),
  /** Another device speaks for this identity no longer. Fails `invalid` for this one, `not-found`, as the registry does. */
  'identity.removeDevice': request(
    z.strictObject({ accountId: id, fingerprint: z.string().regex(/^[0-9a-f]{64}$/) }),
  ).returns<IdentityView>(),
  /** The person has looked at the devices that another one has added. */
  'identity.acknowledgeDevices': request(z.strictObject({ accountId: id })).returns<null>(),
  /** A link for somebody else: who follows it has this identity verified at once. */
  'invites.create': request(z.strictObject({ accountId: id })).returns<{ readonly link: string }>(),
  /** What a link says. Fails `invalid`, `unsupported`. */
  'invites.read': request(
    z.strictObject({ link: z.string().max(fieldLimits.invitation) }),
  ).returns<InviteView>(),
  /** Starts the conversation with the inviter, whose key counts as verified. */
  'invites.follow': request(
    z.strictObject({ accountId: id, link: z.string().max(fieldLimits.invitation) }),
  ).returns<ConversationView>(),
};
