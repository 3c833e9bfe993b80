import type { ReceivedMessage } from '../protocol/message.ts';
import { idOf } from './profile-succession.ts';
import type { Profile } from './profile.ts';

/** Whether a signed message is for this reader, or for somebody of the same name (protocol, section 5). */
export type Addressing =
  | 'to-me'
  /** It names no key: anybody of this name may have been meant. Shown as not addressed to the reader's key. */
  | 'to-my-name'
  /** It names a key that was never the reader's: it was written to somebody else and is replayed. `untrusted`. */
  | 'to-another-key';

/** `mine` is the reader's newest profile: a message to a device that was revoked meanwhile was meant for them, too. */
export function addressingOf({ recipientKey }: ReceivedMessage, mine: Profile): Addressing {
  if (recipientKey === undefined) return 'to-my-name';
  const keys = [...mine.devices.map(idOf), ...mine.revoked.map(({ id }) => id)];
  return keys.includes(recipientKey) ? 'to-me' : 'to-another-key';
}
