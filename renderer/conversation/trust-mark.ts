/** What of trust is said at a glance. Pure. */
import type { MessageView } from '../../preload/contract/messages.ts';
import type { PersonChange, PersonTrust } from '../../preload/contract/people.ts';
import { words } from '../locales/en.ts';

export interface TrustMark {
  readonly word: string;
  /** How much it asks for a look. */
  readonly tone: 'plain' | 'good' | 'open' | 'warning' | 'alarm';
}

const tones = { unknown: 'open', 'first-use': 'plain', verified: 'good' } as const;

/** The one thing that most needs to be known about a person's keys. */
export function trustMark({ state, change, expired }: PersonTrust): TrustMark {
  if (change?.blocking === true) {
    const keysStay = toldAs(change) === 'other-certifier';
    return { word: keysStay ? words.trust.doubted : words.trust.changed, tone: 'alarm' };
  }
  if (expired) return { word: words.trust.expiredMark, tone: 'warning' };
  return { word: words.trust.marks[state], tone: tones[state] };
}

/** What is told of a change: somebody else who certified a key is a story of its own. */
export type ToldChange = PersonChange['kind'] | 'other-certifier';

export function toldAs({ kind, reason }: PersonChange): ToldChange {
  return reason === 'other-certifier' ? reason : kind;
}

type Judged = Pick<MessageView, 'direction' | 'trust' | 'trustReason'>;

/** Whether a message has to say that it is not proven. One's own are one's own. */
export function isUnproven({ direction, trust }: Pick<Judged, 'direction' | 'trust'>): boolean {
  return direction === 'incoming' && trust !== 'signed';
}

/** Where nothing more is known. */
const usualReasons = { unsigned: 'unsigned', foreign: 'unknown-key', bad: 'signature' } as const;

/** Why a message is not believed, in words. */
export function whyUnproven({ trust, trustReason }: Judged, name: string): string {
  if (trust === 'signed') return words.trust.message.signed;
  return words.trust.message.because[trustReason ?? usualReasons[trust]](name);
}
