/**
 * A place that can keep the vault's key closed: a key file, the system's keyring, a passphrase. The vault's key is
 * wrapped once by every slot; any one of them opens it.
 */
export interface KeySlot {
  /** Stable and unique: names this slot in the vault file. */
  readonly id: string;
  /** What a person calls it, for error messages and settings. */
  readonly label: string;
  /** Whether this slot can be used here and now (the keyring answers, the key file is there or can be made). */
  available(): Promise<boolean>;
  /** Closes `key` so that only this slot opens it. Makes the slot's own key if need be. Fails `storage`. */
  wrap(key: Uint8Array): Promise<string>;
  /**
   * Opens what `wrap` gave. Fails `auth` (the slot's own key is gone, or is another), `verification-failed` (these
   * bytes were changed) or `storage`. Makes nothing.
   */
  unwrap(wrapped: string): Promise<Uint8Array>;
}

/** A slot as the vault knows it. */
export interface KeySlotView {
  readonly id: string;
  readonly label: string;
  /** Whether it can open this vault here and now. */
  readonly working: boolean;
}
