/**
 * Finer than a code: the reasons that tell apart what a person does next, as closed lists. A failure carries its own as
 * `detail.reason`. What the window offers and says for each is a table over these lists, so that a reason without an
 * answer does not compile (renderer/state/way-out.ts, renderer/locales/en.ts).
 */

/** Why nobody is logged in. */
export const loginReasons = [
  /** No login was given, and one is wanted. */
  'login-required',
  /** The user name, the password or the token is wrong, or has run out. */
  'login-refused',
  /** The login is good, and may not do this. */
  'not-permitted',
  /** The container tools no longer have what was chosen. */
  'login-vanished',
  /** What the vault has cannot be read. */
  'login-unreadable',
  'helper-missing',
  'helper-failed',
  'helper-answer',
  'helper-not-started',
  'helper-timed-out',
] as const;
export type LoginReason = (typeof loginReasons)[number];

/** What a proxy that does not do its part means. */
export const proxyReasons = [
  'proxy-login-required',
  'proxy-login-refused',
  'proxy-refused',
  'proxy-unreachable',
  /** What names it cannot be read. */
  'proxy-address',
] as const;
export type ProxyReason = (typeof proxyReasons)[number];

/** Why there is no safe connection. */
export const connectionReasons = [
  /** The registry wants to be shown one of ours. */
  'client-certificate',
  'untrusted-certificate',
  /** What answers does not speak TLS. */
  'not-encrypted',
  /** It does not, and is a registry without. */
  'plain-http-only',
  /** What the vault has for the network (a proxy's login, a client certificate) cannot be read. */
  'network-unreadable',
] as const;
export type ConnectionReason = (typeof connectionReasons)[number];

/** What keeps a file with certificates or a key from being used. */
export const certificateReasons = [
  'no-certificate',
  'private-key',
  'unreadable',
  'expired',
  'not-an-authority',
  'too-many',
  'wrong-passphrase',
  'wrong-key',
] as const;
export type CertificateReason = (typeof certificateReasons)[number];

/** Why a message does not count as its author's. */
export const trustReasons = [
  /** Nobody signed. */
  'unsigned',
  /** By a key that nobody here knows. */
  'unknown-key',
  /** By a key that nobody here knows, and the list of keys in the author's name is dated in the future. */
  'keys-not-yet',
  /** The same, and that list had run out when it was first seen. */
  'keys-expired',
  /** By a key that is known and not believed: revoked, in doubt, somebody else's. */
  'key-not-accepted',
  /** The bytes are signed by nobody whose key that is. */
  'signature',
  /** The signature belongs to another manifest. */
  'other-subject',
  'malformed-bundle',
  /** Its certificate, or what has to come with one, does not hold. */
  'certificate',
  /** It is signed with a certificate, and no root is trusted to judge those. */
  'no-trusted-root',
  /** By somebody whom a certificate names, and who is not the author. */
  'certificate-not-accepted',
  /** Signed for another reader of the same name. */
  'to-another-key',
] as const;
export type TrustReason = (typeof trustReasons)[number];

/** Why other keys that appeared under somebody's name are not believed. */
export const alarmReasons = [
  /** The list of keys is somebody else's. */
  'other-identity',
  /** No device that is pinned signed it. */
  'not-signed-by-pinned-key',
  /** A new device did not sign: somebody else's key may have been put there. */
  'new-key-not-proven',
  /** Another key to encrypt to, and the device itself did not sign. */
  'device-changed',
  /** A device is gone without having been revoked. */
  'device-dropped',
  'revocation-undone',
  /** The mailbox names an older profile than the one that was there. */
  'rollback',
  /** It is dated in the future. */
  'not-yet',
  /** Two profiles at once, and one revokes the device that signed the other: one of the two is a thief. */
  'conflicting-forks',
  /** A key is certified by somebody else than the person was certified by before. */
  'other-certifier',
] as const;
export type AlarmReason = (typeof alarmReasons)[number];

/** What about keys, a person's or one's own, stops something. */
export const keyReasons = [
  /** This person's keys changed: somebody has to look before anything is sent. */
  'keys-changed',
  /** An invitation names another key than the one that is known. */
  'other-key',
  /** Somebody else published keys under one's own name. */
  'other-profile',
  /** The vault no longer has one's own. */
  'key-lost',
  /** Another device of one's own has removed this one. */
  'device-removed',
] as const;
export type KeyReason = (typeof keyReasons)[number];
/** Those about one's own keys. */
export type OwnKeyReason = Extract<KeyReason, 'other-profile' | 'key-lost' | 'device-removed'>;

/** Why nothing opens the vault; a passphrase that was given and is wrong is `wrong-passphrase`. */
export const vaultReasons = [
  /** A passphrase would, and none was given. */
  'passphrase-needed',
  /** Every slot has lost its own key, or cannot be asked here. */
  'no-slot-opens',
  /** The vault file is not what was written there. */
  'vault-damaged',
] as const;
export type VaultReason = (typeof vaultReasons)[number];

/** What of this computer's disk failed, where it is not the file or folder that a person chose. */
export const storageReasons = [
  /** The home's own database: no other folder for files mends that. */
  'home-storage',
  /** This program, or the whole computer, has too many files open: no other folder mends that. */
  'open-files',
] as const;
export type StorageReason = (typeof storageReasons)[number];

/** Why nobody signed in to sign publicly. */
export const signInReasons = [
  /** This machine has no identity token, or what is there is none. */
  'no-token',
  /** The provider does not know the e-mail address to be somebody's. */
  'email-not-verified',
  /** At this address nobody can sign in. */
  'not-a-provider',
  /** The provider said no, or its answer is not right. */
  'sign-in-refused',
  /** Nobody came back from the browser in time. */
  'sign-in-too-late',
  /** The settings say that nobody signs publicly. */
  'public-signatures-off',
  /** Each message is signed publicly, and nobody is signed in any more: that lasts for minutes only. */
  'sign-in-needed',
  /** Somebody else than was meant signed in. */
  'signed-in-as-other',
] as const;
export type SignInReason = (typeof signInReasons)[number];

/** Everything that `detail.reason` of a failure may be. */
export const failureReasons = [
  ...loginReasons,
  ...proxyReasons,
  ...connectionReasons,
  ...certificateReasons,
  ...trustReasons,
  ...keyReasons,
  ...vaultReasons,
  ...storageReasons,
  ...signInReasons,
] as const;
export type FailureReason = (typeof failureReasons)[number];
