export interface MarkedPart {
  readonly text: string;
  readonly matched: boolean;
}

/** Cuts a text at its matches (positions in UTF-16 units, in order). Positions outside the text are ignored. */
export function splitByMatches(
  text: string,
  matches: readonly (readonly [start: number, end: number])[],
): readonly MarkedPart[] {
  const parts: MarkedPart[] = [];
  let position = 0;
  for (const [start, end] of matches) {
    if (start < position || end <= start || end > text.length) continue;
    if (start > position) parts.push({ text: text.slice(position, start), matched: false });
    parts.push({ text: text.slice(start, end), matched: true });
    position = end;
  }
  if (position < text.length) parts.push({ text: text.slice(position), matched: false });
  return parts;
}
