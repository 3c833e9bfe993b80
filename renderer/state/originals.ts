/** What a message answers, and what of a message can be answered. Pure. */
import { limits } from '../../main/base/limits.ts';
import type { MessageView, OriginalView } from '../../preload/contract/messages.ts';
import type { Row } from './rows.ts';

/** A message as it is quoted above the composer. */
export function originalOf({ id, direction, content }: MessageView): OriginalView {
  const words = content.kind === 'text' ? content.text : content.name;
  return { messageId: id, direction, kind: content.kind, excerpt: words.slice(0, limits.excerptCharacters) };
}

/**
 * The message that an answer to this row answers: its words where it has some. Null where the other side could not know
 * what is meant: what never left, was refused, or is not shown.
 */
export function answerableIn(row: Row): MessageView | null {
  const known = row.messages.filter(
    ({ state }) => !['failed', 'cancelled', 'refused', 'unverified'].includes(state),
  );
  return known.find(({ content }) => content.kind === 'text') ?? known[0] ?? null;
}

/** What a row answers; all messages of a batch answer the same. */
export function answeredBy(row: Row): MessageView['inReplyTo'] {
  return row.messages.find(({ inReplyTo }) => inReplyTo !== null)?.inReplyTo ?? null;
}
