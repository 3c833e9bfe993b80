/** The pure half of the search: what a person typed → an FTS5 query; a marked excerpt → text and positions. */

/** More words than a person types; each costs a lookup. */
const queryWords = 16;
/** UTF-16 units of a query's word: one "word" may be a megabyte of base64. */
const wordLength = 64;
/** UTF-16 units of an excerpt: two lines of a result. */
const excerptLength = 240;
/** Units shown before the first match where an excerpt has to be cut. */
const excerptLead = 40;

/** What FTS5's unicode61 takes as part of a word: letters, numbers, private use; marks belong to their letter. */
const wordPattern = /[\p{L}\p{N}\p{Co}][\p{L}\p{N}\p{Co}\p{M}]*/gu;

/**
 * Every word quoted, so that nothing a person types is syntax, and the last one as a prefix
 * (https://sqlite.org/fts5.html, section 3). Null when there is no word.
 */
export function toFtsQuery(text: string): string | null {
  const words = text.match(wordPattern)?.slice(0, queryWords) ?? [];
  if (words.length === 0) return null;
  return `${words.map((word) => `"${cut(word, 0, wordLength)}"`).join(' ')} *`;
}

export interface Excerpt {
  readonly excerpt: string;
  readonly matches: readonly (readonly [start: number, end: number])[];
}

/** Takes the marks out of `marked`, keeps where they were, and cuts what is too long to show around the first. */
export function readExcerpt(
  marked: string,
  marks: { readonly open: string; readonly close: string },
): Excerpt {
  const matches: [number, number][] = [];
  let text = '';
  for (const [index, part] of marked.split(marks.open).entries()) {
    const [match, ...rest] = index === 0 ? ['', part] : part.split(marks.close);
    if (index > 0) matches.push([text.length, text.length + (match ?? '').length]);
    text += `${match ?? ''}${rest.join('')}`;
  }
  return cutExcerpt({ excerpt: text, matches });
}

function cutExcerpt({ excerpt, matches }: Excerpt): Excerpt {
  if (excerpt.length <= excerptLength) return { excerpt, matches };
  const start = wholeCharacter(excerpt, Math.max(0, (matches[0]?.[0] ?? 0) - excerptLead));
  const shown = cut(excerpt, start, start + excerptLength);
  const moved = matches
    .map(([from, to]) => [from - start, Math.min(to - start, shown.length)] as const)
    .filter(([from, to]) => from < to);
  return { excerpt: shown, matches: moved };
}

/** `text` from `start` to `end` without half a surrogate pair at its end. */
function cut(text: string, start: number, end: number): string {
  return text.slice(start, wholeCharacter(text, end));
}

/** `position`, or one less where it would split a surrogate pair. */
function wholeCharacter(text: string, position: number): number {
  const code = text.charCodeAt(position);
  return position > 0 && code >= 0xdc00 && code <= 0xdfff ? position - 1 : position;
}
