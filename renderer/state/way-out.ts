/** What the window offers beside the sentence of a failure. Pure; total over codes and reasons, so that a new one is decided here. */
import type { FailureReason } from '../../main/base/reasons.ts';
import type { ErrorView } from '../../preload/contract/answer.ts';

/** Parts of the settings that a failure may lead to. */
type FailurePart = 'accounts' | 'connectivity' | 'network' | 'downloads' | 'signatures';

/** Parts of the settings that something leads to. */
export type SettingsPart = FailurePart | 'about';

/** Where to go, besides trying again. `change`: what changed about the person's keys. `sign-in`: for what is signed publicly. */
export type WayOut = FailurePart | 'change' | 'sign-in';

/** Null: the sentence says all that can be done, or that it passes by itself. */
const byCode: Record<ErrorView['code'], WayOut | null> = {
  auth: 'accounts',
  untrusted: 'change',
  unsupported: 'connectivity',
  protocol: null,
  network: null,
  'not-found': null,
  'verification-failed': null,
  invalid: null,
  'rate-limited': null,
  'too-large': null,
  conflict: null,
  storage: null,
  cancelled: null,
  internal: null,
};

/** In place of what the code says. */
const byReason: Record<FailureReason, WayOut | null> = {
  'login-required': 'accounts',
  'login-refused': 'accounts',
  'not-permitted': 'accounts',
  'login-vanished': 'accounts',
  'login-unreadable': 'accounts',
  'helper-missing': 'accounts',
  'helper-failed': 'accounts',
  'helper-answer': 'accounts',
  'helper-not-started': 'accounts',
  'helper-timed-out': 'accounts',

  'proxy-login-required': 'network',
  'proxy-login-refused': 'network',
  'proxy-refused': 'network',
  'proxy-unreachable': 'network',
  'proxy-address': 'network',

  'client-certificate': 'network',
  // The test shows the certificate, or offers to go on without encryption.
  'untrusted-certificate': 'connectivity',
  'not-encrypted': 'connectivity',
  'plain-http-only': 'connectivity',
  'network-unreadable': 'network',

  // About a file that was just chosen, on the page where it was chosen.
  'no-certificate': null,
  'private-key': null,
  unreadable: null,
  expired: null,
  'not-an-authority': null,
  'too-many': null,
  'wrong-passphrase': null,
  'wrong-key': null,

  // About what arrived: the message itself explains it, and asks.
  unsigned: null,
  'unknown-key': null,
  'keys-not-yet': null,
  'keys-expired': null,
  'key-not-accepted': null,
  signature: null,
  'other-subject': null,
  'malformed-bundle': null,
  certificate: null,
  'no-trusted-root': null,
  'certificate-not-accepted': null,
  'to-another-key': null,

  'keys-changed': 'change',
  'other-key': null,
  'other-profile': 'accounts',
  'key-lost': 'accounts',
  'device-removed': 'accounts',

  // The window shows nothing but the way to unlock it while the vault is closed.
  'passphrase-needed': null,
  'no-slot-opens': null,
  'vault-damaged': null,
  // The sentence names the file; freeing its disk is done outside of the window.
  'home-storage': null,
  'open-files': null,
  'no-token': null,
  'email-not-verified': null,
  'not-a-provider': 'signatures',
  'public-signatures-off': 'signatures',
  'sign-in-needed': 'sign-in',
  'sign-in-refused': null,
  'sign-in-too-late': null,
  'signed-in-as-other': null,
};

/**
 * `incoming`: the failure is about fetching; what the folder for files does not take can be saved elsewhere. What the
 * home itself does not take, or the whole computer (these have a reason), cannot.
 */
export function wayOutOf(
  { code, detail }: Pick<ErrorView, 'code' | 'detail'>,
  incoming = false,
): WayOut | null {
  if (detail.reason !== undefined) return byReason[detail.reason];
  return code === 'storage' && incoming ? 'downloads' : byCode[code];
}

/** Whether the proxy, and not the registry, said no or nothing. */
export function isOfProxy({ detail }: Pick<ErrorView, 'detail'>): boolean {
  return detail.proxy !== undefined;
}
