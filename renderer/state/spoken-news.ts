/** What a live region says of what has just come. Pure. */
import type { ConversationView } from '../../preload/contract/conversations.ts';
import { toldAs } from '../conversation/trust-mark.ts';
import { words } from '../locales/en.ts';
import { arrivals, newAlarms } from './arrivals.ts';
import { nameOf } from './name-of.ts';

export function spokenNews(
  before: readonly ConversationView[],
  after: readonly ConversationView[],
): readonly string[] {
  return [...arrivals(before, after).map(ofMessage), ...newAlarms(before, after).map(ofChange)].filter(
    (sentence) => sentence !== null,
  );
}

function ofMessage({ person, lastMessage }: ConversationView): string | null {
  if (lastMessage === null) return null;
  const name = nameOf(person);
  // What nobody proved is not read out as if it were theirs.
  if (lastMessage.state === 'unverified') return words.live.unverified(name);
  if (lastMessage.kind === 'text') return words.live.text(name, lastMessage.excerpt);
  return words.live.file(name, lastMessage.excerpt);
}

function ofChange({ person }: ConversationView): string | null {
  const { change } = person.trust;
  if (change === null) return null;
  const { title, spoken } = words.trust.change;
  return spoken(title[toldAs(change)](nameOf(person)));
}
