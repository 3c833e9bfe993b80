import type { ReceivedMessage } from '../protocol/message.ts';
import { idOf } from './profile-succession.ts';
import type { Profile } from './profile.ts';

/** Whether a signed message is for this reader, or for somebody of the same name (protocol, section 5). */
export type Addressing =
  | 'to-me'
  /** It names no key: anybody of this name may have been meant. */
  | 'to-my-name'
  /** It names a key that was never the reader's: it was written to somebody else and is replayed. Not believed. */
  | 'to-another-key';

/** `mine` are the fingerprints of all keys that the reader has or had. */
export function addressingOf(
  { recipientKey }: Pick<ReceivedMessage, 'recipientKey'>,
  mine: readonly string[],
): Addressing {
  if (recipientKey === undefined) return 'to-my-name';
  return mine.includes(recipientKey) ? 'to-me' : 'to-another-key';
}

/** Fingerprints of the keys in a profile: a message to a device that was revoked meanwhile was meant for it, too. */
export function keysEverOf({ devices, revoked }: Profile): readonly string[] {
  return [...devices.map(idOf), ...revoked.map(({ id }) => id)];
}
