/** A text cut at the links in it. Pure. */
import type { TextContent } from '../../preload/contract/messages.ts';

export interface TextPart {
  readonly text: string;
  /** Which of the message's links it is, and where that leads; null: only words. */
  readonly link: { readonly index: number; readonly address: string } | null;
}

export function textParts({ text, links }: Pick<TextContent, 'text' | 'links'>): readonly TextPart[] {
  const parts: TextPart[] = [];
  let done = 0;
  for (const [index, { start, end, address }] of links.entries()) {
    if (start > done) parts.push({ text: text.slice(done, start), link: null });
    parts.push({ text: text.slice(start, end), link: { index, address } });
    done = end;
  }
  if (done < text.length) parts.push({ text: text.slice(done), link: null });
  return parts;
}
