/** Requests about what opens the secrets of this home. Passphrases go to the engine only, and never come back. */
import { z } from 'zod';
import { limits } from '../../main/base/limits.ts';
import { id, newPassphrase, nothing, request } from './request.ts';

/** Something that can keep the key of the secrets. */
export interface KeySlotView {
  /** `key-file`, `keyring`, `safe-storage`, `passphrase`; newer versions may know more. */
  readonly id: string;
  /** With what of the system's is behind it: `System keyring (Secret Service)`. */
  readonly label: string;
  /**
   * `opens`: it opens them here and now (a passphrase: for who knows it); `closed`: it should, and does not; `off`: it has
   * no key.
   */
  readonly state: 'opens' | 'closed' | 'off';
  /** Whether it could be given the key here and now. */
  readonly available: boolean;
  /** False: whoever has the files has its key too, so it is not used. */
  readonly protects: boolean;
}

export interface VaultView {
  readonly slots: readonly KeySlotView[];
  /** The id of the slot that opened them when the program started. */
  readonly openedBy: string;
}

const slot = z.strictObject({ slot: id });

export const vaultRequests = {
  /** May take as long as a person takes to unlock their keyring. */
  'vault.get': request(nothing).returns<VaultView>(),
  /** This passphrase opens the secrets from now on, in place of an earlier one. */
  'vault.setPassphrase': request(z.strictObject({ passphrase: newPassphrase })).returns<VaultView>(),
  /** This slot is given the key (again). Fails `not-found` for what this program does not have, and as the system does. */
  'vault.useSlot': request(slot).returns<VaultView>(),
  /** This slot opens them no longer. Fails `conflict` for the last one that does, `not-found`. */
  'vault.removeSlot': request(slot).returns<VaultView>(),
  /**
   * Opens a home that is locked; does nothing to one that is not. Fails `auth` (`wrong-passphrase`), `rate-limited` after
   * many wrong ones (`app.status` says until when), `conflict` while another one is tried, and as opening a home does.
   */
  'vault.unlock': request(
    z.strictObject({ passphrase: z.string().min(1).max(limits.longestPassphraseCharacters) }),
  ).returns<null>(),
  /** Asks again whatever opens a locked home without a person: a keyring that was unlocked, a file that is back. As `vault.unlock`. */
  'vault.tryAgain': request(nothing).returns<null>(),
  /**
   * Opens a locked home without its secrets, which are put aside and not deleted: every login and signing key is lost for it.
   * Fails `conflict` for one that is open, and as opening a home does; then everything is as it was.
   */
  'vault.beginAnew': request(nothing).returns<null>(),
};
