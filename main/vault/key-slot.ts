/**
 * A place that can keep the vault's key closed: a key file, the system's keyring, a passphrase. The vault's key is
 * wrapped once by every slot; any one of them opens it.
 */
export interface KeySlot {
  /** Stable and unique: names this slot in the vault file. */
  readonly id: string;
  /** What keeps it here, for error messages and the vault file: `System keyring (Secret Service)`. */
  readonly label: string;
  /** False where whoever has the vault file has the key as well; left out: it protects. */
  readonly protects?: boolean;
  /** Whether this slot can be used here and now (the keyring answers, the key file is there or can be made). */
  available(): Promise<boolean>;
  /** Closes `key` so that only this slot opens it. Makes the slot's own key if need be. Fails `storage`. */
  wrap(key: Uint8Array): Promise<string>;
  /**
   * Opens what `wrap` gave. Fails `auth` (the slot's own key is gone, or is another), `verification-failed` (these
   * bytes were changed) or `storage`. Makes nothing.
   */
  unwrap(wrapped: string): Promise<UnwrappedKey>;
  /**
   * Puts the slot's own key away under a name with `stamp` in it, where it keeps one in a file: a new vault begins with a new
   * one, and the old ones still fit each other. Answers what takes that back. Fails as the disk does.
   */
  readonly putAside?: (stamp: string) => Promise<() => Promise<void>>;
  /** Throws the slot's own key away, where it keeps one: nothing that it closed can be opened again. */
  readonly forget?: () => Promise<void>;
}

export interface UnwrappedKey {
  readonly key: Uint8Array;
  /** Whether the slot's own key was replaced by a newer one: the vault's key should be wrapped again. */
  readonly isStale: boolean;
}

/** A slot as the vault knows it. */
export interface KeySlotView {
  readonly id: string;
  readonly label: string;
  /**
   * `opens`: it opens this vault here and now; `closed`: it does not, now (it keeps the key, and cannot be asked or has
   * lost its own); `off`: it keeps no key of this vault.
   */
  readonly state: 'opens' | 'closed' | 'off';
  /** Whether it could be asked to keep the key here and now. */
  readonly available: boolean;
  /** False: what it keeps is no protection, and it is never asked to keep the key. */
  readonly protects: boolean;
}
