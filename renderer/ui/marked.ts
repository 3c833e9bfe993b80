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

/** Characters in front of the first match: a few words, which leave room for the match itself in a narrow line. */
const lead = 20;

/** Begins a text a few words before its first match: a line that is cut at its end would be cut before what was found. */
export function aroundFirstMatch(
  text: string,
  matches: readonly (readonly [start: number, end: number])[],
): { readonly text: string; readonly matches: readonly (readonly [start: number, end: number])[] } {
  const first = matches[0]?.[0] ?? 0;
  if (first <= lead) return { text, matches };
  const begin = wordFrom(text, first - lead, first);
  const moved = 1 - begin;
  return {
    text: `…${text.slice(begin)}`,
    matches: matches.map(([start, end]) => [start + moved, end + moved] as const),
  };
}

/** Where the next word begins; `from` itself, or the next whole character, where none does before `until`. */
function wordFrom(text: string, from: number, until: number): number {
  const blank = text.indexOf(' ', from);
  if (blank !== -1 && blank + 1 < until) return blank + 1;
  const inPair = /^[\uDC00-\uDFFF]/.test(text.slice(from, from + 1));
  return inPair ? from + 1 : from;
}
